package dev.pawl.cli.run.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.cli.Sample;
import dev.pawl.v1.Event;
import dev.pawl.v1.ExecutionState;
import dev.pawl.v1.RunState;
import dev.pawl.v1.TaskRunState;
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
                case Board.Change.RunChanged(var _, var run) -> run.getState().name();
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
}
