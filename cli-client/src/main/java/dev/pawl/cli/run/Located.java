package dev.pawl.cli.run;

import dev.pawl.cli.Invocation;
import dev.pawl.v1.LocateTaskRunRequest;
import dev.pawl.v1.LocateTaskRunResponse;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.TaskRun;
import java.util.List;
import java.util.Optional;

/** A step that was looked for, with the end of its log. */
public record Located(LocateTaskRunResponse answer) {
  /** Looks for a step. */
  static Located of(Invocation invocation, LocateTaskRunRequest request) {
    return new Located(
        invocation.connection().call(RunServiceGrpc.getLocateTaskRunMethod(), request));
  }

  /**
   * Where a run is, or its first step with this text in its name.
   *
   * @param text empty for where the run is
   */
  public static Located of(Invocation invocation, String run, String text, int lines) {
    return of(
        invocation,
        LocateTaskRunRequest.newBuilder().setParent(run).setText(text).setLogLines(lines).build());
  }

  /** The step; empty when none fits. */
  public Optional<TaskRun> step() {
    return answer.hasTaskRun() ? Optional.of(answer.getTaskRun()) : Optional.empty();
  }

  /** The end of its log. */
  public List<String> lines() {
    return answer.getLogLinesList().stream().map(LogLine::getText).toList();
  }

  /** Such as {@code 3 of 5}. */
  public String place() {
    return "%d of %d".formatted(answer.getTaskRun().getIndex() + 1, answer.getTotalSteps());
  }
}
