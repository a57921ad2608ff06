package dev.pawl.cli.run;

import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.log.LogOptions;
import dev.pawl.cli.log.LogPrinter;
import dev.pawl.v1.TaskRun;
import dev.pawl.v1.TaskRunState;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the log of a run, or of one of its steps. */
@Command(
    description = "Print the log of a run or of one step.",
    footer = {
      "",
      "Examples:",
      "  pawl run logs @latest -f",
      "  pawl run logs @latest --failed --tail 20",
      "  pawl run logs 7f3k2xyz/swap --attempt 3 -o raw"
    })
public final class RunLogs implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "RUN[/STEP]", description = "A run (or @latest), or one step of it.")
  private String target = "";

  @Option(names = "--failed", description = "Only the steps of the run that failed.")
  private boolean failed;

  @Mixin private final LogOptions options = new LogOptions();

  public RunLogs(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    LogPrinter printer = new LogPrinter(invocation, options);
    String name = RunReference.runOrStep(invocation, target);
    boolean isRun = !name.contains("/taskRuns/");
    if (!failed) {
      printer.print(name, isRun);
    } else if (isRun && !options.isFollow()) {
      printFailed(printer, name);
    } else {
      throw CommandFailed.usage(
          "--failed chooses among the steps of a run that have ended.",
          "Name a run, without --follow.");
    }
    return ExitCode.OK.number();
  }

  private void printFailed(LogPrinter printer, String run) {
    List<TaskRun> steps = RunSteps.read(invocation, run, TaskRunState.TASK_RUN_STATE_FAILED);
    if (steps.isEmpty()) {
      invocation.note("No step of it failed.");
    }
    steps.forEach(step -> printer.print(step.getName(), true));
  }
}
