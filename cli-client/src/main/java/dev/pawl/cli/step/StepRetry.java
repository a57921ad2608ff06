package dev.pawl.cli.step;

import dev.pawl.cli.Invocation;
import dev.pawl.cli.run.Verb;
import dev.pawl.v1.RetryTaskRunResponse;
import dev.pawl.v1.RunServiceGrpc;
import picocli.CommandLine.Command;

/** Begin a step anew that failed or was stopped. */
@Command(
    description = "Begin a step anew that failed or was stopped; the run goes on.",
    footer = {
      "",
      "Examples:",
      "  pawl step retry 7f3k2xyz/swap",
      "  pawl step retry @latest/swap --dry-run"
    })
public final class StepRetry extends StepCommanded {
  public StepRetry(Invocation invocation) {
    super(
        invocation,
        new Verb<>(
            "retry",
            RunServiceGrpc.getRetryTaskRunMethod(),
            RetryTaskRunResponse::getRun,
            RetryTaskRunResponse::getEffectsList));
  }
}
