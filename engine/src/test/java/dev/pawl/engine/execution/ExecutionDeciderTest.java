package dev.pawl.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pawl.covers.Covers;
import dev.pawl.engine.content.AdditionalData;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.definition.Placement;
import dev.pawl.engine.definition.RetryPlan;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.definition.UndoPlan;
import dev.pawl.engine.execution.ExecutionCommand.Confirm;
import dev.pawl.engine.execution.ExecutionCommand.Fail;
import dev.pawl.engine.execution.ExecutionCommand.Fence;
import dev.pawl.engine.execution.ExecutionCommand.Grant;
import dev.pawl.engine.execution.ExecutionCommand.Lose;
import dev.pawl.engine.execution.ExecutionCommand.Stop;
import dev.pawl.engine.execution.ExecutionCommand.Succeed;
import dev.pawl.engine.execution.ExecutionEvent.AttemptFailed;
import dev.pawl.engine.execution.ExecutionEvent.Ended;
import dev.pawl.engine.execution.ExecutionEvent.Leased;
import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.execution.ExecutionEvent.StopBegan;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.run.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExecutionDeciderTest {
  private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
  private static final WorkSpec SPEC = new WorkSpec("default", "abc", 0, Map.of(), "");
  private static final Leased FIRST =
      new Leased(Optional.of(SPEC), 1, 0, 1, Operation.EXECUTE, false, "w1", "i1");
  private static final AttemptFailed ONE_FAILED =
      new AttemptFailed(
          1, 1, ExecutionStatus.FAILED, "EXIT_CODE", "exit code 1", "", NOW.plusSeconds(5));
  private static final AdditionalData NONE = AdditionalData.NONE;
  private static final Fail FAIL = new Fail(1, "EXIT_CODE", "exit code 1", false, "");

  private static TaskPlan task(int attempts) {
    return task(new RetryPlan(attempts, new RetryPlan.Backoff.Fixed(Duration.ofSeconds(5))));
  }

  private static TaskPlan task(RetryPlan retry) {
    return new TaskPlan(
        0,
        "a",
        "",
        List.of(),
        "default",
        Map.of(),
        Optional.empty(),
        Duration.ofSeconds(10),
        retry,
        List.of(),
        false,
        new Placement.Any(),
        Set.of(),
        false,
        Optional.empty(),
        Optional.empty());
  }

  private static ExecutionState given(ExecutionEvent... events) {
    ExecutionState state = ExecutionDecider.absent();
    for (ExecutionEvent event : events) {
      state =
          ExecutionDecider.evolve(
              state, ExecutionDecider.fact(state, event, new Cause.Report("w1", 1), NOW));
    }
    return state;
  }

  private static Decision<ExecutionEvent, ExecutionRejection> decide(
      ExecutionState state, ExecutionCommand command) {
    return ExecutionDecider.decide(state, task(2), command, NOW);
  }

  private static Ended ended(long fence, ExecutionStatus status, String reason, String message) {
    return new Ended(Optional.empty(), fence, (int) fence, status, reason, message, "", Map.of());
  }

  @Test
  void the_first_lease_names_the_execution_completely() {
    assertThat(decide(given(), new Grant(SPEC, 0, Directive.Work.DO, "w1", "i1")))
        .isEqualTo(Decision.accept(FIRST));
  }

  @Test
  void a_lease_after_a_failure_raises_fence_and_attempt() {
    assertThat(decide(given(FIRST, ONE_FAILED), new Grant(SPEC, 0, Directive.Work.DO, "w2", "i2")))
        .isEqualTo(
            Decision.accept(
                new Leased(Optional.empty(), 2, 0, 2, Operation.RETRY, false, "w2", "i2")));
  }

  @Test
  void work_that_is_leased_is_not_leased_again() {
    assertThat(decide(given(FIRST), new Grant(SPEC, 0, Directive.Work.DO, "w2", "i2")))
        .isEqualTo(Decision.reject(new ExecutionRejection.NotWaiting()));
  }

  @Test
  @Covers("OCP-39")
  void a_failure_waits_for_the_next_attempt_while_there_is_one() {
    assertThat(decide(given(FIRST), FAIL)).isEqualTo(Decision.accept(ONE_FAILED));
  }

  @Test
  @Covers("OCP-39")
  void the_last_attempt_ends_the_execution() {
    Leased second = new Leased(Optional.empty(), 2, 0, 2, Operation.RETRY, false, "w1", "i1");
    assertThat(
            decide(
                given(FIRST, ONE_FAILED, second),
                new Fail(2, "EXIT_CODE", "exit code 1", false, "")))
        .isEqualTo(Decision.accept(ended(2, ExecutionStatus.FAILED, "EXIT_CODE", "exit code 1")));
  }

  @Test
  void a_permanent_failure_is_not_tried_again() {
    assertThat(decide(given(FIRST), new Fail(1, "HANDLER_UNKNOWN", "no x", true, "")))
        .isEqualTo(Decision.accept(ended(1, ExecutionStatus.FAILED, "HANDLER_UNKNOWN", "no x")));
  }

  @Test
  @Covers({"OCP-40", "TSF-28"})
  void a_timeout_that_the_worker_reports_ends_timed_out() {
    ExecutionState state = given(FIRST);
    var decision =
        ExecutionDecider.decide(
            state, task(1), new Fail(1, "TIMED_OUT", "after 5 s", false, ""), NOW);
    assertThat(decision)
        .isEqualTo(Decision.accept(ended(1, ExecutionStatus.TIMED_OUT, "TIMED_OUT", "after 5 s")));
  }

  @Test
  @Covers("OBS-30")
  void a_report_with_an_old_fence_changes_nothing() {
    Leased second = new Leased(Optional.empty(), 2, 0, 2, Operation.RETRY, false, "w2", "i2");
    assertThat(decide(given(FIRST, ONE_FAILED, second), new Succeed(1, Map.of(), "")))
        .isEqualTo(Decision.reject(new ExecutionRejection.Stale()));
    assertThat(decide(given(), new Succeed(1, Map.of(), "")))
        .isEqualTo(Decision.reject(new ExecutionRejection.Stale()));
  }

  @Test
  void a_report_that_is_repeated_after_its_answer_was_lost_is_accepted_without_effect() {
    Ended success = ended(1, ExecutionStatus.SUCCEEDED, "", "");
    assertThat(decide(given(FIRST, success), new Succeed(1, Map.of(), "")))
        .isEqualTo(Decision.unchanged());
    assertThat(decide(given(FIRST, success), FAIL))
        .isEqualTo(Decision.reject(new ExecutionRejection.Stale()));
    assertThat(decide(given(FIRST, ONE_FAILED), FAIL)).isEqualTo(Decision.unchanged());
  }

  @Test
  @Covers({"OCP-38", "TSF-27"})
  void a_stop_at_work_is_a_visible_transition_until_the_worker_confirms() {
    StopBegan stopping = new StopBegan(1, "STOPPED");
    assertThat(decide(given(FIRST), new Stop("STOPPED"))).isEqualTo(Decision.accept(stopping));
    assertThat(decide(given(FIRST, stopping), new Stop("STOPPED"))).isEqualTo(Decision.unchanged());
    assertThat(decide(given(FIRST, stopping), new Confirm(1, "SIGNAL", "")))
        .isEqualTo(
            Decision.accept(ended(1, ExecutionStatus.TERMINATED, "STOPPED", "stopped: SIGNAL")));
  }

  @Test
  @Covers("TSF-36")
  void work_that_succeeds_before_it_confirms_a_stop_has_succeeded() {
    assertThat(decide(given(FIRST, new StopBegan(1, "STOPPED")), new Succeed(1, Map.of(), "")))
        .isEqualTo(Decision.accept(ended(1, ExecutionStatus.SUCCEEDED, "", "")));
  }

  @Test
  @Covers("OCP-24")
  void a_worker_that_never_confirms_is_fenced_and_its_late_word_is_stale() {
    ExecutionState stopping = given(FIRST, new StopBegan(1, "STOPPED"));
    Ended fenced =
        ended(
            1, ExecutionStatus.TERMINATED, "STOPPED", "fenced: worker w1 did not confirm the stop");
    assertThat(decide(stopping, new Fence(1))).isEqualTo(Decision.accept(fenced));
    ExecutionState over = given(FIRST, new StopBegan(1, "STOPPED"), fenced);
    assertThat(decide(over, new Succeed(1, Map.of(), "")))
        .isEqualTo(Decision.reject(new ExecutionRejection.Stale()));
  }

  @Test
  void a_stop_while_it_waits_for_a_retry_ends_it_at_once() {
    assertThat(decide(given(FIRST, ONE_FAILED), new Stop("STOPPED")))
        .isEqualTo(
            Decision.accept(
                ended(
                    1,
                    ExecutionStatus.TERMINATED,
                    "STOPPED",
                    "stopped while it waited for its next attempt")));
  }

  @Test
  @Covers("OCP-49")
  void a_lost_worker_costs_no_attempt_where_losses_are_forgiven_but_not_for_ever() {
    TaskPlan task = task(new RetryPlan(1, new RetryPlan.Backoff.Fixed(Duration.ofSeconds(5)), 2));
    ExecutionState state = given();
    for (int fence = 1; fence <= 3; fence++) {
      state = follow(state, task, new Grant(SPEC, 0, Directive.Work.DO, "w1", "i" + fence));
      assertThat(state).isInstanceOf(ExecutionState.Leased.class);
      state = follow(state, task, new Lose(fence, "its worker restarted"));
    }
    assertThat(state)
        .isInstanceOfSatisfying(
            ExecutionState.Ended.class,
            ended -> {
              assertThat(ended.reason()).isEqualTo("WORKER_LOST");
              assertThat(ended.past().attempts()).hasSize(3);
            });
  }

  private static ExecutionState follow(
      ExecutionState before, TaskPlan task, ExecutionCommand command) {
    ExecutionState state = before;
    switch (ExecutionDecider.decide(before, task, command, NOW)) {
      case Decision.Accept(var events) -> {
        for (ExecutionEvent event : events) {
          state =
              ExecutionDecider.evolve(
                  state, ExecutionDecider.fact(state, event, new Cause.Report("w1", 1), NOW));
        }
      }
      case Decision.Reject(var rejection) -> throw new AssertionError("rejected: " + rejection);
    }
    return state;
  }

  @Test
  @Covers("OCP-49")
  void a_lost_worker_costs_an_attempt_and_is_waited_for_like_any() {
    assertThat(decide(given(FIRST), new Lose(1, "its worker restarted")))
        .isEqualTo(
            Decision.accept(
                new AttemptFailed(
                    1,
                    1,
                    ExecutionStatus.FAILED,
                    "WORKER_LOST",
                    "its worker restarted",
                    "",
                    NOW.plusSeconds(5))));
    assertThat(decide(given(FIRST), new Lose(7, "")))
        .isEqualTo(Decision.reject(new ExecutionRejection.Stale()));
  }

  @Test
  @Covers("OCP-39")
  void an_execution_that_ended_is_leased_once_more_with_as_many_attempts_as_at_first() {
    Leased second = new Leased(Optional.empty(), 2, 0, 2, Operation.RETRY, false, "w1", "i1");
    ExecutionState over =
        given(FIRST, ONE_FAILED, second, ended(2, ExecutionStatus.FAILED, "EXIT_CODE", ""));

    assertThat(decide(over, new Grant(SPEC, 0, Directive.Work.DO, "w2", "i2")))
        .isEqualTo(
            Decision.accept(
                new Leased(Optional.empty(), 3, 0, 3, Operation.RETRY, false, "w2", "i2")));
    ExecutionState again =
        given(
            FIRST,
            ONE_FAILED,
            second,
            ended(2, ExecutionStatus.FAILED, "EXIT_CODE", ""),
            new Leased(Optional.empty(), 3, 0, 3, Operation.RETRY, false, "w2", "i2"));
    assertThat(decide(again, new Fail(3, "EXIT_CODE", "exit code 1", false, "")))
        .isEqualTo(
            Decision.accept(
                new AttemptFailed(
                    3,
                    3,
                    ExecutionStatus.FAILED,
                    "EXIT_CODE",
                    "exit code 1",
                    "",
                    NOW.plusSeconds(5))));
  }

  @Test
  void a_new_round_counts_its_attempts_from_one_and_takes_what_it_is_handed() {
    WorkSpec other =
        new WorkSpec("default", "abc", 0, Map.of(), "00-0af7651916cd43dd8448eb211c80319c-1-01");
    ExecutionState over = given(FIRST, ended(1, ExecutionStatus.SUCCEEDED, "", ""));

    assertThat(decide(over, new Grant(other, 1, Directive.Work.DO, "w2", "i2")))
        .isEqualTo(
            Decision.accept(
                new Leased(Optional.of(other), 2, 1, 1, Operation.EXECUTE, false, "w2", "i2")));
    ExecutionFact lease =
        ExecutionDecider.fact(
            over,
            new Leased(Optional.of(other), 2, 1, 1, Operation.EXECUTE, false, "w2", "i2"),
            new Cause.Parent("r"),
            NOW.plusSeconds(100));
    assertThat(ExecutionDecider.evolve(over, lease))
        .isInstanceOfSatisfying(
            ExecutionState.Leased.class,
            leased -> {
              assertThat(leased.spec()).isEqualTo(other);
              assertThat(leased.past().startedAt()).isEqualTo(NOW.plusSeconds(100));
            });
  }

  private static final TaskPlan UNDOABLE = undoable();

  private static TaskPlan undoable() {
    TaskPlan plain = task(2);
    return new TaskPlan(
        plain.index(),
        plain.name(),
        plain.displayName(),
        plain.needs(),
        plain.group(),
        plain.inputs(),
        plain.timeout(),
        plain.grace(),
        plain.retry(),
        plain.outputs(),
        plain.keepRunning(),
        plain.placement(),
        plain.forbid(),
        false,
        Optional.of(new UndoPlan(Optional.empty(), Duration.ofSeconds(1), true, false)),
        Optional.empty());
  }

  private static ExecutionEvent only(ExecutionState state, ExecutionCommand command) {
    return switch (ExecutionDecider.decide(state, UNDOABLE, command, NOW)) {
      case Decision.Accept(var events) -> events.getFirst();
      case Decision.Reject(var rejection) -> throw new AssertionError("rejected: " + rejection);
    };
  }

  private static ExecutionCommand grant(Directive.Work work) {
    return new Grant(SPEC, 0, work, "w1", "i1");
  }

  @Test
  @Covers("OCP-21")
  void an_attempt_of_its_own_accord_begins_with_an_undo_where_the_plan_says_so() {
    ExecutionEvent undo = only(given(FIRST, ONE_FAILED), grant(Directive.Work.DO));
    assertThat(undo)
        .isEqualTo(new Leased(Optional.empty(), 2, 0, 1, Operation.ROLLBACK, false, "w1", "i1"));
    ExecutionEvent undone =
        only(given(FIRST, ONE_FAILED, undo), new ExecutionCommand.Succeed(2, Map.of(), "gone"));
    assertThat(undone).isEqualTo(new ExecutionEvent.Undone(2, 1, "gone"));
    ExecutionEvent second = only(given(FIRST, ONE_FAILED, undo, undone), grant(Directive.Work.DO));
    assertThat(second)
        .isEqualTo(new Leased(Optional.empty(), 3, 0, 2, Operation.RETRY, false, "w1", "i1"));
    assertThat(
            only(given(FIRST, ONE_FAILED, undo, undone, second), new Fail(3, "X", "", false, "")))
        .as("the undo is no attempt, so two were made")
        .isInstanceOf(Ended.class);
  }

  @Test
  @Covers("OCP-21")
  void an_undo_that_succeeds_while_it_is_stopped_is_known_to_have_done_so_and_is_not_repeated() {
    ExecutionEvent undo = only(given(FIRST, ONE_FAILED), grant(Directive.Work.DO));
    ExecutionEvent stop = new ExecutionEvent.StopBegan(2, "STOPPED");
    ExecutionState stopping = given(FIRST, ONE_FAILED, undo, stop);

    ExecutionEvent succeeded = only(stopping, new ExecutionCommand.Succeed(2, Map.of(), "gone"));

    ExecutionState over = given(FIRST, ONE_FAILED, undo, stop, succeeded);
    assertThat(ExecutionDecider.status(over)).isEqualTo(ExecutionStatus.TERMINATED);
    assertThat(takenBack(over)).isTrue();
    assertThat(
            ExecutionDecider.decide(
                over, UNDOABLE, new ExecutionCommand.Succeed(2, Map.of(), ""), NOW))
        .as("a repeat of the report")
        .isEqualTo(Decision.unchanged());
    assertThat(only(over, grant(Directive.Work.DO)))
        .isEqualTo(new Leased(Optional.empty(), 3, 0, 2, Operation.RETRY, false, "w1", "i1"));
    ExecutionEvent confirmed = only(stopping, new ExecutionCommand.Confirm(2, "SIGNAL", ""));
    assertThat(takenBack(given(FIRST, ONE_FAILED, undo, stop, confirmed))).isFalse();
  }

  @Test
  void what_is_stopped_between_its_undo_and_its_next_attempt_is_known_to_be_undone() {
    ExecutionEvent undo = only(given(FIRST, ONE_FAILED), grant(Directive.Work.DO));
    ExecutionEvent undone =
        only(given(FIRST, ONE_FAILED, undo), new ExecutionCommand.Succeed(2, Map.of(), "gone"));
    ExecutionCommand stop = new ExecutionCommand.Stop("STOPPED");

    ExecutionEvent after = only(given(FIRST, ONE_FAILED, undo, undone), stop);
    ExecutionEvent before = only(given(FIRST, ONE_FAILED), stop);

    assertThat(takenBack(given(FIRST, ONE_FAILED, undo, undone, after))).isTrue();
    assertThat(takenBack(given(FIRST, ONE_FAILED, before))).isFalse();
  }

  private static boolean takenBack(ExecutionState state) {
    return Standings.standing(new ExecutionId(new RunId("r"), "a", 0), state, Optional.empty())
        .end()
        .orElseThrow()
        .takenBack();
  }

  @Test
  void an_undo_that_fails_ends_the_execution() {
    ExecutionEvent undo = only(given(FIRST, ONE_FAILED), grant(Directive.Work.DO));
    assertThat(only(given(FIRST, ONE_FAILED, undo), new Fail(2, "EXIT_CODE", "3", false, "")))
        .isEqualTo(
            new Ended(
                Optional.empty(),
                2,
                1,
                ExecutionStatus.FAILED,
                "UNDO_FAILED",
                "EXIT_CODE: 3",
                "",
                Map.of()));
  }

  @Test
  void an_execution_that_is_to_begin_anew_shows_so_until_it_is_leased() {
    ExecutionId id = new ExecutionId(new RunId("01jd8z4v7h3nq5r6s7t8v9w0xy"), "a", 0);
    ExecutionState ended = given(FIRST, ended(1, ExecutionStatus.FAILED, "EXIT_CODE", "exit 1"));

    assertThat(Standings.of(id, ended, Optional.empty()))
        .hasValueSatisfying(
            view -> {
              assertThat(view.status()).isEqualTo(ExecutionStatus.FAILED);
              assertThat(view.reason()).isEqualTo("EXIT_CODE");
            });
    assertThat(Standings.of(id, ended, wanted(Directive.Order.GO, Directive.Work.DO)))
        .hasValueSatisfying(
            view -> {
              assertThat(view.status()).isEqualTo(ExecutionStatus.READY);
              assertThat(view.reason()).isEmpty();
              assertThat(view.attempts()).hasSize(1);
            });
    assertThat(Standings.of(id, ended, wanted(Directive.Order.GO, Directive.Work.UNDO)))
        .hasValueSatisfying(
            view -> assertThat(view.status()).isEqualTo(ExecutionStatus.ROLLING_BACK));
    assertThat(Standings.of(id, ended, wanted(Directive.Order.STOP, Directive.Work.DO)))
        .as("it was stopped before it began")
        .hasValueSatisfying(view -> assertThat(view.status()).isEqualTo(ExecutionStatus.FAILED));
  }

  private static Optional<Directive> wanted(Directive.Order order, Directive.Work work) {
    return Optional.of(new Directive(5, order, "", Optional.of(SPEC), 1, 1, work));
  }

  @Test
  @Covers("OCP-27")
  void a_rollback_is_handed_what_the_work_gave() {
    Map<String, Payload> outputs =
        Map.of("pid", new Payload.Inline(Value.newBuilder().setNumberValue(7).build()));
    ExecutionEvent done =
        new Ended(Optional.empty(), 1, 1, ExecutionStatus.SUCCEEDED, "", "", "", outputs);
    ExecutionEvent undo = only(given(FIRST, done), grant(Directive.Work.UNDO));
    assertThat(undo)
        .isEqualTo(new Leased(Optional.empty(), 2, 0, 1, Operation.ROLLBACK, true, "w1", "i1"));
    ExecutionState undoing = given(FIRST, done, undo);
    assertThat(ExecutionDecider.status(undoing)).isEqualTo(ExecutionStatus.ROLLING_BACK);
    assertThat(Standings.outputs(undoing)).isEqualTo(outputs);

    ExecutionEvent failed = only(undoing, new Lose(2, "its worker restarted"));
    assertThat(failed)
        .isInstanceOfSatisfying(
            Ended.class,
            ended -> assertThat(ended.status()).isEqualTo(ExecutionStatus.ROLLBACK_FAILED));
    ExecutionEvent again = only(given(FIRST, done, undo, failed), grant(Directive.Work.UNDO));
    ExecutionState resumed = given(FIRST, done, undo, failed, again);
    assertThat(Standings.outputs(resumed)).as("also when it is tried again").isEqualTo(outputs);
    assertThat(only(resumed, new ExecutionCommand.Succeed(3, Map.of(), "")))
        .isInstanceOfSatisfying(
            Ended.class,
            ended -> assertThat(ended.status()).isEqualTo(ExecutionStatus.ROLLED_BACK));
  }

  @Test
  @Covers("OCP-27")
  void a_rollback_is_handed_what_the_work_was_handed() {
    WorkSpec handed =
        new WorkSpec(
            "default",
            "abc",
            0,
            Map.of("size", new Payload.Inline(Value.newBuilder().setNumberValue(7).build())),
            "");
    Leased first = new Leased(Optional.of(handed), 1, 0, 1, Operation.EXECUTE, false, "w1", "i1");
    Ended failed = ended(1, ExecutionStatus.FAILED, "EXIT_CODE", "exit code 1");

    ExecutionEvent undo = only(given(first, failed), grant(Directive.Work.UNDO));

    assertThat(undo)
        .as("though the run, whose earlier steps are open again, knows less")
        .isEqualTo(new Leased(Optional.empty(), 2, 0, 1, Operation.ROLLBACK, true, "w1", "i1"));
    assertThat(given(first, failed, undo))
        .isInstanceOfSatisfying(
            ExecutionState.Leased.class, leased -> assertThat(leased.spec()).isEqualTo(handed));
  }

  private static AdditionalData hosts(String... names) {
    ListValue.Builder list = ListValue.newBuilder();
    for (String name : names) {
      list.addValues(Value.newBuilder().setStringValue(name));
    }
    return AdditionalData.of(
        Struct.newBuilder()
            .putFields("hosts", Value.newBuilder().setListValue(list).build())
            .build());
  }

  private static ExecutionState after(
      ExecutionState state, ExecutionEvent event, AdditionalData data) {
    return ExecutionDecider.evolve(
        state, ExecutionDecider.fact(state, event, new Cause.Report("w1", 1), NOW, data));
  }

  private static AdditionalData shown(ExecutionState state) {
    return Standings.of(new ExecutionId(new RunId("r"), "a", 0), state, Optional.empty())
        .orElseThrow()
        .data();
  }

  @Test
  void what_the_attempts_of_a_round_publish_is_merged_also_of_those_that_failed_or_undid() {
    ExecutionState failed = after(given(FIRST), ONE_FAILED, hosts("one"));
    assertThat(shown(failed)).isEqualTo(hosts("one"));

    ExecutionState undoing = after(failed, only(failed, grant(Directive.Work.DO)), NONE);
    ExecutionState undone =
        after(undoing, only(undoing, new Succeed(2, Map.of(), "")), hosts("undone"));
    ExecutionState second = after(undone, only(undone, grant(Directive.Work.DO)), NONE);
    ExecutionState done = after(second, only(second, new Succeed(3, Map.of(), "")), hosts("two"));

    assertThat(shown(done)).isEqualTo(hosts("one", "undone", "two"));
    assertThat(
            Standings.standing(new ExecutionId(new RunId("r"), "a", 0), done, Optional.empty())
                .end()
                .orElseThrow()
                .data())
        .as("the run is told with the end")
        .isEqualTo(hosts("one", "undone", "two"));
    ExecutionState back = after(done, only(done, grant(Directive.Work.UNDO)), NONE);
    assertThat(shown(after(back, only(back, new Succeed(4, Map.of(), "")), hosts("back"))))
        .as("the undo belongs to the round of what it takes back")
        .isEqualTo(hosts("one", "undone", "two", "back"));
  }

  @Test
  void what_is_published_by_work_that_is_stopped_is_kept_with_that_of_its_clean_up() {
    ExecutionState stopping = given(FIRST, new StopBegan(1, "STOPPED"));
    ExecutionState stopped =
        after(
            stopping,
            new ExecutionEvent.Stopped(1, 1, "STOPPED", "stopped: SIGNAL", ""),
            hosts("half"));
    Leased cleanUp = new Leased(Optional.empty(), 2, 0, 1, Operation.CANCEL, false, "w1", "i1");
    ExecutionState cleaning = after(stopped, cleanUp, NONE);

    assertThat(shown(after(cleaning, only(cleaning, new Succeed(2, Map.of(), "")), hosts("gone"))))
        .isEqualTo(hosts("half", "gone"));
  }

  @Test
  void a_new_round_begins_with_nothing_published() {
    Ended success = ended(1, ExecutionStatus.SUCCEEDED, "", "");
    ExecutionState done = after(given(FIRST), success, hosts("one"));
    Directive redo =
        new Directive(
            5, Directive.Order.GO, "", Optional.of(SPEC), 1, 1, Directive.Work.UNDO_THEN_DO);
    ExecutionId id = new ExecutionId(new RunId("r"), "a", 0);
    assertThat(Standings.of(id, done, Optional.of(redo)).orElseThrow().data())
        .as("while it waits for its slot")
        .isEqualTo(NONE);

    ExecutionState again =
        after(done, only(done, new Grant(SPEC, 1, Directive.Work.UNDO_THEN_DO, "w1", "i1")), NONE);

    assertThat(shown(again)).isEqualTo(NONE);
    assertThat(shown(after(again, only(again, new Succeed(2, Map.of(), "")), hosts("two"))))
        .isEqualTo(hosts("two"));
  }

  @Test
  void what_the_attempts_of_a_round_publish_beyond_the_limit_is_left_out() {
    String[] many = new String[200];
    Arrays.fill(many, "x".repeat(60));
    ExecutionState state = after(given(FIRST), ONE_FAILED, hosts(many));
    Leased second = new Leased(Optional.empty(), 2, 0, 2, Operation.RETRY, false, "w1", "i1");
    Ended success = ended(2, ExecutionStatus.SUCCEEDED, "", "");

    assertThat(shown(after(after(state, second, NONE), success, hosts(many))))
        .isEqualTo(new AdditionalData(hosts(many).values(), true));
  }
}
