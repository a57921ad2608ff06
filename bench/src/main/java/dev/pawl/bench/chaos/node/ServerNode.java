package dev.pawl.bench.chaos.node;

import dev.pawl.bench.BenchFailure;
import dev.pawl.dev.startup.ReadyFile;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A {@code pawl server} of the cluster. */
public final class ServerNode implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofSeconds(120);
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(2);
  private static final List<String> JVM_OPTIONS =
      List.of(
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC",
          "-Xmx512m",
          "-XX:+ExitOnOutOfMemoryError",
          "-Dlogback.configurationFile=dev/pawl/bench/chaos/node-logback.xml");

  private final NodePlace place;
  private final Path readyFile;
  private final JavaProcess process;
  private volatile boolean heldDown;

  private ServerNode(NodePlace place, Path readyFile, JavaProcess process) {
    this.place = place;
    this.readyFile = readyFile;
    this.process = process;
  }

  /** Starts one; it may not serve yet. */
  static ServerNode start(Path directory, NodeConfiguration configuration, List<String> options)
      throws IOException {
    NodePlace place = configuration.place();
    Path file = directory.resolve(place.name() + ".conf");
    Path readyFile = directory.resolve(place.name() + ".ready");
    Files.writeString(file, configuration.text());
    ServerNode node =
        new ServerNode(
            place,
            readyFile,
            new JavaProcess(
                place.name(),
                directory.resolve(place.name() + ".log"),
                Stream.concat(JVM_OPTIONS.stream(), options.stream()).toList(),
                "dev.pawl.dev.Main",
                List.of(
                    "server", "--config", file.toString(), "--ready-file", readyFile.toString())));
    node.process.start();
    return node;
  }

  /** Waits until it serves. */
  public void awaitReady() throws InterruptedException {
    process.await("ready", READY_WITHIN, this::isReady);
  }

  /** Whether it says that it takes calls: it is a member, and neither starting nor leaving. */
  private boolean isServing() {
    ManagedChannel channel =
        Grpc.newChannelBuilder(place.hostAndPort(), InsecureChannelCredentials.create())
            .disableRetry()
            .build();
    try {
      return HealthGrpc.newBlockingStub(channel)
              .withDeadlineAfter(ANSWERS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
              .check(HealthCheckRequest.getDefaultInstance())
              .getStatus()
          == ServingStatus.SERVING;
    } catch (StatusRuntimeException e) {
      return false;
    } finally {
      channel.shutdownNow();
    }
  }

  /** Whether the process that runs now has said that it serves. */
  public boolean isReady() {
    try {
      return process.isAlive()
          && ReadyFile.read(readyFile).filter(file -> file.pid() == process.pid()).isPresent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it serves, however often somebody has to start it again meanwhile. */
  public void awaitServing() throws InterruptedException {
    long deadline = System.nanoTime() + READY_WITHIN.toNanos();
    while (!isReady() || !isServing()) {
      if (System.nanoTime() > deadline) {
        throw new BenchFailure(
            1,
            "%s does not serve within %s; see %s"
                .formatted(place.name(), READY_WITHIN, process.output()));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** Ends it at once, as a crash would, and keeps it down. */
  public void killAndHold() throws InterruptedException {
    heldDown = true;
    process.kill();
  }

  /** Lets it be started again. */
  public void release() {
    heldDown = false;
  }

  /** Starts it again if it has ended and nobody holds it down; says whether it did. */
  public boolean revive() throws IOException {
    if (heldDown || process.isAlive()) {
      return false;
    }
    process.startAgain();
    return true;
  }

  public NodePlace place() {
    return place;
  }

  public JavaProcess process() {
    return process;
  }

  @Override
  public void close() {
    process.close();
  }
}
