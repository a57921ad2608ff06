package dev.pawl.cli.step;

import dev.pawl.cli.Invocation;
import dev.pawl.cli.run.Verb;
import dev.pawl.v1.RedoExecutionResponse;
import dev.pawl.v1.RedoTaskRunResponse;
import dev.pawl.v1.RunServiceGrpc;
import picocli.CommandLine.Command;

/** Do a step once more that has ended. */
@Command(
    description = "Do a step once more that has ended, in a new round of its own.",
    footer = {
      "",
      "Examples:",
      "  pawl step redo 7f3k2xyz/swap --yes --reason 'new data came'",
      "  pawl step redo 7f3k2xyz/swap/2       only this execution of a step that is split"
    })
public final class StepRedo extends StepCommanded {
  public StepRedo(Invocation invocation) {
    super(
        invocation,
        new Verb<>(
                "redo",
                RunServiceGrpc.getRedoTaskRunMethod(),
                RedoTaskRunResponse::getRun,
                RedoTaskRunResponse::getEffectsList)
            .asking("Do %s once more?"),
        new Verb<>(
                "redo",
                RunServiceGrpc.getRedoExecutionMethod(),
                RedoExecutionResponse::getRun,
                RedoExecutionResponse::getEffectsList)
            .asking("Do %s once more?"));
  }
}
