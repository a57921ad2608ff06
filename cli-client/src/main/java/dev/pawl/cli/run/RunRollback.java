package dev.pawl.cli.run;

import dev.pawl.cli.Invocation;
import dev.pawl.v1.RollbackRunResponse;
import dev.pawl.v1.RunServiceGrpc;
import picocli.CommandLine.Command;

/** Take back what a run that failed or was stopped did. */
@Command(
    description = "Take back what a run did that failed or was stopped, last steps first.",
    footer = {
      "",
      "Examples:",
      "  pawl run rollback 7f3k2xyz --dry-run",
      "  pawl run rollback 7f3k2xyz --yes --reason 'wrong version'"
    })
public final class RunRollback extends RunCommanded {
  public RunRollback(Invocation invocation) {
    super(
        invocation,
        new Verb<>(
                "rollback",
                RunServiceGrpc.getRollbackRunMethod(),
                RollbackRunResponse::getRun,
                RollbackRunResponse::getEffectsList)
            .asking("Take back all that %s did?"));
  }
}
