package dev.pawl.dev;

import dev.pawl.cli.CommandFailed;
import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.dev.startup.StopSignals;
import dev.pawl.worker.Worker;
import dev.pawl.worker.WorkerOptions;
import dev.pawl.worker.WorkerProcess;
import dev.pawl.worker.WorkerProcess.NotConnected;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a worker until it is told to stop. */
@Command(
    name = "start",
    description = "Start a worker that runs scripts and sends requests, until it is told to stop.",
    footer = {
      "",
      "Example:",
      "  pawl worker start --address one:7171,two:7171 --group hosts --slots 8",
    })
final class WorkerStartCommand implements Callable<Integer> {
  private static final int LONGEST_NAME = 63;

  private final Invocation invocation;

  @Option(names = "--group", paramLabel = "NAME", description = "Whose work is taken (default).")
  private String group = "default";

  @Option(
      names = "--slots",
      paramLabel = "N",
      description = "How much is done at once (twice the processors, at least 4).")
  private @Nullable Integer slots;

  @Option(
      names = "--id",
      paramLabel = "NAME",
      description = "A name that is stable over restarts and unique in the group (the host's).")
  private @Nullable String id;

  @Option(
      names = "--label",
      paramLabel = "KEY=VALUE",
      description = "For placement and for people; may be repeated.")
  private Map<String, String> labels = new HashMap<>();

  @Option(
      names = "--drain-timeout",
      paramLabel = "DURATION",
      description = "How long running work may go on after SIGTERM (10m).")
  private Duration drainTimeout = Duration.ofMinutes(10);

  WorkerStartCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    WorkerOptions options = options();
    // The worker drains in a hook of the JVM's end, and returns here meanwhile.
    var unused = StopSignals.install().first().thenAccept(_ -> System.exit(0));
    invocation.note(
        "worker %s of group %s: %d slots, servers %s"
            .formatted(
                options.workerId(),
                options.group(),
                options.slots(),
                String.join(", ", options.addresses())));
    try {
      WorkerProcess.run(options, drainTimeout);
      return 0;
    } catch (NotConnected e) {
      throw CommandFailed.of(
          ExitCode.UNREACHABLE,
          e.getMessage() + ".",
          "Start a server with `pawl dev`, or name another with --address.");
    }
  }

  private WorkerOptions options() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.putIfAbsent("JAVA_HOME", System.getProperty("java.home"));
    try {
      WorkerOptions.Builder builder =
          Worker.builder()
              .servers(invocation.servers())
              .workerId(id == null ? hostName() : id)
              .group(group)
              .labels(labels)
              .environment(environment);
      invocation.credentials().ifPresent(builder::token);
      if (slots != null) {
        builder.slots(slots);
      }
      return builder.options();
    } catch (IllegalArgumentException e) {
      throw CommandFailed.usage(
          "This worker cannot be started: " + e.getMessage() + ".", "See --help.");
    }
  }

  /** The host's name, as far as a worker's may be like it. */
  private static String hostName() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "";
    }
    String name =
        host.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]", "-").replaceAll("^[^a-z0-9]+", "");
    return name.isEmpty() ? "worker" : name.substring(0, Math.min(name.length(), LONGEST_NAME));
  }
}
