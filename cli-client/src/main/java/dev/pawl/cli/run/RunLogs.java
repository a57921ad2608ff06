package dev.pawl.cli.run;

import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.log.LogCommand;
import dev.pawl.cli.log.LogOptions;
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
    description = "Print or save the log of a run or of one step.",
    footer = {
      "",
      "Examples:",
      "  pawl run logs @latest -f",
      "  pawl run logs @latest --failed --tail 20",
      "  pawl run logs 7f3k2xyz/swap --attempt 3 -o raw",
      "  pawl run logs 7f3k2xyz --download"
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
    LogCommand logs = new LogCommand(invocation, options);
    String name = RunReference.runOrStep(invocation, target);
    boolean isRun = !name.contains("/taskRuns/");
    if (!failed) {
      logs.run(name, isRun);
    } else if (isRun && !options.isFollow() && options.download().isEmpty()) {
      ofFailed(logs, name);
    } else {
      throw CommandFailed.usage(
          "--failed chooses among the steps of a run that have ended.",
          "Name a run, without --follow and --download.");
    }
    return ExitCode.OK.number();
  }

  private void ofFailed(LogCommand logs, String run) {
    List<TaskRun> steps = RunSteps.read(invocation, run, TaskRunState.TASK_RUN_STATE_FAILED);
    if (steps.isEmpty()) {
      invocation.note("No step of it failed.");
    }
    steps.forEach(step -> logs.run(step.getName(), true));
  }
}
