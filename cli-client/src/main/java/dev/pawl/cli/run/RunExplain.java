package dev.pawl.cli.run;

import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Says why a run is where it is. */
@Command(
    description =
        "Say why a run is where it is: what it waits for, who paused it, which steps hold it.",
    footer = {"", "Examples:", "  pawl run explain @latest", "  pawl run explain 7f3k2xyz -o json"})
public final class RunExplain implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "RUN", description = "Its id, a unique part of it, or @latest.")
  private String run = "";

  public RunExplain(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    new ExplanationText(invocation).print(RunReference.run(invocation, run));
    return ExitCode.OK.number();
  }
}
