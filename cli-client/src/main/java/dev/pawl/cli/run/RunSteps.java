package dev.pawl.cli.run;

import dev.pawl.cli.Invocation;
import dev.pawl.v1.ListTaskRunsRequest;
import dev.pawl.v1.ListTaskRunsResponse;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.TaskRun;
import dev.pawl.v1.TaskRunState;
import java.util.ArrayList;
import java.util.List;

/** The steps of a run, however many pages they take. */
public final class RunSteps {
  private static final int PER_PAGE = 2_000;

  private RunSteps() {}

  /**
   * Reads them, in the order of the definition.
   *
   * @param states only steps in these; all when none is given
   */
  public static List<TaskRun> read(Invocation invocation, String run, TaskRunState... states) {
    List<TaskRun> steps = new ArrayList<>();
    String token = "";
    do {
      ListTaskRunsResponse page =
          invocation
              .connection()
              .call(
                  RunServiceGrpc.getListTaskRunsMethod(),
                  ListTaskRunsRequest.newBuilder()
                      .setParent(run)
                      .addAllStates(List.of(states))
                      .setPageSize(PER_PAGE)
                      .setPageToken(token)
                      .build());
      steps.addAll(page.getTaskRunsList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return steps;
  }
}
