package dev.pawl.bench.node;

import dev.pawl.bench.BenchFailure;
import dev.pawl.bench.postgres.Postgres;
import dev.pawl.client.PawlChannels;
import dev.pawl.client.RequestIds;
import dev.pawl.v1.ListWorkersRequest;
import dev.pawl.v1.WorkerServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The server under test and, unless it has its own, a worker: each a process of its own. */
public final class TestBed implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(90);

  /** Which server, with what worker. */
  public static final class Options {
    @Option(
        names = "--server",
        paramLabel = "ADDRESS",
        description = "A running server; without it an ephemeral one with a worker is started.")
    @Nullable String server;

    @Option(
        names = "--slots",
        paramLabel = "N",
        defaultValue = "64",
        description = "Slots of the worker that is started (default: ${DEFAULT-VALUE}).")
    int slots;

    @Option(
        names = "--with-worker",
        description = "Start a worker for the server that --server names, too.")
    boolean withWorker;

    @Option(
        names = "--data",
        paramLabel = "DIR",
        description = "The data directory of the server that --server names: its PostgreSQL.")
    @Nullable Path data;

    public int slots() {
      return slots;
    }
  }

  private final String address;
  private final ManagedChannel channel;
  private final int slots;
  private final @Nullable Child server;
  private final @Nullable Path dataDirectory;

  /** Changed by one thread alone. */
  private @Nullable Child worker;

  private TestBed(
      String address,
      ManagedChannel channel,
      int slots,
      @Nullable Child server,
      @Nullable Path dataDirectory) {
    this.address = address;
    this.channel = channel;
    this.slots = slots;
    this.server = server;
    this.dataDirectory = dataDirectory;
  }

  /**
   * Starts what the options want; answers when it is ready for work.
   *
   * @param postgresSettings of the PostgreSQL under a server that is started, each {@code
   *     name=value}
   */
  public static TestBed open(Options options, String... postgresSettings)
      throws IOException, InterruptedException {
    TestBed bed = openWithoutWorker(options, postgresSettings);
    if (options.server == null || options.withWorker) {
      try {
        bed.startWorker();
      } catch (IOException | InterruptedException | RuntimeException e) {
        bed.close();
        throw e;
      }
    }
    return bed;
  }

  /** As {@link #open}, without a worker of ours: nothing runs unless the caller brings one. */
  public static TestBed openWithoutWorker(Options options, String... postgresSettings)
      throws IOException, InterruptedException {
    String given = options.server;
    if (given != null) {
      return new TestBed(given, PawlChannels.open(given), options.slots, null, options.data);
    }
    Path directory = Files.createTempDirectory("pawl-bench");
    Path ready = directory.resolve("ready.json");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "dev",
                "--ephemeral",
                "--no-worker",
                "--no-samples",
                "--port",
                "0",
                "--ready-file",
                ready.toString()));
    for (String setting : postgresSettings) {
      arguments.add("--postgres-setting");
      arguments.add(setting);
    }
    Child server = Child.start("server", arguments);
    try {
      server.await("being ready", START, () -> Files.exists(ready));
      JsonNode said = JsonMapper.shared().readTree(ready);
      String address = said.path("address").asString();
      return new TestBed(
          address,
          PawlChannels.open(address),
          options.slots,
          server,
          Path.of(said.path("dataDirectory").asString()));
    } catch (InterruptedException | RuntimeException e) {
      server.close();
      throw e;
    } finally {
      Files.deleteIfExists(ready);
      Files.deleteIfExists(directory);
    }
  }

  /** Starts the worker; answers when the server knows it. */
  public void startWorker() throws IOException, InterruptedException {
    if (worker != null) {
      throw new IllegalStateException("it has a worker");
    }
    worker = startWorker(address, channel, slots);
  }

  /** Ends the worker that was started here. */
  public void stopWorker() {
    if (worker != null) {
      worker.close();
      worker = null;
    }
  }

  /**
   * Starts a worker; answers when its servers know it.
   *
   * @param address of one server, or of several with commas between
   */
  public static Child startWorker(String address, ManagedChannel channel, int slots)
      throws IOException, InterruptedException {
    String id = "bench-" + RequestIds.next();
    Child worker =
        Child.start(
            "worker",
            List.of(
                "worker",
                "start",
                "--address",
                address,
                "--id",
                id,
                "--slots",
                Integer.toString(slots),
                "--drain-timeout",
                "1s"));
    try {
      worker.await("being connected", START, () -> isConnected(channel, id));
      return worker;
    } catch (InterruptedException | RuntimeException e) {
      worker.close();
      throw e;
    }
  }

  private static boolean isConnected(ManagedChannel channel, String id) {
    try {
      return WorkerServiceGrpc.newBlockingStub(channel)
          .listWorkers(ListWorkersRequest.getDefaultInstance())
          .getWorkersList()
          .stream()
          .anyMatch(worker -> worker.getWorkerId().equals(id));
    } catch (StatusRuntimeException e) {
      switch (e.getStatus().getCode()) {
        case UNAVAILABLE -> {
          return false;
        }
        default -> throw e;
      }
    }
  }

  public String address() {
    return address;
  }

  public ManagedChannel channel() {
    return channel;
  }

  /** The process id of the server, when it is ours. */
  public OptionalLong serverPid() {
    return server == null ? OptionalLong.empty() : OptionalLong.of(server.pid());
  }

  /** The process id of the worker, when it is ours. */
  public OptionalLong workerPid() {
    return worker == null ? OptionalLong.empty() : OptionalLong.of(worker.pid());
  }

  /** The PostgreSQL under the server. */
  public Postgres postgres() throws IOException {
    return Postgres.of(dataDirectory());
  }

  /** Where the server keeps its data. */
  public Path dataDirectory() {
    if (dataDirectory == null) {
      throw new BenchFailure(
          2,
          "a figure counts only when the server's own PostgreSQL agrees: name its data directory"
              + " with --data, or leave --server out");
    }
    return dataDirectory;
  }

  /** What the server said that should not be said: errors, exceptions, dead letters. */
  public List<String> complaints() {
    return server == null
        ? List.of()
        : server.lines(
            line ->
                line.contains(" ERROR ")
                    || line.contains("Exception")
                    || line.contains("dead letter")
                    || line.contains("DeadLetter"));
  }

  @Override
  public void close() {
    channel.shutdownNow();
    stopWorker();
    if (server != null) {
      server.close();
    }
  }
}
