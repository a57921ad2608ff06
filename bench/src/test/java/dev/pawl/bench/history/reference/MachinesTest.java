package dev.pawl.bench.history.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MachinesTest {
  private static final Cause COMMAND = new Cause.Command("r", "", "someone");
  private static final Cause PARENT = new Cause.Parent("r");
  private static final Change CREATED =
      new Change.RunCreated("workflow|p/w", 1, "h", 1, "r", "", OptionalLong.empty());
  private static final Change PAUSE = new Change.PauseBegan(false);
  private static final Change PAUSED = new Change.Paused();
  private static final Change STOP = new Change.RunStopBegan("STOPPED");
  private static final Change STOPPED =
      new Change.RunEnded("TERMINATED", "STOPPED", OptionalInt.empty(), "");
  private static final Change SUCCEEDED = new Change.StepsEnded(List.of(end("SUCCEEDED")));
  private static final Change FAILED = new Change.StepsEnded(List.of(end("FAILED")));

  /** The facts that lead to each state that there is so far. */
  private static final Map<String, List<Change>> WAYS =
      Map.of(
          "RUNNING",
          List.of(CREATED),
          "PAUSING",
          List.of(CREATED, PAUSE),
          "PAUSED",
          List.of(CREATED, PAUSE, PAUSED),
          "TERMINATING",
          List.of(CREATED, STOP),
          "TERMINATED",
          List.of(CREATED, STOP, STOPPED),
          "SUCCEEDED",
          List.of(
              CREATED, SUCCEEDED, new Change.RunEnded("SUCCEEDED", "", OptionalInt.empty(), "")),
          "FAILED",
          List.of(
              CREATED,
              FAILED,
              new Change.RunEnded("FAILED", "TASK_FAILED", OptionalInt.of(0), "")));

  private static Change.StepEnd end(String outcome) {
    return new Change.StepEnd("t", 0, outcome, "", 1, 1, "w", OptionalLong.of(1), 2, "");
  }

  private static Fact fact(String before, String after, Change change) {
    Cause cause =
        change instanceof Change.PauseBegan
                || change instanceof Change.Continued
                || change instanceof Change.RunStopBegan
                || change instanceof Change.WentOn
                || change instanceof Change.StepPassed
                || change instanceof Change.RunPassed
                || change instanceof Change.RunCreated
            ? COMMAND
            : PARENT;
    return new Fact("run|r", 1, 1, 1, 1, "w", 1, before, after, cause, change);
  }

  /** Feeds a fact whose states are whatever the machine says they should be. */
  private static Optional<String> feed(RunMachine machine, Change change, String after) {
    return machine.take(fact(machine.state(), after, change));
  }

  private static RunMachine in(String state) {
    RunMachine machine = new RunMachine(Optional.empty());
    for (Change change : WAYS.getOrDefault(state, List.of())) {
      String after =
          switch (change) {
            case Change.PauseBegan _ -> "PAUSING";
            case Change.Paused _ -> "PAUSED";
            case Change.RunStopBegan _ -> "TERMINATING";
            case Change.RunEnded ended -> ended.status();
            default -> "RUNNING";
          };
      assertThat(feed(machine, change, after)).isEmpty();
    }
    assertThat(machine.state()).isEqualTo(state);
    return machine;
  }

  static Stream<Arguments> cells() {
    return WAYS.keySet().stream()
        .sorted()
        .flatMap(
            state ->
                Stream.of(
                    Arguments.of(state, "PAUSE", PAUSE, "PAUSING"),
                    Arguments.of(state, "CONTINUE", new Change.Continued(), "RUNNING"),
                    Arguments.of(state, "STOP", STOP, "TERMINATING"),
                    Arguments.of(
                        state, "RETRY", new Change.WentOn("RETRIED", List.of()), "RUNNING"),
                    Arguments.of(state, "REDO", new Change.WentOn("REDONE", List.of()), "RUNNING"),
                    Arguments.of(state, "PASS", new Change.RunPassed(), "SUCCEEDED"),
                    Arguments.of(state, "FORCED_PAUSE", new Change.PauseBegan(true), "PAUSING")));
  }

  @ParameterizedTest
  @MethodSource("cells")
  void a_command_leaves_a_fact_only_where_the_table_accepts_it(
      String state, String command, Change change, String after) {
    boolean accepted = Legality.ofRuns().allows(state, command, Legality.Outcome.ACCEPT);

    assertThat(feed(in(state), change, after).isEmpty()).isEqualTo(accepted);
  }

  @Test
  void a_fact_that_names_other_states_than_those_it_joins_is_wrong() {
    assertThat(in("PAUSED").take(fact("RUNNING", "RUNNING", new Change.Continued())))
        .contains("it says that it follows RUNNING, but the run was PAUSED");
    assertThat(in("PAUSED").take(fact("PAUSED", "PAUSED", new Change.Continued())))
        .contains("it says that it leads to PAUSED, but it leads to RUNNING");
    assertThat(in("PAUSED").take(fact("PAUSED", "PAUSED", FAILED)))
        .contains("StepsEnded cannot follow PAUSED");
  }

  @Test
  void a_run_that_is_retried_opens_what_failed_and_no_more() {
    RunMachine failed = in("FAILED");
    assertThat(feed(failed, new Change.WentOn("RETRIED", List.of(0)), "RUNNING")).isEmpty();
    assertThat(failed.end(0)).isEmpty();
    assertThat(feed(failed, FAILED, "RUNNING")).isEmpty();
    assertThat(feed(failed, new Change.StepPassed(end("SUCCEEDED")), "RUNNING")).isEmpty();
    assertThat(failed.end(0)).contains("SUCCEEDED");
    assertThat(feed(failed, new Change.WentOn("RETRIED", List.of(0)), "RUNNING")).isPresent();
  }

  @Test
  void a_run_ends_only_as_its_tasks_did() {
    Change success = new Change.RunEnded("SUCCEEDED", "", OptionalInt.empty(), "");
    Change failure = new Change.RunEnded("FAILED", "TASK_FAILED", OptionalInt.of(0), "");

    assertThat(feed(in("RUNNING"), success, "SUCCEEDED")).isPresent();
    assertThat(feed(in("RUNNING"), failure, "FAILED")).isPresent();
    RunMachine done = in("RUNNING");
    assertThat(feed(done, SUCCEEDED, "RUNNING")).isEmpty();
    assertThat(feed(done, failure, "FAILED")).isPresent();
    assertThat(feed(in("TERMINATING"), success, "SUCCEEDED")).isPresent();
    RunMachine twice = in("RUNNING");
    assertThat(feed(twice, SUCCEEDED, "RUNNING")).isEmpty();
    assertThat(feed(twice, SUCCEEDED, "RUNNING")).isPresent();
  }

  @Test
  void a_failed_run_names_the_first_task_that_failed() {
    for (OptionalInt named : List.of(OptionalInt.empty(), OptionalInt.of(7))) {
      RunMachine machine = in("RUNNING");
      assertThat(feed(machine, FAILED, "RUNNING")).isEmpty();
      assertThat(feed(machine, new Change.RunEnded("FAILED", "TASK_FAILED", named, ""), "FAILED"))
          .isPresent();
    }
  }

  @Test
  void a_stop_by_timeout_ends_a_run_failed_and_comes_of_its_timer_only() {
    RunMachine machine = in("PAUSED");
    Change stop = new Change.RunStopBegan("RUN_TIMED_OUT");

    assertThat(
            machine.take(
                new Fact(
                    "run|r",
                    1,
                    1,
                    1,
                    1,
                    "w",
                    1,
                    "PAUSED",
                    "TERMINATING",
                    new Cause.Timer("RUN_TIMEOUT"),
                    stop)))
        .isEmpty();
    assertThat(feed(machine, STOPPED, "TERMINATED")).isPresent();
    assertThat(feed(in("RUNNING"), stop, "TERMINATING")).isPresent();
  }

  // Executions.

  private static Change leased(long fence) {
    return new Change.Leased(
        fence, 0, (int) fence, "EXECUTE", "w", "i", "h", OptionalInt.of(0), "");
  }

  private static Change ended(String status) {
    return new Change.Ended(1, status, "", "");
  }

  private static Optional<String> feed(ExecutionMachine machine, Change change, String after) {
    return machine.take(
        new Fact("execution|r/t/0", 1, 1, 1, 1, "w", 1, machine.state(), after, PARENT, change));
  }

  @Test
  void an_execution_is_leased_when_it_waits_and_closed_when_it_is_leased() {
    ExecutionMachine machine = new ExecutionMachine("OFFLINE");

    assertThat(feed(machine, ended("SUCCEEDED"), "SUCCEEDED")).isPresent();
    machine = new ExecutionMachine("OFFLINE");
    assertThat(feed(machine, leased(1), "RUNNING")).isEmpty();
    assertThat(feed(machine, new Change.AttemptFailed(1, "FAILED", "", 1), "RETRY_WAIT")).isEmpty();
    assertThat(feed(machine, leased(2), "RUNNING")).isEmpty();
    assertThat(feed(machine, new Change.StopBegan(2, ""), "TERMINATING")).isEmpty();
    assertThat(feed(machine, ended("SUCCEEDED"), "SUCCEEDED")).isEmpty();
    assertThat(feed(machine, leased(3), "RUNNING")).contains("Leased cannot follow SUCCEEDED");
  }

  @Test
  void what_is_being_stopped_is_not_tried_again() {
    ExecutionMachine machine = new ExecutionMachine("OFFLINE");
    feed(machine, leased(1), "RUNNING");
    feed(machine, new Change.StopBegan(1, ""), "TERMINATING");

    assertThat(feed(machine, new Change.AttemptFailed(1, "FAILED", "", 1), "RETRY_WAIT"))
        .isPresent();
  }

  @Test
  void what_waits_for_its_next_attempt_can_only_be_stopped() {
    for (String status : List.of("SUCCEEDED", "FAILED", "TIMED_OUT")) {
      ExecutionMachine machine = waiting("OFFLINE");
      assertThat(feed(machine, ended(status), status)).isPresent();
    }
    assertThat(feed(waiting("OPS"), ended("TERMINATED"), "TERMINATED")).isEmpty();
  }

  @Test
  void what_never_began_is_ended_by_a_stop_outside_ops_only() {
    assertThat(feed(new ExecutionMachine("OFFLINE"), ended("TERMINATED"), "TERMINATED")).isEmpty();
    assertThat(feed(new ExecutionMachine("OPS"), ended("TERMINATED"), "TERMINATED")).isPresent();
  }

  private static ExecutionMachine waiting(String profile) {
    ExecutionMachine machine = new ExecutionMachine(profile);
    feed(machine, leased(1), "RUNNING");
    feed(machine, new Change.AttemptFailed(1, "FAILED", "", 1), "RETRY_WAIT");
    return machine;
  }
}
