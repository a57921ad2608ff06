package dev.pawl.cli.run;

import dev.pawl.cli.Invocation;
import dev.pawl.v1.RetryRunResponse;
import dev.pawl.v1.RunServiceGrpc;
import picocli.CommandLine.Command;

/** Go on with a run that failed or was stopped. */
@Command(
    description = "Go on with a run that failed or was stopped: begin anew what did not succeed.",
    footer = {
      "",
      "Examples:",
      "  pawl run retry 7f3k2xyz --dry-run",
      "  pawl run retry @latest && pawl run watch @latest"
    })
public final class RunRetry extends RunCommanded {
  public RunRetry(Invocation invocation) {
    super(
        invocation,
        new Verb<>(
            "retry",
            RunServiceGrpc.getRetryRunMethod(),
            RetryRunResponse::getRun,
            RetryRunResponse::getEffectsList));
  }
}
