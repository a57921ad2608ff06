package dev.pawl.cli.run;

import dev.pawl.cli.Invocation;
import dev.pawl.v1.PauseRunResponse;
import dev.pawl.v1.RunServiceGrpc;
import picocli.CommandLine.Command;

/** Let what runs finish, and start nothing new. */
@Command(
    description = "Let what runs finish, and start nothing new.",
    footer = {"", "Examples:", "  pawl run pause 7f3k2xyz --until 30m --reason 'storage is full'"})
public final class RunPause extends RunPausing {
  public RunPause(Invocation invocation) {
    super(
        invocation,
        new Verb<>(
            "pause",
            RunServiceGrpc.getPauseRunMethod(),
            PauseRunResponse::getRun,
            PauseRunResponse::getEffectsList));
  }
}
