package dev.pawl.cli.run;

import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.Invocation;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command on a run, or on many. */
abstract class RunCommanded extends Commanded {
  @Parameters(
      paramLabel = "RUN",
      arity = "0..*",
      description = "Its id, a unique part of it, or @latest; several are one operation.")
  private List<String> runs = List.of();

  @Option(
      names = "--filter",
      paramLabel = "FILTER",
      description = "All runs that this shows, as in pawl run list, as one operation.")
  private String filter = "";

  @Option(names = "--no-wait", description = "Of an operation: do not wait for its end.")
  private boolean noWait;

  RunCommanded(Invocation invocation, Verb<?, ?> verb) {
    super(invocation, verb);
  }

  @Override
  public final Integer call() {
    if (runs.isEmpty() == filter.isBlank()) {
      throw CommandFailed.usage(
          runs.isEmpty() ? "No run is named." : "Runs are named and a filter is given.",
          "Name one or several runs, or give --filter.");
    }
    return runs.size() == 1
        ? super.call()
        : new BulkCommand(invocation(), verb(), mutation(), runs, filter, !noWait).call();
  }

  @Override
  protected final String name(Invocation invocation) {
    return RunReference.run(invocation, runs.getFirst());
  }
}
