package dev.pawl.cli.run.follow;

import dev.pawl.cli.Invocation;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.v1.ExecutionState;
import dev.pawl.v1.ListLogSectionsRequest;
import dev.pawl.v1.LogSection;
import dev.pawl.v1.LogServiceGrpc;
import dev.pawl.v1.Run;
import dev.pawl.v1.StepFailure;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** The very attempt that a run failed at, among those of the step. */
final class FailedSection {
  private final Invocation invocation;
  private List<LogSection> all = List.of();
  private Optional<LogSection> failed = Optional.empty();

  FailedSection(Invocation invocation) {
    this.invocation = invocation;
  }

  /** Looks for it: the newest attempt that did not succeed. */
  void find(Run run, StepFailure failure) {
    try {
      all =
          invocation
              .connection()
              .call(
                  LogServiceGrpc.getListLogSectionsMethod(),
                  ListLogSectionsRequest.newBuilder()
                      .setParent(Names.step(run.getName(), failure.getStep()))
                      .build())
              .getSectionsList()
              .stream()
              .filter(section -> isOf(section, failure))
              .toList();
      failed = all.reversed().stream().filter(section -> !isGood(section.getState())).findFirst();
    } catch (StatusRuntimeException e) {
      invocation.note("The log cannot be read: " + e.getStatus());
    }
  }

  private static boolean isOf(LogSection section, StepFailure failure) {
    return !failure.hasExecution()
        || section.getExecution().endsWith("/executions/" + failure.getExecution());
  }

  private static boolean isGood(ExecutionState state) {
    return state == ExecutionState.EXECUTION_STATE_SUCCEEDED
        || state == ExecutionState.EXECUTION_STATE_ROLLED_BACK;
  }

  /** Names it exactly; nothing when no attempt was made. */
  OptionalLong fence() {
    return failed.isPresent() ? OptionalLong.of(failed.get().getFence()) : OptionalLong.empty();
  }

  /** What `run logs` must be told to show it and nothing else of the step. */
  String options(StepFailure failure) {
    return (failure.hasExecution() ? " --execution " + failure.getExecution() : "")
        + ofAttempt(failure);
  }

  private String ofAttempt(StepFailure failure) {
    if (failed.isEmpty()) {
      return failure.getAttempt() > 0 ? " --attempt " + failure.getAttempt() : "";
    }
    LogSection section = failed.get();
    StringBuilder options = new StringBuilder();
    if (section.getRound() > 0) {
      options.append(" --round ").append(section.getRound());
    }
    options.append(" --attempt ").append(section.getAttempt());
    List<LogSection> alike =
        all.stream()
            .filter(other -> other.getRound() == section.getRound())
            .filter(other -> other.getAttempt() == section.getAttempt())
            .toList();
    if (alike.size() > 1) {
      options
          .append(" --operation ")
          .append(States.name(section.getOperation()).toLowerCase(Locale.ROOT));
    }
    if (alike.stream().filter(o -> o.getOperation() == section.getOperation()).count() > 1) {
      return " --fence " + section.getFence();
    }
    return options.toString();
  }
}
