package dev.pawl.cli.step;

import dev.pawl.cli.Invocation;
import dev.pawl.cli.run.Verb;
import dev.pawl.v1.PassTaskRunResponse;
import dev.pawl.v1.RunServiceGrpc;
import picocli.CommandLine.Command;

/** Count a step that failed or was stopped as succeeded. */
@Command(
    description =
        "Count a step that failed or was stopped as succeeded; the run goes on behind it.",
    footer = {"", "Examples:", "  pawl step pass 7f3k2xyz/swap --yes --reason 'swapped by hand'"})
public final class StepPass extends StepCommanded {
  public StepPass(Invocation invocation) {
    super(
        invocation,
        new Verb<>(
                "pass",
                RunServiceGrpc.getPassTaskRunMethod(),
                PassTaskRunResponse::getRun,
                PassTaskRunResponse::getEffectsList)
            .asking("Count %s as succeeded?"));
  }
}
