package dev.pawl.cli.run;

import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.resource.Names;
import dev.pawl.v1.ListRunsRequest;
import dev.pawl.v1.ListRunsResponse;
import dev.pawl.v1.RunServiceGrpc;

/** What people type for a run or a step. */
public final class RunReference {
  private static final String LATEST = "@latest";

  private RunReference() {}

  /** The name of a run: typed as its id, a unique part of it, its full name, or {@code @latest}. */
  public static String run(Invocation invocation, String typed) {
    if (typed.equals(LATEST)) {
      return latest(invocation);
    }
    if (typed.isEmpty() || (typed.contains("/") && !typed.startsWith("projects/"))) {
      throw CommandFailed.usage(
          "A run is wanted, not \"" + typed + "\".", "Give its id or the end of it, or @latest.");
    }
    return invocation.names().run(typed);
  }

  /** The name of a run or of a step, typed as {@code RUN} or {@code RUN/STEP}. */
  public static String runOrStep(Invocation invocation, String typed) {
    int slash = typed.indexOf('/');
    if (slash < 0 || typed.startsWith("projects/")) {
      return run(invocation, typed);
    }
    return step(invocation, typed);
  }

  /** The name of a step, typed as {@code RUN/STEP}. */
  public static String step(Invocation invocation, String typed) {
    if (typed.startsWith("projects/")) {
      return typed;
    }
    int slash = typed.indexOf('/');
    if (slash <= 0 || slash == typed.length() - 1) {
      throw CommandFailed.usage(
          "A step is wanted, not \"" + typed + "\".", "Write it as RUN/STEP.");
    }
    return Names.step(run(invocation, typed.substring(0, slash)), typed.substring(slash + 1));
  }

  /**
   * The name of a step, or of one execution of it: typed as {@code RUN/STEP} or {@code
   * RUN/STEP/INDEX}.
   */
  public static String stepOrExecution(Invocation invocation, String typed) {
    String[] parts = typed.split("/", -1);
    if (typed.startsWith("projects/") || parts.length != 3 || !parts[2].matches("\\d{1,4}")) {
      return step(invocation, typed);
    }
    return Names.execution(step(invocation, parts[0] + "/" + parts[1]), parts[2]);
  }

  /** The newest that somebody started: those that steps started are found by theirs. */
  private static String latest(Invocation invocation) {
    ListRunsResponse newest =
        invocation
            .connection()
            .call(
                RunServiceGrpc.getListRunsMethod(),
                ListRunsRequest.newBuilder()
                    .setParent(invocation.names().parent())
                    .setPageSize(1)
                    .setFilter("parent = \"\"")
                    .build());
    if (newest.getRunsCount() == 0) {
      throw CommandFailed.of(
          ExitCode.NOT_FOUND,
          "The project " + invocation.names().project() + " has no run yet.",
          "Start one with pawl run start.");
    }
    return newest.getRuns(0).getName();
  }
}
