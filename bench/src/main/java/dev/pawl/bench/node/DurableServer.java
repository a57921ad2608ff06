package dev.pawl.bench.node;

import dev.pawl.client.PawlChannels;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** A server whose data outlives it: it can be killed and started again. It has no worker. */
public final class DurableServer implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(90);

  private final Path directory;
  private Node node;

  private record Node(Child process, String address, ManagedChannel channel) {}

  private DurableServer(Path directory, Node node) {
    this.directory = directory;
    this.node = node;
  }

  /** Starts one without any data; answers when it is ready for work. */
  public static DurableServer start() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("pawl-bench-durable");
    return new DurableServer(directory, start(directory));
  }

  private static Node start(Path directory) throws IOException, InterruptedException {
    Path ready = directory.resolve("ready.json");
    Files.deleteIfExists(ready);
    Child process =
        Child.start(
            "server",
            List.of(
                "dev",
                "--data",
                directory.resolve("data").toString(),
                "--no-worker",
                "--no-samples",
                "--port",
                "0",
                "--ready-file",
                ready.toString()));
    try {
      process.await("being ready", START, () -> Files.exists(ready));
      String address = JsonMapper.shared().readTree(ready).path("address").asString();
      return new Node(process, address, PawlChannels.open(address));
    } catch (InterruptedException | RuntimeException e) {
      process.close();
      throw e;
    }
  }

  /** Kills the server, which can save nothing. */
  public void kill() throws InterruptedException {
    node.process().kill();
    node.channel().shutdownNow();
  }

  /** Starts it on the same data, with another address; answers when it is ready for work. */
  public void startAgain() throws IOException, InterruptedException {
    node.process().close();
    node = start(directory);
  }

  public String address() {
    return node.address();
  }

  public ManagedChannel channel() {
    return node.channel();
  }

  /** Ends the server and forgets its data. */
  @Override
  public void close() throws IOException {
    node.channel().shutdownNow();
    node.process().close();
    new TestDirectory(directory).close();
  }
}
