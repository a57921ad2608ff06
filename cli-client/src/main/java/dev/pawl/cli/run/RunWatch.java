package dev.pawl.cli.run;

import dev.pawl.cli.Invocation;
import dev.pawl.cli.run.follow.RunFollower;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Follows a run until it has ended. */
@Command(
    description = "Follow a run until it has ended; its result is the exit code.",
    footer = {
      "",
      "Ctrl-C detaches; the run goes on.",
      "",
      "Examples:",
      "  pawl run watch @latest",
      "  pawl run watch 7f3k2xyz --goto failed",
      "  pawl run watch 7f3k2xyz -o jsonl"
    })
public final class RunWatch implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "RUN", description = "Its id, a unique part of it, or @latest.")
  private String run = "";

  @Option(
      names = "--tail",
      paramLabel = "N",
      description = "How many earlier lines of each step's log to show (10).")
  private int tail = 10;

  @Option(names = "--compact", description = "One line per change, also on a terminal.")
  private boolean compact;

  @Option(names = "--no-logs", description = "Without the lines of the logs.")
  private boolean noLogs;

  @Option(
      names = "--goto",
      paramLabel = "STEP",
      description =
          "Open at this step: 'failed' for where the run is (the first that failed, else that"
              + " runs), or a part of its name.")
  private @Nullable String goTo;

  /** Older habit: the exit code is always the run's result. */
  @Option(names = "--exit-status", hidden = true)
  private boolean exitStatus;

  public RunWatch(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    return new RunFollower(
            invocation,
            RunReference.run(invocation, run),
            new RunFollower.Wishes(
                OptionalInt.of(tail), compact, !noLogs, Optional.ofNullable(goTo)))
        .follow()
        .number();
  }
}
