package dev.pawl.cli.step;

import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.run.ExplanationText;
import dev.pawl.cli.run.RunReference;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Says why a step is where it is. */
@Command(
    description =
        "Say why a step is where it is: what it waits for, its place in the queue, who is at it.",
    footer = {
      "",
      "Examples:",
      "  pawl step explain 7f3k2xyz/swap",
      "  pawl step explain @latest/swap -o json"
    })
public final class StepExplain implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "RUN/STEP", description = "The step.")
  private String step = "";

  public StepExplain(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    new ExplanationText(invocation).print(RunReference.step(invocation, step));
    return ExitCode.OK.number();
  }
}
