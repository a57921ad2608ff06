package dev.pawl.cli;

import java.util.List;
import picocli.CommandLine;

/** The command {@code pawl}. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    int exitCode = run(args, List.of(), Streams.system());
    // Threads of the transport would keep the process for a while.
    System.exit(exitCode);
  }

  /**
   * Runs one command line.
   *
   * @param extraSubcommands picocli commands for the top, or {@link Extension}s for any place; one
   *     with the name of a known command takes its place
   * @return the exit code
   */
  public static int run(String[] args, List<Object> extraSubcommands, Streams streams) {
    try (Invocation invocation = new Invocation(streams)) {
      CommandLine commandLine = new CommandTree(invocation, extraSubcommands).build(args);
      ErrorReport report = new ErrorReport(invocation);
      commandLine.setParameterExceptionHandler((e, _) -> report.misuse(e));
      commandLine.setExecutionExceptionHandler((e, _, _) -> report.failure(e));
      int exitCode = commandLine.execute(args);
      streams.out().flush();
      streams.err().flush();
      return exitCode;
    }
  }
}
