package dev.pawl.dev;

import dev.pawl.api.server.PawlServer;
import dev.pawl.cli.Invocation;
import dev.pawl.dev.config.ServerConfiguration;
import dev.pawl.dev.startup.StartupFailure;
import dev.pawl.dev.startup.StopSignals;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a server over an external PostgreSQL until it is told to stop. */
@Command(
    name = "server",
    description = "Start a server over a PostgreSQL of yours.",
    footer = {
      "",
      "Example:",
      "  pawl server --config /etc/pawl/server.conf",
      "",
      "The distribution's conf/server.conf documents every setting."
    })
final class ServerCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The configuration file.")
  private Path config = Path.of("");

  @Option(
      names = "--ready-file",
      paramLabel = "FILE",
      description = "Write addresses and pid there, as JSON, once all is ready.")
  private @Nullable Path readyFile;

  ServerCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    PrintStream out = invocation.streams().out();
    StopSignals signals = StopSignals.install();
    Optional<Path> file = Optional.ofNullable(readyFile);
    try {
      Serving.forget(file);
      ServerConfiguration configuration = ServerConfiguration.read(config);
      try (PawlServer server = Servers.start(configuration)) {
        String address = configuration.address().getHostAddress() + ":" + server.port();
        Optional<String> metrics = Servers.metricsAddress(server);
        Serving.announce(file, address, Optional.empty(), metrics);
        out.println("pawl server: gRPC on " + address);
        metrics.ifPresent(at -> out.println("             metrics on http://" + at + "/metrics"));
        signals.first().join();
        Serving.forget(file);
        out.println("stopping ...");
      }
      out.println("stopped");
      return 0;
    } catch (StartupFailure e) {
      throw Serving.failed(e);
    }
  }
}
