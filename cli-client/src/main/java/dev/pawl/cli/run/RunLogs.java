package dev.pawl.cli.run;

import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.log.LogOptions;
import dev.pawl.cli.log.LogPrinter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Prints the log of a run, or of one of its steps. */
@Command(
    description = "Print the log of a run or of one step.",
    footer = {
      "",
      "Examples:",
      "  pawl run logs @latest -f",
      "  pawl run logs 7f3k2xyz/swap --attempt 3 -o raw"
    })
public final class RunLogs implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "RUN[/STEP]", description = "A run (or @latest), or one step of it.")
  private String target = "";

  @Mixin private final LogOptions options = new LogOptions();

  public RunLogs(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    new LogPrinter(invocation, options).print(RunReference.runOrStep(invocation, target));
    return ExitCode.OK.number();
  }
}
