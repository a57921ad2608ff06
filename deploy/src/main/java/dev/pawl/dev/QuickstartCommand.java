package dev.pawl.dev;

import dev.pawl.cli.Invocation;
import dev.pawl.dev.startup.StartupFailure;
import dev.pawl.dev.startup.StopSignals;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;

/** Runs an example to its end on a node that is made for it, and shows it live. */
@Command(
    name = "quickstart",
    description =
        "Start a node, run an example on it and show it live: an inventory of the local Maven"
            + " repository.",
    footer = {"", "Example:", "  pawl quickstart"})
final class QuickstartCommand implements Callable<Integer> {
  private static final int INTERRUPTED = 130;

  private final Invocation invocation;

  QuickstartCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    PrintStream err = invocation.streams().err();
    StopSignals signals = StopSignals.install();
    err.println("Starting a node with a PostgreSQL of its own; it goes when this ends.");
    DevSettings settings = new DevSettings(Optional.empty(), 0, DevSettings.SLOTS, true);
    try (DevServer server = DevServer.start(settings)) {
      err.printf("$ pawl run start %s --wait%n%n", Examples.INVENTORY);
      CompletableFuture<Integer> run =
          CompletableFuture.supplyAsync(
              () -> start(server.address()), task -> Thread.ofPlatform().daemon().start(task));
      Object end = CompletableFuture.anyOf(run, signals.first()).join();
      if (!(end instanceof Integer exitCode)) {
        err.println("interrupted: stopping the node");
        return INTERRUPTED;
      }
      if (exitCode == 0) {
        printNext(err);
      }
      return exitCode;
    } catch (StartupFailure e) {
      throw Serving.failed(e);
    }
  }

  private int start(String address) {
    return dev.pawl.cli.Main.run(
        new String[] {"run", "start", Examples.INVENTORY, "--wait", "--address", address},
        List.of(),
        invocation.streams());
  }

  private static void printNext(PrintStream err) {
    err.println();
    err.println(
        """
        Try next, in two terminals:
          pawl dev                               a node that keeps its data, with the examples
          pawl run start flaky-upgrade --wait    a step fails twice, is retried, succeeds
          pawl run start hello --param name=Ada --wait

        Then start a run, kill -9 the node in the middle, and start it again: the run goes on.
        What ran is in examples/software-inventory.yaml.\
        """);
  }
}
