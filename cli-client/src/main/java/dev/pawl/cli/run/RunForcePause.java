package dev.pawl.cli.run;

import dev.pawl.cli.Invocation;
import dev.pawl.v1.ForcePauseRunResponse;
import dev.pawl.v1.RunServiceGrpc;
import picocli.CommandLine.Command;

/** Stop what runs, and start nothing new until the run continues. */
@Command(
    description = "Stop what runs, and start nothing new; it starts anew when the run continues.",
    footer = {
      "",
      "Examples:",
      "  pawl run force-pause 7f3k2xyz --dry-run",
      "  pawl run force-pause 7f3k2xyz --reason 'the network is down'"
    })
public final class RunForcePause extends RunPausing {
  public RunForcePause(Invocation invocation) {
    super(
        invocation,
        new Verb<>(
            "force-pause",
            RunServiceGrpc.getForcePauseRunMethod(),
            ForcePauseRunResponse::getRun,
            ForcePauseRunResponse::getEffectsList));
  }
}
