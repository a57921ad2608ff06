package dev.pawl.dev;

import dev.pawl.cli.Extension;
import dev.pawl.cli.Streams;
import java.util.List;

/** The command {@code pawl} with everything: the command line, the server and the worker. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    int exitCode =
        dev.pawl.cli.Main.run(
            arguments,
            List.of(
                Extension.top(DevCommand::new),
                Extension.top(ServerCommand::new),
                Extension.top(QuickstartCommand::new),
                new Extension("worker", WorkerStartCommand::new)),
            Streams.system());
    System.exit(exitCode);
  }
}
