package dev.pawl.dev;

import dev.pawl.cli.Extension;
import dev.pawl.cli.Streams;
import java.util.List;

/** The command {@code pawl} with everything: the command line, the server and the worker. */
public final class Main {
  /** What logback.xml reads, as a property or from the environment. */
  private static final int FAILED = 1;

  private static final String LOG_LEVEL = "PAWL_LOG_LEVEL";

  private Main() {}

  public static void main(String[] arguments) {
    quietWhenWatched(arguments);
    int exitCode = FAILED;
    try {
      exitCode =
          dev.pawl.cli.Main.run(
              arguments,
              List.of(
                  Extension.top(DevCommand::new),
                  Extension.top(ServerCommand::new),
                  Extension.top(QuickstartCommand::new),
                  new Extension("worker", WorkerStartCommand::new)),
              Streams.system());
    } catch (RuntimeException | Error e) {
      e.printStackTrace();
    }
    // Whatever went wrong: threads that still run must not keep a process that serves nobody.
    System.exit(exitCode);
  }

  /** A node that somebody looks at says itself what it does: its log shows trouble only. */
  private static void quietWhenWatched(String[] arguments) {
    List<String> words = List.of(arguments);
    if ((words.contains("dev") || words.contains("quickstart"))
        && System.getenv(LOG_LEVEL) == null) {
      System.setProperty(LOG_LEVEL, "WARN");
    }
  }
}
