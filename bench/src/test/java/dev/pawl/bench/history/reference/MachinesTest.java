package dev.pawl.bench.history.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Definition;
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

  private static final Change ENDED_FAILED =
      new Change.RunEnded("FAILED", "TASK_FAILED", OptionalInt.of(0), "");
  private static final Change ROLLBACK = new Change.WentOn("ROLLBACK", List.of(0));

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
          List.of(CREATED, STOP, new Change.StepsEnded(List.of(end("TERMINATED"))), STOPPED),
          "ROLLING_BACK",
          List.of(CREATED, FAILED, ENDED_FAILED, ROLLBACK),
          "ROLLED_BACK",
          List.of(
              CREATED,
              FAILED,
              ENDED_FAILED,
              ROLLBACK,
              undone("ROLLED_BACK"),
              new Change.RunEnded("ROLLED_BACK", "", OptionalInt.empty(), "")),
          "ROLLBACK_FAILED",
          List.of(
              CREATED,
              FAILED,
              ENDED_FAILED,
              ROLLBACK,
              undone("ROLLBACK_FAILED"),
              new Change.RunEnded("ROLLBACK_FAILED", "UNDO_FAILED", OptionalInt.of(0), "")),
          "SUCCEEDED",
          List.of(
              CREATED, SUCCEEDED, new Change.RunEnded("SUCCEEDED", "", OptionalInt.empty(), "")),
          "FAILED",
          List.of(CREATED, FAILED, ENDED_FAILED));

  private static Change.StepEnd end(String outcome) {
    return end(0, outcome, 1);
  }

  private static Change.StepEnd end(int index, String outcome, long fence) {
    return end(index, outcome, 1, fence);
  }

  private static Change.StepEnd end(int index, String outcome, int attempt, long fence) {
    return new Change.StepEnd(
        "t" + index, index, outcome, "", attempt, fence, "w", OptionalLong.of(1), 2, "");
  }

  private static Change undone(String outcome) {
    return new Change.StepsEnded(List.of(end(0, outcome, 2)));
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
            case Change.WentOn(var how, _) when how.equals("ROLLBACK") -> "ROLLING_BACK";
            case Change.StepsEnded _ -> machine.state();
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
                    Arguments.of(
                        state,
                        "STOP",
                        STOP,
                        state.equals("ROLLING_BACK") ? "ROLLING_BACK" : "TERMINATING"),
                    Arguments.of(state, "ROLLBACK", ROLLBACK, "ROLLING_BACK"),
                    Arguments.of(
                        state,
                        "RETRY",
                        new Change.WentOn(
                            "RETRIED", state.equals("ROLLBACK_FAILED") ? List.of(0) : List.of()),
                        "RUNNING"),
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

  /** Task 1 needs task 0, and task 2 never began. */
  private static RunMachine failedGraph() {
    Definition.Retry once = new Definition.Retry(1, 0, 0, 1, 0);
    List<Definition.Task> tasks =
        Stream.of(List.<Integer>of(), List.of(0), List.of(1))
            .map(
                needs ->
                    new Definition.Task(
                        needs.isEmpty() ? 0 : needs.getFirst() + 1,
                        "t",
                        needs,
                        "default",
                        OptionalLong.empty(),
                        0,
                        once,
                        Definition.EffectKind.NONE))
            .toList();
    RunMachine machine =
        new RunMachine(
            Optional.of(
                new Definition("h", "workflow|p/w", "OPS", OptionalLong.empty(), 10, tasks)));
    assertThat(
            feed(
                machine,
                new Change.RunCreated("workflow|p/w", 1, "h", 3, "r", "", OptionalLong.empty()),
                "RUNNING"))
        .isEmpty();
    assertThat(feed(machine, ends(end(0, "SUCCEEDED", 1)), "RUNNING")).isEmpty();
    assertThat(feed(machine, ends(end(1, "FAILED", 1)), "RUNNING")).isEmpty();
    Change failed = new Change.RunEnded("FAILED", "TASK_FAILED", OptionalInt.of(1), "");
    assertThat(feed(machine, failed, "FAILED")).isEmpty();
    return machine;
  }

  private static Change ends(Change.StepEnd end) {
    return new Change.StepsEnded(List.of(end));
  }

  private static Change rollback(Integer... steps) {
    return new Change.WentOn("ROLLBACK", List.of(steps));
  }

  @Test
  void a_rollback_is_of_all_that_began_and_of_nothing_else() {
    assertThat(feed(failedGraph(), rollback(0, 1), "ROLLING_BACK")).isEmpty();
    assertThat(feed(failedGraph(), rollback(1), "ROLLING_BACK")).isPresent();
    assertThat(feed(failedGraph(), rollback(0, 1, 2), "ROLLING_BACK")).isPresent();
  }

  @Test
  void what_is_taken_back_of_a_run_that_was_redone_is_what_began_in_its_last_round() {
    RunMachine machine = failedGraph();
    feed(machine, new Change.WentOn("REDONE", List.of()), "RUNNING");
    feed(machine, ends(end(0, "SUCCEEDED", 2)), "RUNNING");
    feed(machine, ends(end(1, "TERMINATED", 0, 1)), "RUNNING");
    Change failed = new Change.RunEnded("FAILED", "TASK_FAILED", OptionalInt.of(1), "");
    assertThat(feed(machine, failed, "FAILED")).isEmpty();

    assertThat(feed(machine, rollback(0), "ROLLING_BACK")).isEmpty();
  }

  @Test
  void an_undo_ends_after_that_of_whoever_needed_its_step_and_succeeds_once() {
    RunMachine wrongOrder = failedGraph();
    feed(wrongOrder, rollback(0, 1), "ROLLING_BACK");
    assertThat(feed(wrongOrder, ends(end(0, "ROLLED_BACK", 2)), "ROLLING_BACK")).isPresent();

    RunMachine twice = failedGraph();
    feed(twice, rollback(0, 1), "ROLLING_BACK");
    assertThat(feed(twice, ends(end(1, "ROLLED_BACK", 2)), "ROLLING_BACK")).isEmpty();
    assertThat(feed(twice, ends(end(1, "ROLLED_BACK", 3)), "ROLLING_BACK")).isPresent();

    RunMachine neverBegan = failedGraph();
    feed(neverBegan, rollback(0, 1), "ROLLING_BACK");
    assertThat(feed(neverBegan, ends(end(2, "ROLLED_BACK", 2)), "ROLLING_BACK")).isPresent();
  }

  @Test
  void a_run_is_rolled_back_when_all_is_taken_back_and_has_failed_to_when_an_undo_did() {
    Change rolledBack = new Change.RunEnded("ROLLED_BACK", "", OptionalInt.empty(), "");
    RunMachine early = failedGraph();
    feed(early, rollback(0, 1), "ROLLING_BACK");
    feed(early, ends(end(1, "ROLLED_BACK", 2)), "ROLLING_BACK");
    assertThat(feed(early, rolledBack, "ROLLED_BACK")).isPresent();

    RunMachine hangs = failedGraph();
    feed(hangs, rollback(0, 1), "ROLLING_BACK");
    assertThat(feed(hangs, ends(end(1, "ROLLBACK_FAILED", 2)), "ROLLING_BACK")).isEmpty();
    assertThat(
            feed(
                hangs,
                new Change.RunEnded("ROLLBACK_FAILED", "UNDO_FAILED", OptionalInt.of(1), ""),
                "ROLLBACK_FAILED"))
        .isEmpty();
    assertThat(feed(hangs, new Change.StepPassed(end(1, "ROLLED_BACK", 2)), "ROLLING_BACK"))
        .isEmpty();
    assertThat(feed(hangs, ends(end(0, "ROLLED_BACK", 2)), "ROLLING_BACK")).isEmpty();
    assertThat(feed(hangs, rolledBack, "ROLLED_BACK")).isEmpty();
  }

  @Test
  void a_run_whose_undo_hangs_goes_forward_with_what_was_undone_and_as_the_rest_stood() {
    RunMachine machine = hanging();
    assertThat(feed(machine, new Change.WentOn("RETRIED", List.of(1)), "RUNNING")).isEmpty();
    assertThat(feed(machine, ends(end(0, "SUCCEEDED", 1)), "RUNNING"))
        .as("what was not undone yet stands as it did")
        .isEmpty();
    assertThat(feed(machine, ends(end(1, "SUCCEEDED", 3)), "RUNNING")).isEmpty();
    assertThat(feed(machine, ends(end(2, "SUCCEEDED", 1)), "RUNNING")).isEmpty();
    assertThat(
            feed(
                machine,
                new Change.RunEnded("SUCCEEDED", "", OptionalInt.empty(), ""),
                "SUCCEEDED"))
        .isEmpty();

    assertThat(feed(hanging(), new Change.WentOn("RETRIED", List.of()), "RUNNING"))
        .as("what hangs stays undone by half")
        .isPresent();
    assertThat(feed(hanging(), new Change.WentOn("RETRIED", List.of(0, 1)), "RUNNING"))
        .as("what was not undone is not done again")
        .isPresent();
  }

  /** A graph whose second step could not be undone, so that the first was not yet. */
  private static RunMachine hanging() {
    RunMachine machine = failedGraph();
    feed(machine, rollback(0, 1), "ROLLING_BACK");
    feed(machine, ends(end(1, "ROLLBACK_FAILED", 2)), "ROLLING_BACK");
    assertThat(
            feed(
                machine,
                new Change.RunEnded("ROLLBACK_FAILED", "UNDO_FAILED", OptionalInt.of(1), ""),
                "ROLLBACK_FAILED"))
        .isEmpty();
    return machine;
  }

  @Test
  void what_a_forced_pause_ended_is_open_again_when_the_run_continues() {
    RunMachine machine = in("RUNNING");
    feed(machine, new Change.PauseBegan(true), "PAUSING");
    Change stopped =
        ends(
            new Change.StepEnd(
                "t", 0, "TERMINATED", "FORCED_PAUSE", 1, 1, "w", OptionalLong.of(1), 2, ""));
    assertThat(feed(machine, stopped, "PAUSING")).isEmpty();
    feed(machine, PAUSED, "PAUSED");
    assertThat(feed(machine, new Change.Continued(), "RUNNING")).isEmpty();
    assertThat(feed(machine, ends(end(0, "SUCCEEDED", 2)), "RUNNING")).isEmpty();
  }

  // Executions.

  private static Change undo(long fence) {
    return new Change.Leased(fence, 0, 1, "ROLLBACK", "w", "i", "", OptionalInt.empty(), "");
  }

  private static ExecutionMachine executed(String status) {
    ExecutionMachine machine = new ExecutionMachine("OPS");
    feed(machine, leased(1), "RUNNING");
    assertThat(feed(machine, ended(status), status)).isEmpty();
    return machine;
  }

  @Test
  void what_began_is_taken_back_once() {
    for (String status : List.of("SUCCEEDED", "FAILED", "TERMINATED")) {
      ExecutionMachine machine = executed(status);
      assertThat(feed(machine, undo(2), "ROLLING_BACK")).isEmpty();
      assertThat(feed(machine, ended("SUCCEEDED"), "SUCCEEDED")).isPresent();
      machine = executed(status);
      feed(machine, undo(2), "ROLLING_BACK");
      assertThat(feed(machine, ended("ROLLBACK_FAILED"), "ROLLBACK_FAILED")).isEmpty();
      assertThat(feed(machine, undo(3), "ROLLING_BACK")).as("it is resumed").isEmpty();
      assertThat(feed(machine, ended("ROLLED_BACK"), "ROLLED_BACK")).isEmpty();
      assertThat(feed(machine, undo(4), "ROLLING_BACK")).isPresent();
    }
    assertThat(feed(new ExecutionMachine("OPS"), undo(1), "ROLLING_BACK"))
        .as("it never began")
        .isPresent();
  }

  @Test
  void an_undo_before_a_retry_is_followed_by_the_retry() {
    ExecutionMachine machine = executed("FAILED");
    assertThat(feed(machine, undo(2), "RUNNING")).isEmpty();
    assertThat(feed(machine, new Change.AttemptFailed(2, "FAILED", "", 1), "RETRY_WAIT"))
        .as("an undo that fails is not tried again")
        .isPresent();
    machine = executed("FAILED");
    feed(machine, undo(2), "RUNNING");
    assertThat(feed(machine, new Change.Undone(2), "RETRY_WAIT")).isEmpty();
    ExecutionMachine again = executed("FAILED");
    feed(again, undo(2), "RUNNING");
    feed(again, new Change.Undone(2), "RETRY_WAIT");
    assertThat(feed(again, undo(3), "RUNNING")).as("it was taken back already").isPresent();
    Change retry = new Change.Leased(3, 0, 2, "RETRY", "w", "i", "", OptionalInt.empty(), "");
    assertThat(feed(machine, retry, "RUNNING")).isEmpty();
    assertThat(feed(executed("SUCCEEDED"), undo(2), "RUNNING"))
        .as("what succeeded is not done again by a retry")
        .isPresent();
  }

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
