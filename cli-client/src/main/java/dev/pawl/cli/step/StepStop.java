package dev.pawl.cli.step;

import dev.pawl.cli.Invocation;
import dev.pawl.cli.run.Verb;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.StopExecutionResponse;
import dev.pawl.v1.StopTaskRunResponse;
import picocli.CommandLine.Command;

/** Stop a step that runs or waits for a retry. */
@Command(
    description = "Stop a step that runs or waits for a retry; its run fails of it.",
    footer = {
      "",
      "Examples:",
      "  pawl step stop 7f3k2xyz/swap --yes --reason 'it hangs'",
      "  pawl step stop 7f3k2xyz/swap/2       only this execution of a step that is split"
    })
public final class StepStop extends StepCommanded {
  public StepStop(Invocation invocation) {
    super(
        invocation,
        new Verb<>(
                "stop",
                RunServiceGrpc.getStopTaskRunMethod(),
                StopTaskRunResponse::getRun,
                StopTaskRunResponse::getEffectsList)
            .asking("Stop %s?"),
        new Verb<>(
                "stop",
                RunServiceGrpc.getStopExecutionMethod(),
                StopExecutionResponse::getRun,
                StopExecutionResponse::getEffectsList)
            .asking("Stop %s?"));
  }
}
