package dev.pawl.api.run;

import dev.pawl.api.name.ResourceNames;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.PersistenceIds;
import dev.pawl.engine.run.RunId;
import dev.pawl.v1.CommandCause;
import dev.pawl.v1.ReportCause;
import dev.pawl.v1.TimerCause;

/** Causes as the contract shows them. */
public final class Causes {
  private Causes() {}

  /** The cause of a fact of something in a project. */
  public static dev.pawl.v1.Cause toProto(String project, Cause cause) {
    dev.pawl.v1.Cause.Builder shown = dev.pawl.v1.Cause.newBuilder();
    switch (cause) {
      case Cause.Command(var requestId, _, var principal, var reason, _) ->
          shown.setCommand(
              CommandCause.newBuilder()
                  .setRequestId(requestId)
                  .setPrincipal(principal)
                  .setReason(reason));
      case Cause.Report(var worker, var fence) ->
          shown.setReport(ReportCause.newBuilder().setWorker(worker).setFence(fence));
      case Cause.Timer(var name) -> shown.setTimer(TimerCause.newBuilder().setTimer(name));
      case Cause.Parent(var entity) -> shown.setParent(resourceName(project, entity));
    }
    return shown.build();
  }

  private static String resourceName(String project, String entity) {
    if (PersistenceIds.isLock(entity)) {
      return ResourceNames.ofLocks(PersistenceIds.lock(entity));
    }
    return entity.indexOf('/') < 0
        ? ResourceNames.ofRun(project, new RunId(entity))
        : ResourceNames.ofExecution(project, ExecutionId.of(entity));
  }
}
