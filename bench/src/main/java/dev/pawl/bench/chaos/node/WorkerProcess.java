package dev.pawl.bench.chaos.node;

import dev.pawl.bench.chaos.record.MicroClock;
import dev.pawl.bench.chaos.record.Recorder;
import dev.pawl.bench.chaos.work.ChaosWorker;
import dev.pawl.bench.history.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A worker that can be killed, stopped where it stands and started again, with its diaries. */
public final class WorkerProcess implements AutoCloseable {
  private static final List<String> JVM_OPTIONS =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m");
  private static final Pattern INCARNATION =
      Pattern.compile("\"incarnation\"\\s*:\\s*\"([^\"]+)\"");

  private final WorkerPlace place;
  private final Path directory;
  private final JavaProcess process;
  private final Recorder recorder;

  // Guarded by this.
  private final List<Path> diaries = new ArrayList<>();

  private WorkerProcess(WorkerPlace place, Path directory, JavaProcess process, Recorder recorder) {
    this.place = place;
    this.directory = directory;
    this.process = process;
    this.recorder = recorder;
  }

  /**
   * Starts a worker.
   *
   * @param nodes where each node is reached, by its name
   * @param recorder that is told of its deaths
   */
  static WorkerProcess start(
      WorkerPlace place,
      Path directory,
      Map<String, String> nodes,
      String ledger,
      Recorder recorder)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--id",
                place.id(),
                "--group",
                place.group(),
                "--slots",
                Integer.toString(place.slots()),
                "--source",
                place.source().getHostAddress(),
                "--ledger",
                ledger,
                "--directory",
                directory.toString()));
    nodes.forEach((name, address) -> arguments.addAll(List.of("--node", name + "=" + address)));
    WorkerProcess worker =
        new WorkerProcess(
            place,
            directory,
            new JavaProcess(
                place.id(),
                directory.resolve(place.id() + ".log"),
                JVM_OPTIONS,
                ChaosWorker.class.getName(),
                arguments),
            recorder);
    worker.process.start();
    worker.begunDiary();
    return worker;
  }

  private synchronized void begunDiary() {
    diaries.add(ChaosWorker.diary(directory, place.id(), process.pid()));
  }

  public WorkerPlace place() {
    return place;
  }

  public JavaProcess process() {
    return process;
  }

  /** What its processes wrote down, oldest first. */
  public synchronized List<Path> diaries() {
    return diaries.stream().filter(Files::exists).toList();
  }

  /** Ends it at once, as a crash would. */
  public void kill() throws IOException, InterruptedException {
    process.kill();
    Optional<String> incarnation = incarnation();
    if (incarnation.isPresent()) {
      recorder.record(new Work.ProcessDied(place.id(), incarnation.get(), MicroClock.now()));
    }
  }

  /** Starts it again, after it was killed. */
  public void startAgain() throws IOException {
    process.startAgain();
    begunDiary();
  }

  /** As its process called itself in its diary; empty when it never got so far. */
  private Optional<String> incarnation() throws IOException {
    Path newest = ChaosWorker.diary(directory, place.id(), process.pid());
    if (!Files.exists(newest)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(newest)) {
      return lines.map(INCARNATION::matcher).filter(Matcher::find).map(m -> m.group(1)).findFirst();
    }
  }

  /** How many pieces of work its process has begun and not ended. */
  public int busy() throws IOException {
    Path newest = ChaosWorker.diary(directory, place.id(), process.pid());
    if (!Files.exists(newest)) {
      return 0;
    }
    int busy = 0;
    try (Stream<String> lines = Files.lines(newest)) {
      for (String line : (Iterable<String>) lines::iterator) {
        busy += line.contains("\"work.began\"") ? 1 : line.contains("\"work.ended\"") ? -1 : 0;
      }
    }
    return busy;
  }

  @Override
  public void close() {
    process.close();
  }
}
