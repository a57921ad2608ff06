package dev.pawl.cli.run;

import dev.pawl.cli.Invocation;
import dev.pawl.v1.RedoRunResponse;
import dev.pawl.v1.RunServiceGrpc;
import picocli.CommandLine.Command;

/** Do all of a run that ended once more. */
@Command(
    description = "Do all of a run that has ended once more, in a new round.",
    footer = {
      "",
      "Examples:",
      "  pawl run redo 7f3k2xyz --dry-run",
      "  pawl run redo 7f3k2xyz --yes --reason 'the source was corrected'"
    })
public final class RunRedo extends RunCommanded {
  public RunRedo(Invocation invocation) {
    super(
        invocation,
        new Verb<>(
                "redo",
                RunServiceGrpc.getRedoRunMethod(),
                RedoRunResponse::getRun,
                RedoRunResponse::getEffectsList)
            .asking("Do all of %s once more?"));
  }
}
