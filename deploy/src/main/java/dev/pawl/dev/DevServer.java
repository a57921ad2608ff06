package dev.pawl.dev;

import dev.pawl.api.server.PawlServer;
import dev.pawl.client.PawlChannels;
import dev.pawl.dev.postgres.EmbeddedPostgres;
import dev.pawl.dev.startup.Ports;
import dev.pawl.dev.startup.StartupFailure;
import dev.pawl.dev.startup.StartupFailure.Reason;
import dev.pawl.worker.Worker;
import io.grpc.ManagedChannel;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node of one in this process: an embedded PostgreSQL, the server and, unless told otherwise, a
 * worker.
 */
public final class DevServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DevServer.class);

  private static final String WORKER_ID = "embedded";
  private static final Duration WORKER_CONNECTS_WITHIN = Duration.ofSeconds(30);
  private static final Duration DRAIN = Duration.ofSeconds(5);

  private final EmbeddedPostgres postgres;
  private final PawlServer server;
  private final Deque<AutoCloseable> parts;

  private DevServer(EmbeddedPostgres postgres, PawlServer server, Deque<AutoCloseable> parts) {
    this.postgres = postgres;
    this.server = server;
    this.parts = parts;
  }

  /** Starts a node and waits until everything of it serves. */
  public static DevServer start(DevSettings settings) throws StartupFailure {
    return start(settings, StartListener.SILENT);
  }

  /** Starts a node and waits until everything of it serves, telling of each part. */
  public static DevServer start(DevSettings settings, StartListener listener)
      throws StartupFailure {
    Ports.requireFree(InetAddress.getLoopbackAddress(), settings.port(), "--port");
    if (settings.metricsPort().isPresent()) {
      Ports.requireFree(
          InetAddress.getLoopbackAddress(), settings.metricsPort().getAsInt(), "--metrics-port");
    }
    Deque<AutoCloseable> parts = new ArrayDeque<>();
    try {
      return start(settings, listener, parts);
    } catch (StartupFailure | RuntimeException e) {
      close(parts);
      throw e;
    } catch (InterruptedException e) {
      close(parts);
      Thread.currentThread().interrupt();
      throw new StartupFailure(Reason.SERVER_FAILED, "the start was interrupted", e);
    }
  }

  private static DevServer start(
      DevSettings settings, StartListener listener, Deque<AutoCloseable> parts)
      throws StartupFailure, InterruptedException {
    CompletableFuture<?> classes = CompletableFuture.runAsync(Preloading::run);
    long begun = System.nanoTime();
    EmbeddedPostgres postgres =
        settings.data().isPresent()
            ? EmbeddedPostgres.persistent(settings.data().get(), settings.postgres())
            : EmbeddedPostgres.ephemeral(settings.postgres());
    parts.push(postgres);
    listener.ready(
        "database",
        since(begun),
        settings.data().isPresent()
            ? "data: " + postgres.directory() + "   (--ephemeral to forget)"
            : "data goes when this stops");

    begun = System.nanoTime();
    classes.join();
    PawlServer server = Servers.start(postgres, settings.port(), settings.metricsPort());
    parts.push(server);
    String address = "127.0.0.1:" + server.port();
    listener.ready("engine", since(begun), "gRPC on " + address);
    Servers.metricsAddress(server)
        .ifPresent(
            metrics ->
                listener.ready("metrics", Duration.ZERO, "http://%s/metrics".formatted(metrics)));

    if (settings.slots() > 0) {
      begun = System.nanoTime();
      parts.push(startWorker(address, settings.slots()));
      listener.ready("worker", since(begun), settings.slots() + " slots, group default");
    }
    if (settings.samples()) {
      begun = System.nanoTime();
      submitExamples(address);
      listener.ready("samples", since(begun), String.join(", ", Examples.names()));
    }
    return new DevServer(postgres, server, parts);
  }

  private static Duration since(long begun) {
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  private static AutoCloseable startWorker(String address, int slots)
      throws StartupFailure, InterruptedException {
    // Scripts find the JDK that runs us, whatever the PATH says.
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.putIfAbsent("HOME", System.getProperty("user.home", "/"));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    Worker worker =
        Worker.builder()
            .address(address)
            .workerId(WORKER_ID)
            .slots(slots)
            .environment(environment)
            .build();
    worker.start();
    if (!worker.awaitConnected(WORKER_CONNECTS_WITHIN)) {
      worker.close();
      throw new StartupFailure(
          Reason.SERVER_FAILED,
          "the embedded worker was not welcomed within %d s: %s"
              .formatted(WORKER_CONNECTS_WITHIN.toSeconds(), worker.lastFailure()));
    }
    return () -> {
      try (worker) {
        worker.drain(DRAIN);
      }
    };
  }

  private static void submitExamples(String address) {
    ManagedChannel channel = PawlChannels.open(address);
    try {
      Examples.names().forEach(name -> Examples.submit(channel, name));
    } finally {
      channel.shutdownNow();
    }
  }

  /** Where it serves, as {@code host:port}. */
  public String address() {
    return "127.0.0.1:" + server.port();
  }

  /** Where its metrics and health are, as {@code host:port}, if they are anywhere. */
  public Optional<String> metricsAddress() {
    return Servers.metricsAddress(server);
  }

  public Path dataDirectory() {
    return postgres.directory();
  }

  /** Its database, for those who look behind the scenes. */
  public EmbeddedPostgres postgres() {
    return postgres;
  }

  /** Stops worker, server and database in this order. */
  @Override
  public void close() {
    close(parts);
  }

  private static void close(Deque<AutoCloseable> parts) {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception | Error e) {
        // The other parts must stop all the same: a database left behind holds its directory.
        LOG.warn("a part of the node did not stop in order", e);
      }
    }
  }
}
