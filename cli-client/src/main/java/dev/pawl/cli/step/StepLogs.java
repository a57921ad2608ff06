package dev.pawl.cli.step;

import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.log.LogCommand;
import dev.pawl.cli.log.LogOptions;
import dev.pawl.cli.run.RunReference;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Prints the log of a step. */
@Command(
    description = "Print or save the log of one step.",
    footer = {
      "",
      "Examples:",
      "  pawl step logs 7f3k2xyz/swap -f",
      "  pawl step logs @latest/swap --level error",
      "  pawl step logs @latest/swap --operation rollback",
      "  pawl step logs 7f3k2xyz/swap --sections",
      "  pawl step logs 7f3k2xyz/swap --download=swap.log"
    })
public final class StepLogs implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "RUN/STEP", description = "The step.")
  private String step = "";

  @Mixin private final LogOptions options = new LogOptions();

  public StepLogs(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    new LogCommand(invocation, options).run(RunReference.step(invocation, step), false);
    return ExitCode.OK.number();
  }
}
