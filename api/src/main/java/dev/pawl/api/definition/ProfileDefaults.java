package dev.pawl.api.definition;

import com.google.protobuf.Duration;
import dev.pawl.v1.Action;
import dev.pawl.v1.ExponentialBackoff;
import dev.pawl.v1.FixedBackoff;
import dev.pawl.v1.LockSpec;
import dev.pawl.v1.Output;
import dev.pawl.v1.Parameter;
import dev.pawl.v1.Profile;
import dev.pawl.v1.Retry;
import dev.pawl.v1.Source;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.ValueType;
import dev.pawl.v1.WorkflowSpec;

/**
 * Writes into a checked definition what it leaves to its profile, so that a stored version never
 * changes its meaning when a default does.
 */
final class ProfileDefaults {
  private static final int MAX_IN_FLIGHT = 1_000;
  private static final String GROUP = "default";
  private static final String LOCK_SCOPE = "maintenance";
  private static final Duration GRACE = seconds(10);
  private static final Duration OPS_TIMEOUT = seconds(3_600);
  private static final Duration CLEAN_UP_TIMEOUT = seconds(600);
  private static final Duration RETRY_INTERVAL = seconds(1);
  private static final Duration LONGEST_BACKOFF = seconds(600);
  private static final double BACKOFF_FACTOR = 2;

  private ProfileDefaults() {}

  static WorkflowSpec complete(WorkflowSpec workflow) {
    Profile profile = profile(workflow.getProfile());
    WorkflowSpec.Builder complete = workflow.toBuilder().setProfile(profile);
    if (!workflow.hasMaxInFlight()) {
      complete.setMaxInFlight(MAX_IN_FLIGHT);
    }
    for (LockSpec.Builder lock : complete.getLocksBuilderList()) {
      if (lock.getScope().isEmpty()) {
        lock.setScope(LOCK_SCOPE);
      }
    }
    complete.getParametersBuilderList().forEach(ProfileDefaults::complete);
    complete.getTasksBuilderList().forEach(task -> complete(task, profile));
    return complete.build();
  }

  static TaskSpec complete(TaskSpec task) {
    Profile profile = profile(task.getProfile());
    TaskSpec.Builder complete = task.toBuilder().setProfile(profile);
    complete.getParametersBuilderList().forEach(ProfileDefaults::complete);
    if (task.getInputsCount() == 0) {
      for (Parameter parameter : task.getParametersList()) {
        complete.putInputs(
            parameter.getName(), Source.newBuilder().setParameter(parameter.getName()).build());
      }
    }
    complete(complete, profile);
    return complete.build();
  }

  private static Profile profile(Profile given) {
    return given == Profile.PROFILE_UNSPECIFIED ? Profile.PROFILE_OFFLINE : given;
  }

  private static void complete(Parameter.Builder parameter) {
    if (parameter.getType() == ValueType.VALUE_TYPE_UNSPECIFIED) {
      parameter.setType(ValueType.VALUE_TYPE_STRING);
    }
  }

  private static void complete(TaskSpec.Builder task, Profile profile) {
    if (task.getGroup().isEmpty() && !task.getExecute().hasRun()) {
      task.setGroup(GROUP);
    }
    for (Output.Builder output : task.getOutputsBuilderList()) {
      if (output.getType() == ValueType.VALUE_TYPE_UNSPECIFIED) {
        output.setType(ValueType.VALUE_TYPE_STRING);
      }
    }
    complete(task.getExecuteBuilder(), profile);
    if (task.hasRollback()) {
      complete(task.getRollbackBuilder(), profile);
    }
    if (task.hasCancel()) {
      if (!task.getCancel().hasTimeout()) {
        task.getCancelBuilder().setTimeout(CLEAN_UP_TIMEOUT);
      }
      complete(task.getCancelBuilder(), profile);
    }
    complete(task.getRetryBuilder());
  }

  private static void complete(Action.Builder action, Profile profile) {
    if (!action.hasTimeout() && profile == Profile.PROFILE_OPS && !action.hasRun()) {
      action.setTimeout(OPS_TIMEOUT);
    }
    if (!action.hasGrace()) {
      action.setGrace(GRACE);
    }
  }

  private static void complete(Retry.Builder retry) {
    if (retry.getMaxAttempts() == 0) {
      retry.setMaxAttempts(1);
    }
    switch (retry.getBackoffCase()) {
      case FIXED -> {
        if (!retry.getFixed().hasInterval()) {
          retry.setFixed(FixedBackoff.newBuilder().setInterval(RETRY_INTERVAL));
        }
      }
      case EXPONENTIAL -> {
        ExponentialBackoff.Builder backoff = retry.getExponentialBuilder();
        if (!backoff.hasInitial()) {
          backoff.setInitial(RETRY_INTERVAL);
        }
        if (!backoff.hasFactor()) {
          backoff.setFactor(BACKOFF_FACTOR);
        }
        if (!backoff.hasMax()) {
          backoff.setMax(LONGEST_BACKOFF);
        }
      }
      case BACKOFF_NOT_SET -> retry.setFixed(FixedBackoff.newBuilder().setInterval(RETRY_INTERVAL));
    }
  }

  private static Duration seconds(long seconds) {
    return Duration.newBuilder().setSeconds(seconds).build();
  }
}
