package dev.pawl.cli.run;

import dev.pawl.cli.Invocation;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.StopRunResponse;
import picocli.CommandLine.Command;

/** Stop a run: what runs is told to stop, nothing more starts. */
@Command(
    description = "Stop a run: what runs is told to stop, nothing more starts.",
    footer = {"", "Examples:", "  pawl run stop 7f3k2xyz --yes --reason 'wrong version'"})
public final class RunStop extends RunCommanded {
  public RunStop(Invocation invocation) {
    super(
        invocation,
        new Verb<>(
                "stop",
                RunServiceGrpc.getStopRunMethod(),
                StopRunResponse::getRun,
                StopRunResponse::getEffectsList)
            .asking("Stop %s?"));
  }
}
