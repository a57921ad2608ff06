package dev.pawl.dev;

import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.Invocation;
import dev.pawl.dev.postgres.PostgresSettings;
import dev.pawl.dev.postgres.XdgDirectories;
import dev.pawl.dev.startup.StartupFailure;
import dev.pawl.dev.startup.StopSignals;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts everything here and stays until it is told to stop. */
@Command(
    name = "dev",
    description = "Start everything here: engine, embedded PostgreSQL, worker, samples.",
    footer = {
      "",
      "Examples:",
      "  pawl dev",
      "  pawl dev --ephemeral --port 0 --ready-file ready.json",
    })
final class DevCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where the data is kept ($XDG_DATA_HOME/pawl/dev).")
  private @Nullable Path data;

  @Option(names = "--ephemeral", description = "Forget the data when this stops.")
  private boolean ephemeral;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The port on loopback; 0 takes a free one (7171).")
  private int port = DevSettings.PORT;

  @Option(
      names = "--metrics-port",
      paramLabel = "N",
      description = "Metrics and health over HTTP, on this port of loopback; 0 takes a free one.")
  private @Nullable Integer metricsPort;

  @Option(
      names = "--ready-file",
      paramLabel = "FILE",
      description = "Write addresses, pid and data directory there, as JSON, once all is ready.")
  private @Nullable Path readyFile;

  @Option(names = "--no-worker", description = "Start no worker.")
  private boolean withoutWorker;

  @Option(names = "--no-samples", description = "Submit no example workflows.")
  private boolean withoutSamples;

  @Option(
      names = "--slots",
      paramLabel = "N",
      description = "How much the worker does at once (4).")
  private int slots = DevSettings.SLOTS;

  @Option(
      names = "--postgres-setting",
      paramLabel = "NAME=VALUE",
      description = {
        "A setting of the embedded PostgreSQL besides ours; repeatable.",
        "Those that keep acknowledged commits stay on."
      })
  private List<String> postgresSettings = List.of();

  DevCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    DevSettings settings = settings();
    PrintStream out = invocation.streams().out();
    StopSignals signals = StopSignals.install();
    Optional<Path> file = Optional.ofNullable(readyFile);
    out.println("pawl dev: one node with an embedded PostgreSQL, not for production");
    out.println();
    try {
      Serving.forget(file);
      try (DevServer server = DevServer.start(settings, this::ready)) {
        Serving.announce(
            file, server.address(), Optional.of(server.dataDirectory()), server.metricsAddress());
        printNext(out, server.address());
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

  private DevSettings settings() {
    if (ephemeral && data != null) {
      throw CommandFailed.usage("--data and --ephemeral exclude each other.", "Leave one out.");
    }
    checkPort("--port", port);
    if (metricsPort != null) {
      checkPort("--metrics-port", metricsPort);
    }
    if (slots < 1 || slots > 10_000) {
      throw CommandFailed.usage(
          "--slots must be 1 to 10000, not " + slots + ".", "For no worker say --no-worker.");
    }
    Path kept = data == null ? XdgDirectories.data() : data;
    return new DevSettings(
        ephemeral ? Optional.empty() : Optional.of(kept),
        port,
        metricsPort == null ? OptionalInt.empty() : OptionalInt.of(metricsPort),
        withoutWorker ? 0 : slots,
        !withoutSamples,
        postgres());
  }

  private static void checkPort(String option, int port) {
    if (port < 0 || port > 65_535) {
      throw CommandFailed.usage(option + " must be 0 to 65535, not " + port + ".");
    }
  }

  private PostgresSettings postgres() {
    try {
      return PostgresSettings.parse(postgresSettings);
    } catch (IllegalArgumentException e) {
      throw CommandFailed.usage("--postgres-setting: " + e.getMessage());
    }
  }

  private void ready(String part, Duration took, String detail) {
    invocation
        .streams()
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "  %s %-10s ready %5.1fs   %s",
                invocation.style().unicode() ? "✓" : "+",
                part,
                took.toMillis() / 1000.0,
                detail));
  }

  private void printNext(PrintStream out, String address) {
    String option = address.endsWith(":" + DevSettings.PORT) ? "" : " --address " + address;
    out.println();
    List<String> tries = new ArrayList<>();
    if (!withoutSamples && !withoutWorker) {
      tries.add("pawl run start hello --wait" + option);
      tries.add("pawl run start flaky-upgrade --wait" + option + "      (fails twice on purpose)");
    }
    tries.add("grpcurl -plaintext " + address + " list");
    out.println("  Try:  " + String.join("\n        ", tries));
    out.println("  Ctrl-C stops.");
    out.flush();
  }
}
