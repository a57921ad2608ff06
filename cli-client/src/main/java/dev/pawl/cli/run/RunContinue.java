package dev.pawl.cli.run;

import dev.pawl.cli.Invocation;
import dev.pawl.v1.ContinueRunResponse;
import dev.pawl.v1.RunServiceGrpc;
import picocli.CommandLine.Command;

/** Go on with a run that is paused. */
@Command(
    description = "Go on with a run that is paused.",
    footer = {"", "Examples:", "  pawl run continue 7f3k2xyz"})
public final class RunContinue extends RunCommanded {
  public RunContinue(Invocation invocation) {
    super(
        invocation,
        new Verb<>(
            "continue",
            RunServiceGrpc.getContinueRunMethod(),
            ContinueRunResponse::getRun,
            ContinueRunResponse::getEffectsList));
  }
}
