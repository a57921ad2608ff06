package dev.pawl.cli.run;

import dev.pawl.cli.Invocation;
import dev.pawl.v1.PassRunResponse;
import dev.pawl.v1.RunServiceGrpc;
import picocli.CommandLine.Command;

/** Count a run that failed or was stopped as succeeded. */
@Command(
    description = "Count a run that failed or was stopped as succeeded; nothing more of it runs.",
    footer = {"", "Examples:", "  pawl run pass 7f3k2xyz --yes --reason 'finished by hand'"})
public final class RunPass extends RunCommanded {
  public RunPass(Invocation invocation) {
    super(
        invocation,
        new Verb<>(
                "pass",
                RunServiceGrpc.getPassRunMethod(),
                PassRunResponse::getRun,
                PassRunResponse::getEffectsList)
            .asking("Count %s as succeeded? Nothing more of it runs."));
  }
}
