package dev.pawl.cli.run.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.cli.Sample;
import dev.pawl.cli.resource.States;
import dev.pawl.v1.Event;
import dev.pawl.v1.ExecutionState;
import dev.pawl.v1.Revision;
import dev.pawl.v1.RunState;
import dev.pawl.v1.TaskRun;
import dev.pawl.v1.TaskRunState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BoardTest {
  private final Board board = new Board();

  private void load(TaskRunState state, long fence) {
    board.load(
        Sample.run(RunState.RUN_STATE_RUNNING),
        List.of(
            Sample.step("swap", state, fence),
            Sample.step("verify", TaskRunState.TASK_RUN_STATE_WAIT_UPSTREAM, 0, "swap")));
  }

  private TaskRunState swap() {
    return board.rows().iterator().next().state();
  }

  @Test
  void an_event_that_the_list_already_knows_changes_nothing() {
    load(TaskRunState.TASK_RUN_STATE_SUCCEEDED, 2);

    assertThat(board.apply(Facts.leased("swap", 1, 1))).isEmpty();
    assertThat(board.apply(Facts.attemptFailed("swap", 1, 1))).isEmpty();
    assertThat(board.apply(Facts.leased("swap", 2, 2))).isEmpty();
    assertThat(board.apply(Facts.ended("swap", 2, ExecutionState.EXECUTION_STATE_SUCCEEDED)))
        .isEmpty();
    assertThat(board.apply(Facts.stepEnded(3, "swap", 2, TaskRunState.TASK_RUN_STATE_SUCCEEDED)))
        .isEmpty();
  }

  @Test
  void each_change_is_told_once_however_often_its_events_come() {
    load(TaskRunState.TASK_RUN_STATE_WAIT_DISPATCH, 0);
    List<Event> story =
        List.of(
            Facts.leased("swap", 1, 1),
            Facts.attemptFailed("swap", 1, 1),
            Facts.leased("swap", 2, 2),
            Facts.ended("swap", 2, ExecutionState.EXECUTION_STATE_FAILED),
            Facts.stepEnded(3, "swap", 2, TaskRunState.TASK_RUN_STATE_FAILED),
            Facts.runEnded(4, "FAILED"));
    List<String> told = new ArrayList<>();

    for (int repeat = 0; repeat < 2; repeat++) {
      for (Event event : story) {
        for (Board.Change change : board.apply(event)) {
          told.add(
              switch (change) {
                case Board.Change.StepChanged(var _, var step) -> step.getState().name();
                case Board.Change.RunChanged(var _, var run, var _) -> run.getState().name();
              });
        }
      }
    }

    assertThat(told)
        .containsExactly(
            "TASK_RUN_STATE_RUNNING",
            "TASK_RUN_STATE_RETRY_WAIT",
            "TASK_RUN_STATE_RUNNING",
            "TASK_RUN_STATE_FAILED",
            "RUN_STATE_FAILED");
    assertThat(board.isEnded()).isTrue();
  }

  @Test
  void in_whatever_order_repeated_events_come_the_end_is_the_same() {
    List<Event> story =
        List.of(
            Facts.leased("swap", 1, 1),
            Facts.attemptFailed("swap", 1, 1),
            Facts.leased("swap", 2, 2),
            Facts.ended("swap", 2, ExecutionState.EXECUTION_STATE_SUCCEEDED));
    for (int seed = 0; seed < 200; seed++) {
      load(TaskRunState.TASK_RUN_STATE_WAIT_DISPATCH, 0);
      List<Event> shuffled = new ArrayList<>(story);
      Collections.shuffle(shuffled, new Random(seed));
      shuffled.forEach(board::apply);
      assertThat(swap()).as("seed " + seed).isEqualTo(TaskRunState.TASK_RUN_STATE_SUCCEEDED);
    }
  }

  @Test
  void a_skipped_step_has_no_fence_and_ends_all_the_same() {
    load(TaskRunState.TASK_RUN_STATE_WAIT_UPSTREAM, 0);

    assertThat(board.apply(Facts.stepEnded(3, "swap", 0, TaskRunState.TASK_RUN_STATE_SKIPPED)))
        .hasSize(1);
    assertThat(swap()).isEqualTo(TaskRunState.TASK_RUN_STATE_SKIPPED);
  }

  @Test
  void an_older_move_of_the_run_is_ignored() {
    load(TaskRunState.TASK_RUN_STATE_RUNNING, 1);

    assertThat(board.apply(Facts.runMoved(2, "PAUSED"))).isEmpty();
    assertThat(board.apply(Facts.runMoved(3, "PAUSED"))).hasSize(1);
    assertThat(board.run().getState()).isEqualTo(RunState.RUN_STATE_PAUSED);
  }

  private static List<String> told(List<Board.Change> changes) {
    return changes.stream()
        .map(
            change ->
                switch (change) {
                  case Board.Change.StepChanged(var _, var step) ->
                      step.getTask() + " " + States.name(step.getState());
                  case Board.Change.RunChanged(var _, var run, var reopened) ->
                      States.name(run.getState()) + " " + reopened;
                })
        .toList();
  }

  private void failed() {
    load(TaskRunState.TASK_RUN_STATE_RUNNING, 1);
    board.apply(Facts.ended("swap", 1, ExecutionState.EXECUTION_STATE_FAILED));
    board.apply(Facts.stepEnded(3, "swap", 1, TaskRunState.TASK_RUN_STATE_FAILED));
    board.apply(Facts.runEnded(4, "FAILED"));
    assertThat(board.isEnded()).isTrue();
    assertThat(board.ended()).isEqualTo(1);
  }

  @Test
  void a_run_that_goes_on_opens_its_steps_again_and_its_end_is_forgotten() {
    failed();

    assertThat(told(board.apply(Facts.reopened(5, "RUNNING", "swap"))))
        .containsExactly("RUNNING [swap]");
    assertThat(board.isEnded()).isFalse();
    assertThat(board.run().hasEndTime()).isFalse();
    assertThat(board.ended()).isZero();
    TaskRun swap = board.step("swap").orElseThrow();
    assertThat(swap.getAttempt()).isZero();
    assertThat(swap.hasStartTime()).isFalse();
    assertThat(swap.hasEndTime()).isFalse();
    assertThat(board.waitsFor(board.rows().iterator().next()))
        .isEqualTo("a free slot in group default");
  }

  @Test
  void late_news_of_before_does_not_touch_a_step_that_is_open_again() {
    failed();
    board.apply(Facts.reopened(5, "RUNNING", "swap"));

    assertThat(board.apply(Facts.leased("swap", 1, 1))).isEmpty();
    assertThat(board.apply(Facts.ended("swap", 1, ExecutionState.EXECUTION_STATE_FAILED)))
        .isEmpty();
    assertThat(board.apply(Facts.stepEnded(3, "swap", 1, TaskRunState.TASK_RUN_STATE_FAILED)))
        .isEmpty();
    assertThat(board.apply(Facts.stepEnded(6, "swap", 1, TaskRunState.TASK_RUN_STATE_FAILED)))
        .isEmpty();
    assertThat(told(board.apply(Facts.leased("swap", 2, 1)))).containsExactly("swap RUNNING");
    assertThat(board.step("swap").orElseThrow().getStartTime())
        .isEqualTo(Sample.ago(Duration.ZERO));
  }

  @Test
  void a_step_that_is_open_again_may_end_without_having_begun() {
    failed();
    board.apply(Facts.reopened(5, "RUNNING", "swap"));

    assertThat(
            told(
                board.apply(Facts.stepEnded(6, "swap", 0, TaskRunState.TASK_RUN_STATE_TERMINATED))))
        .containsExactly("swap TERMINATED");
    assertThat(told(board.apply(Facts.reopened(7, "RUNNING", "swap"))))
        .containsExactly("RUNNING [swap]");
  }

  @Test
  void a_step_that_counts_as_succeeded_says_so_and_the_run_goes_on() {
    failed();

    assertThat(told(board.apply(Facts.passed(5, "swap", 1))))
        .containsExactly("swap SUCCEEDED", "RUNNING []");
    assertThat(States.isPassed(board.step("swap").orElseThrow())).isTrue();
    assertThat(board.isEnded()).isFalse();
    assertThat(board.apply(Facts.passed(5, "swap", 1))).isEmpty();
  }

  @Test
  void a_rollback_has_its_steps_go_backward_until_they_are_rolled_back() {
    failed();

    assertThat(told(board.apply(Facts.undoing(5, "swap")))).containsExactly("ROLLING_BACK [swap]");
    assertThat(swap()).isEqualTo(TaskRunState.TASK_RUN_STATE_ROLLING_BACK);
    assertThat(
            told(
                board.apply(
                    Facts.leased("swap", 2, 1).toBuilder().setStateAfter("ROLLING_BACK").build())))
        .containsExactly("swap ROLLING_BACK");
    assertThat(
            told(board.apply(Facts.ended("swap", 2, ExecutionState.EXECUTION_STATE_ROLLED_BACK))))
        .containsExactly("swap ROLLED_BACK");
  }

  @Test
  void a_redo_opens_every_step_that_had_ended() {
    load(TaskRunState.TASK_RUN_STATE_RUNNING, 1);
    board.apply(Facts.stepEnded(3, "swap", 1, TaskRunState.TASK_RUN_STATE_SUCCEEDED));
    board.apply(Facts.leased("verify", 1, 1));
    board.apply(Facts.stepEnded(4, "verify", 1, TaskRunState.TASK_RUN_STATE_FAILED));
    board.apply(Facts.passed(5, "verify", 1));
    board.apply(Facts.runEnded(6, "SUCCEEDED"));
    assertThat(board.ended()).isEqualTo(2);

    assertThat(told(board.apply(Facts.redone(7)))).containsExactly("RUNNING [swap, verify]");
    assertThat(board.ended()).isZero();
    assertThat(States.isPassed(board.step("verify").orElseThrow())).isFalse();
  }

  @Test
  void a_list_that_is_newer_than_the_reopening_is_not_undone_by_it() {
    load(TaskRunState.TASK_RUN_STATE_RUNNING, 2);

    assertThat(board.apply(Facts.reopened(3, "RUNNING", "swap"))).isEmpty();
    assertThat(swap()).isEqualTo(TaskRunState.TASK_RUN_STATE_RUNNING);

    board.load(
        Sample.run(RunState.RUN_STATE_RUNNING),
        List.of(
            Sample.step("swap", TaskRunState.TASK_RUN_STATE_SUCCEEDED, 2).toBuilder()
                .setEndTime(Sample.ago(Duration.ofSeconds(-1)))
                .build()));
    assertThat(board.apply(Facts.reopened(4, "RUNNING", "swap"))).isEmpty();
    assertThat(swap()).isEqualTo(TaskRunState.TASK_RUN_STATE_SUCCEEDED);
  }

  @Test
  void an_end_that_the_run_knew_when_it_was_read_is_not_taken_for_a_new_one() {
    board.load(
        Sample.run(RunState.RUN_STATE_RUNNING).toBuilder()
            .setRevision(Revision.newBuilder().setSequence(5))
            .build(),
        List.of(Sample.step("swap", TaskRunState.TASK_RUN_STATE_WAIT_DISPATCH, 0)));

    assertThat(board.apply(Facts.stepEnded(3, "swap", 1, TaskRunState.TASK_RUN_STATE_FAILED)))
        .isEmpty();
    assertThat(board.apply(Facts.runEnded(4, "FAILED"))).isEmpty();
    assertThat(board.apply(Facts.reopened(5, "RUNNING", "swap"))).isEmpty();
    assertThat(swap()).isEqualTo(TaskRunState.TASK_RUN_STATE_WAIT_DISPATCH);
  }
}
