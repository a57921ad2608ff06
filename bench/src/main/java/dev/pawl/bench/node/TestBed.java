package dev.pawl.bench.node;

import dev.pawl.client.PawlChannels;
import dev.pawl.v1.ListWorkersRequest;
import dev.pawl.v1.WorkerServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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

    public int slots() {
      return slots;
    }
  }

  private final String address;
  private final ManagedChannel channel;
  private final @Nullable Child server;
  private final @Nullable Child worker;
  private final @Nullable Path dataDirectory;

  private TestBed(
      String address,
      ManagedChannel channel,
      @Nullable Child server,
      @Nullable Child worker,
      @Nullable Path dataDirectory) {
    this.address = address;
    this.channel = channel;
    this.server = server;
    this.worker = worker;
    this.dataDirectory = dataDirectory;
  }

  /** Starts what the options want; answers when it is ready for work. */
  public static TestBed open(Options options) throws IOException, InterruptedException {
    String given = options.server;
    if (given != null) {
      ManagedChannel channel = PawlChannels.open(given);
      Child worker = options.withWorker ? startWorker(given, channel, options.slots) : null;
      return new TestBed(given, channel, null, worker, null);
    }
    Path directory = Files.createTempDirectory("pawl-bench");
    Path ready = directory.resolve("ready.json");
    Child server =
        Child.start(
            "server",
            List.of(
                "dev",
                "--ephemeral",
                "--no-worker",
                "--no-samples",
                "--port",
                "0",
                "--ready-file",
                ready.toString()));
    try {
      server.await("being ready", START, () -> Files.exists(ready));
      JsonNode said = JsonMapper.shared().readTree(ready);
      String address = said.path("address").asString();
      ManagedChannel channel = PawlChannels.open(address);
      Child worker = startWorker(address, channel, options.slots);
      return new TestBed(
          address, channel, server, worker, Path.of(said.path("dataDirectory").asString()));
    } catch (InterruptedException | RuntimeException e) {
      server.close();
      throw e;
    } finally {
      Files.deleteIfExists(ready);
      Files.deleteIfExists(directory);
    }
  }

  private static Child startWorker(String address, ManagedChannel channel, int slots)
      throws IOException, InterruptedException {
    String id = "bench-" + ProcessHandle.current().pid();
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

  /** Where the server keeps its data, when it is ours. */
  public Optional<Path> dataDirectory() {
    return Optional.ofNullable(dataDirectory);
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
    if (worker != null) {
      worker.close();
    }
    if (server != null) {
      server.close();
    }
  }
}
