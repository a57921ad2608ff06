package dev.pawl.api.run;

import dev.pawl.api.call.ApiErrors;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.execution.ExecutionEvent;
import dev.pawl.engine.execution.ExecutionStatus;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepEnd;
import dev.pawl.engine.run.StepStatus;
import dev.pawl.v1.Command;
import dev.pawl.v1.ExecutionState;
import dev.pawl.v1.Operation;
import dev.pawl.v1.RunState;
import dev.pawl.v1.StepEffectKind;
import dev.pawl.v1.TaskRunState;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The closed sets of words that runs use, between the contract and the engine. */
public final class RunWords {
  private RunWords() {}

  public static RunState toProto(RunStatus status) {
    return switch (status) {
      case RUNNING -> RunState.RUN_STATE_RUNNING;
      case PAUSING -> RunState.RUN_STATE_PAUSING;
      case PAUSED -> RunState.RUN_STATE_PAUSED;
      case TERMINATING -> RunState.RUN_STATE_TERMINATING;
      case ROLLING_BACK -> RunState.RUN_STATE_ROLLING_BACK;
      case SUCCEEDED -> RunState.RUN_STATE_SUCCEEDED;
      case FAILED -> RunState.RUN_STATE_FAILED;
      case TERMINATED -> RunState.RUN_STATE_TERMINATED;
      case ROLLED_BACK -> RunState.RUN_STATE_ROLLED_BACK;
      case ROLLBACK_FAILED -> RunState.RUN_STATE_ROLLBACK_FAILED;
    };
  }

  public static TaskRunState toProto(StepStatus status) {
    return switch (status) {
      case WAIT_UPSTREAM -> TaskRunState.TASK_RUN_STATE_WAIT_UPSTREAM;
      case WAIT_DISPATCH -> TaskRunState.TASK_RUN_STATE_WAIT_DISPATCH;
      case RUNNING -> TaskRunState.TASK_RUN_STATE_RUNNING;
      case RETRY_WAIT -> TaskRunState.TASK_RUN_STATE_RETRY_WAIT;
      case TERMINATING -> TaskRunState.TASK_RUN_STATE_TERMINATING;
      case ROLLING_BACK -> TaskRunState.TASK_RUN_STATE_ROLLING_BACK;
      case SUCCEEDED -> TaskRunState.TASK_RUN_STATE_SUCCEEDED;
      case FAILED -> TaskRunState.TASK_RUN_STATE_FAILED;
      case TERMINATED -> TaskRunState.TASK_RUN_STATE_TERMINATED;
      case SKIPPED -> TaskRunState.TASK_RUN_STATE_SKIPPED;
      case ROLLED_BACK -> TaskRunState.TASK_RUN_STATE_ROLLED_BACK;
      case ROLLBACK_FAILED -> TaskRunState.TASK_RUN_STATE_ROLLBACK_FAILED;
    };
  }

  /** The engine's word; empty for a state that no step comes to yet. */
  static Optional<StepStatus> toEngine(TaskRunState state) {
    return switch (state) {
      case TASK_RUN_STATE_WAIT_UPSTREAM -> Optional.of(StepStatus.WAIT_UPSTREAM);
      case TASK_RUN_STATE_WAIT_DISPATCH -> Optional.of(StepStatus.WAIT_DISPATCH);
      case TASK_RUN_STATE_RUNNING -> Optional.of(StepStatus.RUNNING);
      case TASK_RUN_STATE_RETRY_WAIT -> Optional.of(StepStatus.RETRY_WAIT);
      case TASK_RUN_STATE_TERMINATING -> Optional.of(StepStatus.TERMINATING);
      case TASK_RUN_STATE_SUCCEEDED -> Optional.of(StepStatus.SUCCEEDED);
      case TASK_RUN_STATE_FAILED -> Optional.of(StepStatus.FAILED);
      case TASK_RUN_STATE_TERMINATED -> Optional.of(StepStatus.TERMINATED);
      case TASK_RUN_STATE_SKIPPED -> Optional.of(StepStatus.SKIPPED);
      case TASK_RUN_STATE_ROLLING_BACK -> Optional.of(StepStatus.ROLLING_BACK);
      case TASK_RUN_STATE_ROLLED_BACK -> Optional.of(StepStatus.ROLLED_BACK);
      case TASK_RUN_STATE_ROLLBACK_FAILED -> Optional.of(StepStatus.ROLLBACK_FAILED);
      case TASK_RUN_STATE_WAIT_EVENT, TASK_RUN_STATE_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }

  /**
   * The engine's words, without those for states that no step comes to yet.
   *
   * @param path of the field that holds them
   */
  static Set<StepStatus> toEngine(String path, List<TaskRunState> states) {
    Set<StepStatus> known = EnumSet.noneOf(StepStatus.class);
    for (TaskRunState state : states) {
      if (state == TaskRunState.UNRECOGNIZED || state == TaskRunState.TASK_RUN_STATE_UNSPECIFIED) {
        throw ApiErrors.invalidField(path, "holds a state that steps do not have");
      }
      toEngine(state).ifPresent(known::add);
    }
    return known;
  }

  public static TaskRunState toProto(StepEnd.Outcome outcome) {
    return switch (outcome) {
      case SUCCEEDED -> TaskRunState.TASK_RUN_STATE_SUCCEEDED;
      case FAILED -> TaskRunState.TASK_RUN_STATE_FAILED;
      case TERMINATED -> TaskRunState.TASK_RUN_STATE_TERMINATED;
      case ROLLED_BACK -> TaskRunState.TASK_RUN_STATE_ROLLED_BACK;
      case ROLLBACK_FAILED -> TaskRunState.TASK_RUN_STATE_ROLLBACK_FAILED;
    };
  }

  public static ExecutionState toProto(ExecutionStatus status) {
    return switch (status) {
      case READY -> ExecutionState.EXECUTION_STATE_READY;
      case RUNNING -> ExecutionState.EXECUTION_STATE_RUNNING;
      case RETRY_WAIT -> ExecutionState.EXECUTION_STATE_RETRY_WAIT;
      case TERMINATING -> ExecutionState.EXECUTION_STATE_TERMINATING;
      case ROLLING_BACK -> ExecutionState.EXECUTION_STATE_ROLLING_BACK;
      case SUCCEEDED -> ExecutionState.EXECUTION_STATE_SUCCEEDED;
      case FAILED -> ExecutionState.EXECUTION_STATE_FAILED;
      case TIMED_OUT -> ExecutionState.EXECUTION_STATE_TIMED_OUT;
      case TERMINATED -> ExecutionState.EXECUTION_STATE_TERMINATED;
      case ROLLED_BACK -> ExecutionState.EXECUTION_STATE_ROLLED_BACK;
      case ROLLBACK_FAILED -> ExecutionState.EXECUTION_STATE_ROLLBACK_FAILED;
    };
  }

  public static Operation toProto(ExecutionEvent.Operation operation) {
    return switch (operation) {
      case EXECUTE -> Operation.OPERATION_EXECUTE;
      case RETRY -> Operation.OPERATION_RETRY;
      case ROLLBACK -> Operation.OPERATION_ROLLBACK;
      case CANCEL -> Operation.OPERATION_CANCEL;
    };
  }

  /** The engine's word; empty for what no worker does. */
  public static Optional<ExecutionEvent.Operation> toEngine(Operation operation) {
    return switch (operation) {
      case OPERATION_EXECUTE -> Optional.of(ExecutionEvent.Operation.EXECUTE);
      case OPERATION_RETRY -> Optional.of(ExecutionEvent.Operation.RETRY);
      case OPERATION_ROLLBACK -> Optional.of(ExecutionEvent.Operation.ROLLBACK);
      case OPERATION_CANCEL -> Optional.of(ExecutionEvent.Operation.CANCEL);
      case OPERATION_UNSPECIFIED, OPERATION_PASS, UNRECOGNIZED -> Optional.empty();
    };
  }

  static StepEffectKind toProto(RunHead.Foreseen.Effect effect) {
    return switch (effect) {
      case EXECUTE -> StepEffectKind.STEP_EFFECT_KIND_EXECUTE;
      case RETRY -> StepEffectKind.STEP_EFFECT_KIND_RETRY;
      case PASS -> StepEffectKind.STEP_EFFECT_KIND_PASS;
      case ROLLBACK -> StepEffectKind.STEP_EFFECT_KIND_ROLLBACK;
      case STOP -> StepEffectKind.STEP_EFFECT_KIND_STOP;
    };
  }

  /** The engine's word; empty for what no run takes. */
  public static Optional<RunVerb> toEngine(Command command) {
    return switch (command) {
      case COMMAND_PAUSE -> Optional.of(RunVerb.PAUSE);
      case COMMAND_FORCED_PAUSE -> Optional.of(RunVerb.FORCED_PAUSE);
      case COMMAND_CONTINUE -> Optional.of(RunVerb.CONTINUE);
      case COMMAND_STOP -> Optional.of(RunVerb.STOP);
      case COMMAND_RETRY -> Optional.of(RunVerb.RETRY);
      case COMMAND_ROLLBACK -> Optional.of(RunVerb.ROLLBACK);
      case COMMAND_PASS -> Optional.of(RunVerb.PASS);
      case COMMAND_REDO -> Optional.of(RunVerb.REDO);
      case COMMAND_CONTINUE_FAILED, COMMAND_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }

  public static Command toProto(RunVerb verb) {
    return switch (verb) {
      case PAUSE -> Command.COMMAND_PAUSE;
      case FORCED_PAUSE -> Command.COMMAND_FORCED_PAUSE;
      case CONTINUE -> Command.COMMAND_CONTINUE;
      case STOP -> Command.COMMAND_STOP;
      case RETRY -> Command.COMMAND_RETRY;
      case ROLLBACK -> Command.COMMAND_ROLLBACK;
      case PASS -> Command.COMMAND_PASS;
      case REDO -> Command.COMMAND_REDO;
    };
  }
}
