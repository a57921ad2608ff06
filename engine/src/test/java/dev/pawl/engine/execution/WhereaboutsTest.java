package dev.pawl.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.engine.definition.Placement;
import dev.pawl.engine.definition.RetryPlan;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.execution.ExecutionState.Lease;
import dev.pawl.engine.execution.ExecutionState.Past;
import dev.pawl.engine.explain.Reason;
import dev.pawl.engine.explain.Reason.Rung;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WhereaboutsTest {
  private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
  private static final Duration LEASE_GRACE = Duration.ofSeconds(15);
  private static final WorkSpec SPEC = new WorkSpec("default", "00", 0, Map.of(), "");
  private static final Lease LEASE = new Lease(2, 0, 2, Operation.RETRY, false, "w1", "i1", NOW, 0);

  private static final TaskPlan TASK =
      new TaskPlan(
          0,
          "a",
          "",
          List.of(),
          "hosts",
          Map.of(),
          Optional.of(Duration.ofMinutes(1)),
          Duration.ofSeconds(10),
          new RetryPlan(3, new RetryPlan.Backoff.Fixed(Duration.ofSeconds(5))),
          List.of(),
          false,
          new Placement.Only("w7"),
          Set.of(),
          false,
          Optional.empty(),
          Optional.empty());

  private static Past past(AttemptView... attempts) {
    return new Past(3, NOW, NOW, List.of(attempts), Map.of());
  }

  private static List<Reason> of(ExecutionState state, Optional<Instant> waits, Instant now) {
    return Whereabouts.of(state, TASK, waits, LEASE_GRACE, now);
  }

  @Test
  void one_that_asked_for_a_slot_says_of_whom_and_since_when() {
    assertThat(of(new ExecutionState.Absent(), Optional.of(NOW), NOW))
        .containsExactly(
            new Reason.Slot("hosts", Optional.of("w7"), Optional.of(NOW), Optional.empty()));
    assertThat(of(new ExecutionState.Absent(), Optional.empty(), NOW)).isEmpty();
  }

  @Test
  void one_at_work_says_by_whom_and_when_it_times_out() {
    assertThat(of(new ExecutionState.Leased(SPEC, LEASE, past()), Optional.empty(), NOW))
        .containsExactly(
            new Reason.AtWork(
                Operation.RETRY, "w1", 2, 3, Optional.of(NOW), Optional.of(NOW.plusSeconds(60))));
  }

  @Test
  void one_that_failed_says_why_and_when_it_is_tried_again() {
    AttemptView failed =
        new AttemptView(
            0,
            2,
            Operation.RETRY,
            2,
            "w1",
            NOW,
            Optional.of(NOW),
            ExecutionStatus.FAILED,
            "EXIT_CODE",
            "exit code 1");
    ExecutionState waits =
        new ExecutionState.RetryWait(SPEC, LEASE, NOW.plusSeconds(5), past(failed));
    Reason retry =
        new Reason.Retry(3, 3, Optional.of(NOW.plusSeconds(5)), "EXIT_CODE, exit code 1");

    assertThat(of(waits, Optional.empty(), NOW)).containsExactly(retry);
    assertThat(of(waits, Optional.of(NOW), NOW))
        .containsExactly(
            retry, new Reason.Slot("hosts", Optional.of("w7"), Optional.of(NOW), Optional.empty()));
  }

  @Test
  void one_that_is_stopped_says_on_which_rung_of_the_ladder_it_is() {
    ExecutionState stops = new ExecutionState.Terminating(SPEC, LEASE, "STOPPED", NOW, past());

    assertThat(rung(stops, 0)).isEqualTo(Rung.SIGNALLED);
    assertThat(rung(stops, 10)).isEqualTo(Rung.KILLED);
    assertThat(rung(stops, 25)).isEqualTo(Rung.FENCED);
    assertThat(of(stops, Optional.empty(), NOW))
        .containsExactly(
            new Reason.Stopping(
                "w1",
                Optional.of(
                    new Reason.Ladder(
                        Rung.SIGNALLED, NOW, NOW.plusSeconds(10), NOW.plusSeconds(25)))));
  }

  private static Rung rung(ExecutionState state, int seconds) {
    Reason.Stopping stopping =
        (Reason.Stopping) of(state, Optional.empty(), NOW.plusSeconds(seconds)).getFirst();
    return stopping.ladder().orElseThrow().rung();
  }
}
