package dev.pawl.cli.resource;

import dev.pawl.cli.ExitCode;
import dev.pawl.v1.AuditOutcome;
import dev.pawl.v1.Command;
import dev.pawl.v1.DefinitionState;
import dev.pawl.v1.EntityKind;
import dev.pawl.v1.ExecutionState;
import dev.pawl.v1.ItemOutcome;
import dev.pawl.v1.LockState;
import dev.pawl.v1.NodeStatus;
import dev.pawl.v1.Operation;
import dev.pawl.v1.OperationState;
import dev.pawl.v1.Profile;
import dev.pawl.v1.Role;
import dev.pawl.v1.RunState;
import dev.pawl.v1.StepEffectKind;
import dev.pawl.v1.TaskRun;
import dev.pawl.v1.TaskRunState;
import java.util.Locale;

/** States, and the names that people see for them: without the prefix of their enum. */
public final class States {
  private States() {}

  public static String name(RunState state) {
    return bare(state, "RUN_STATE_");
  }

  public static String name(TaskRunState state) {
    return bare(state, "TASK_RUN_STATE_");
  }

  public static String name(ExecutionState state) {
    return bare(state, "EXECUTION_STATE_");
  }

  public static String name(DefinitionState state) {
    return bare(state, "DEFINITION_STATE_");
  }

  public static String name(Operation operation) {
    return bare(operation, "OPERATION_");
  }

  public static String name(Profile profile) {
    return bare(profile, "PROFILE_");
  }

  public static String name(EntityKind kind) {
    return bare(kind, "ENTITY_KIND_");
  }

  public static String name(OperationState state) {
    return bare(state, "OPERATION_STATE_");
  }

  public static String name(ItemOutcome outcome) {
    return bare(outcome, "ITEM_OUTCOME_");
  }

  /** Whether nothing more happens to an operation. */
  public static boolean isEnded(OperationState state) {
    return switch (state) {
      case OPERATION_STATE_SUCCESS, OPERATION_STATE_FAIL, OPERATION_STATE_PART_SUCCESS -> true;
      case OPERATION_STATE_UNSPECIFIED,
          OPERATION_STATE_INIT,
          OPERATION_STATE_RUNNING,
          UNRECOGNIZED ->
          false;
    };
  }

  /** What following an operation ends with. */
  public static ExitCode exitCode(OperationState state) {
    return switch (state) {
      case OPERATION_STATE_SUCCESS -> ExitCode.OK;
      case OPERATION_STATE_FAIL, OPERATION_STATE_PART_SUCCESS -> ExitCode.FAILED;
      case OPERATION_STATE_UNSPECIFIED,
          OPERATION_STATE_INIT,
          OPERATION_STATE_RUNNING,
          UNRECOGNIZED ->
          ExitCode.TIMED_OUT;
    };
  }

  public static String name(NodeStatus status) {
    return bare(status, "NODE_STATUS_");
  }

  public static String name(LockState state) {
    return bare(state, "LOCK_STATE_");
  }

  public static String name(Role role) {
    return bare(role, "ROLE_");
  }

  public static String name(AuditOutcome outcome) {
    return bare(outcome, "AUDIT_OUTCOME_");
  }

  /** A command as it is typed. */
  public static String name(Command command) {
    return typed(bare(command, "COMMAND_"));
  }

  /** A command as it is typed, by its name without prefix, which may be newer than this client. */
  public static String typed(String command) {
    return command.equals("FORCED_PAUSE")
        ? "force-pause"
        : command.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static String name(StepEffectKind kind) {
    return bare(kind, "STEP_EFFECT_KIND_").toLowerCase(Locale.ROOT);
  }

  /** Whether a step only counts as succeeded, since somebody said so. */
  public static boolean isPassed(TaskRun step) {
    return step.getState() == TaskRunState.TASK_RUN_STATE_SUCCEEDED
        && step.getOperation() == Operation.OPERATION_PASS;
  }

  private static String bare(Enum<?> value, String prefix) {
    String name = value.name();
    return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
  }

  public static boolean isEnded(RunState state) {
    return switch (state) {
      case RUN_STATE_SUCCEEDED,
          RUN_STATE_FAILED,
          RUN_STATE_TERMINATED,
          RUN_STATE_ROLLED_BACK,
          RUN_STATE_ROLLBACK_FAILED ->
          true;
      case RUN_STATE_UNSPECIFIED,
          RUN_STATE_WAITING,
          RUN_STATE_RUNNING,
          RUN_STATE_PAUSING,
          RUN_STATE_PAUSED,
          RUN_STATE_TERMINATING,
          RUN_STATE_ROLLING_BACK,
          UNRECOGNIZED ->
          false;
    };
  }

  public static boolean isEnded(TaskRunState state) {
    return switch (state) {
      case TASK_RUN_STATE_SUCCEEDED,
          TASK_RUN_STATE_FAILED,
          TASK_RUN_STATE_TERMINATED,
          TASK_RUN_STATE_SKIPPED,
          TASK_RUN_STATE_ROLLED_BACK,
          TASK_RUN_STATE_ROLLBACK_FAILED ->
          true;
      case TASK_RUN_STATE_UNSPECIFIED,
          TASK_RUN_STATE_WAIT_EVENT,
          TASK_RUN_STATE_WAIT_UPSTREAM,
          TASK_RUN_STATE_WAIT_DISPATCH,
          TASK_RUN_STATE_RUNNING,
          TASK_RUN_STATE_RETRY_WAIT,
          TASK_RUN_STATE_TERMINATING,
          TASK_RUN_STATE_ROLLING_BACK,
          UNRECOGNIZED ->
          false;
    };
  }

  /** What following a run ends with. */
  public static ExitCode exitCode(RunState state) {
    return switch (state) {
      case RUN_STATE_SUCCEEDED -> ExitCode.OK;
      case RUN_STATE_FAILED, RUN_STATE_ROLLBACK_FAILED -> ExitCode.RUN_FAILED;
      case RUN_STATE_TERMINATED, RUN_STATE_ROLLED_BACK -> ExitCode.RUN_TERMINATED;
      case RUN_STATE_UNSPECIFIED,
          RUN_STATE_WAITING,
          RUN_STATE_RUNNING,
          RUN_STATE_PAUSING,
          RUN_STATE_PAUSED,
          RUN_STATE_TERMINATING,
          RUN_STATE_ROLLING_BACK,
          UNRECOGNIZED ->
          ExitCode.TIMED_OUT;
    };
  }
}
