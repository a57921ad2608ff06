package dev.pawl.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.v1.AttemptFailed;
import dev.pawl.v1.Event;
import dev.pawl.v1.ExecutionEnded;
import dev.pawl.v1.ExecutionLeased;
import dev.pawl.v1.ExecutionState;
import dev.pawl.v1.RunCreated;
import dev.pawl.v1.RunEnded;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OrderCheckTest {
  private static final String RUN = "projects/default/runs/r";
  private static final Map<String, Set<String>> DIAMOND =
      Map.of("a", Set.of(), "b", Set.of("a"), "c", Set.of("a"), "d", Set.of("b", "c"));

  private static final List<Event> IN_ORDER =
      List.of(
          run(1).setRunCreated(RunCreated.getDefaultInstance()).build(),
          leased("a", 1),
          succeeded("a", 2),
          leased("c", 1),
          leased("b", 1),
          succeeded("b", 2),
          succeeded("c", 2),
          leased("d", 1),
          succeeded("d", 2),
          run(2).setRunEnded(RunEnded.getDefaultInstance()).build());

  @Test
  void a_run_in_order_violates_nothing() {
    OrderCheck check = observe(DIAMOND, IN_ORDER);

    assertThat(check.violations()).isZero();
    assertThat(check.sequenceFaults()).isZero();
    assertThat(check.succeeded()).isEqualTo(4);
  }

  @Test
  void each_parent_that_had_not_succeeded_is_a_violation() {
    assertThat(violations(leased("d", 1))).isEqualTo(2);
    assertThat(violations(leased("a", 1), leased("b", 1))).isEqualTo(1);
    assertThat(
            violations(
                leased("a", 1),
                ended("a", 2, ExecutionState.EXECUTION_STATE_FAILED),
                leased("b", 1)))
        .isEqualTo(1);
  }

  @Test
  void only_the_first_lease_of_a_task_counts() {
    Event failed = execution("b", 2).setAttemptFailed(AttemptFailed.getDefaultInstance()).build();

    assertThat(
            violations(leased("a", 1), succeeded("a", 2), leased("b", 1), failed, leased("b", 3)))
        .isZero();
    assertThat(violations(leased("b", 1), failed, leased("b", 3))).isEqualTo(1);
  }

  @Test
  void a_shuffled_stream_violates_the_order() {
    Map<String, Set<String>> chain = new HashMap<>();
    List<Event> stream = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      chain.put("t" + i, i == 0 ? Set.of() : Set.of("t" + (i - 1)));
      stream.add(leased("t" + i, 1));
      stream.add(succeeded("t" + i, 2));
    }
    assertThat(observe(chain, stream).violations()).isZero();
    for (int seed = 0; seed < 100; seed++) {
      List<Event> shuffled = new ArrayList<>(stream);
      Collections.shuffle(shuffled, new Random(seed));
      assertThat(observe(chain, shuffled).violations()).as("seed %d", seed).isPositive();
    }
  }

  @Test
  void a_task_that_ended_without_a_lease_did_not_succeed_here() {
    assertThat(observe(DIAMOND, List.of(succeeded("a", 1))).succeeded()).isZero();
  }

  @Test
  void events_that_are_missing_or_come_twice_are_counted() {
    List<Event> missing = new ArrayList<>(IN_ORDER);
    missing.remove(2);
    missing.remove(0);
    List<Event> twice = new ArrayList<>(IN_ORDER);
    twice.add(IN_ORDER.getLast());

    assertThat(observe(DIAMOND, missing).sequenceFaults()).isEqualTo(1);
    assertThat(observe(DIAMOND, twice).sequenceFaults()).isEqualTo(1);
  }

  @Test
  void a_task_that_was_never_submitted_is_a_broken_stream() {
    assertThatThrownBy(() -> violations(leased("x", 1))).hasMessageContaining("never submitted");
  }

  private static int violations(Event... events) {
    return observe(DIAMOND, List.of(events)).violations();
  }

  private static OrderCheck observe(Map<String, Set<String>> parents, List<Event> events) {
    OrderCheck check = new OrderCheck(parents);
    events.forEach(check::observe);
    return check;
  }

  private static Event leased(String task, long sequence) {
    return execution(task, sequence)
        .setExecutionLeased(ExecutionLeased.getDefaultInstance())
        .build();
  }

  private static Event succeeded(String task, long sequence) {
    return ended(task, sequence, ExecutionState.EXECUTION_STATE_SUCCEEDED);
  }

  private static Event ended(String task, long sequence, ExecutionState state) {
    return execution(task, sequence)
        .setExecutionEnded(ExecutionEnded.newBuilder().setState(state))
        .build();
  }

  private static Event.Builder execution(String task, long sequence) {
    return Event.newBuilder()
        .setName(RUN + "/taskRuns/" + task + "/executions/0")
        .setSequence(sequence);
  }

  private static Event.Builder run(long sequence) {
    return Event.newBuilder().setName(RUN).setSequence(sequence);
  }
}
