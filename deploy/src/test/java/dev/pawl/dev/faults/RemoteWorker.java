package dev.pawl.dev.faults;

import static org.awaitility.Awaitility.await;

import dev.pawl.client.PawlChannels;
import dev.pawl.dev.DevProcess;
import dev.pawl.v1.ListWorkersRequest;
import dev.pawl.v1.WorkerServiceGrpc;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A {@code pawl worker start} in a process of its own. */
final class RemoteWorker implements AutoCloseable {
  private static final String ID = "remote";

  private final Path directory;
  private final String address;
  private final List<String> options;
  private Process process;

  private RemoteWorker(Path directory, String address, List<String> options) throws IOException {
    this.directory = directory;
    this.address = address;
    this.options = List.copyOf(options);
    this.process = launch();
  }

  /** Starts it and waits until the server lists it. */
  static RemoteWorker start(Path directory, String address, String... options) throws IOException {
    Files.createDirectories(directory);
    RemoteWorker worker = new RemoteWorker(directory, address, List.of(options));
    worker.awaitListed();
    return worker;
  }

  private Process launch() throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("worker", "start", "--address", address, "--id", ID));
    arguments.addAll(options);
    return DevProcess.launch(
        directory, List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m"), arguments);
  }

  private void awaitListed() {
    ManagedChannel channel = PawlChannels.open(address);
    try {
      await("the worker is connected")
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  WorkerServiceGrpc.newBlockingStub(channel)
                      .listWorkers(ListWorkersRequest.getDefaultInstance())
                      .getWorkersList()
                      .stream()
                      .anyMatch(worker -> worker.getWorkerId().equals(ID)));
    } finally {
      channel.shutdownNow();
    }
  }

  /** Ends the process at once, as a crash would. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Starts it again under the same id, after it was killed. */
  void restart() throws IOException {
    if (process.isAlive()) {
      throw new IllegalStateException("process " + process.pid() + " still runs");
    }
    process = launch();
  }

  /** All that it printed, over all restarts. */
  String output() throws IOException {
    return Files.readString(directory.resolve("output"));
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
