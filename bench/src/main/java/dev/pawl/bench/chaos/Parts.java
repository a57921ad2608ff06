package dev.pawl.bench.chaos;

import dev.pawl.bench.chaos.node.WorkerProcess;
import dev.pawl.bench.chaos.record.Recorder;
import dev.pawl.bench.history.HistoryUnreadable;
import dev.pawl.bench.history.HistoryWriter;
import dev.pawl.bench.history.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The parts of a history, one for each kind of observer in this process. */
record Parts(
    Recorder calls,
    Recorder watches,
    Recorder logs,
    Recorder effects,
    Recorder faults,
    Recorder processes,
    Recorder journal,
    Recorder finals)
    implements AutoCloseable {

  static Parts create(Path directory) throws IOException {
    return new Parts(
        Recorder.create(directory.resolve("calls.jsonl")),
        Recorder.create(directory.resolve("watches.jsonl")),
        Recorder.create(directory.resolve("logs.jsonl")),
        Recorder.create(directory.resolve("effects.jsonl")),
        Recorder.create(directory.resolve("faults.jsonl")),
        Recorder.create(directory.resolve("processes.jsonl")),
        Recorder.create(directory.resolve("journal.jsonl")),
        Recorder.create(directory.resolve("finals.jsonl")));
  }

  private List<Recorder> all() {
    return List.of(calls, watches, logs, effects, faults, processes, journal, finals);
  }

  /** Makes one file of them and of the diaries of workers. */
  void join(Path file, Manifest manifest, List<WorkerProcess> workers)
      throws IOException, HistoryUnreadable {
    try (HistoryWriter writer = HistoryWriter.create(file, manifest)) {
      for (Recorder part : all()) {
        writer.addPart(part.file());
      }
      for (WorkerProcess worker : workers) {
        for (Path diary : worker.diaries()) {
          writer.addPart(diary);
        }
      }
    }
  }

  @Override
  public void close() {
    all().forEach(Recorder::close);
  }
}
