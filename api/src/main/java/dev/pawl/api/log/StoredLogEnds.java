package dev.pawl.api.log;

import dev.pawl.api.run.LogEnds;
import dev.pawl.engine.log.LogChunk;
import dev.pawl.engine.log.LogSection;
import dev.pawl.engine.log.Logs;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.StepView;
import dev.pawl.v1.LogLine;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The ends of stored logs. */
public final class StoredLogEnds implements LogEnds {
  private static final int READ_BYTES = 256 * 1024;
  private static final int MOST_BYTES = 256 * 1024;

  private final Logs logs;

  public StoredLogEnds(Logs logs) {
    this.logs = logs;
  }

  @Override
  public CompletionStage<Optional<LogEnd>> end(
      String project, RunId run, StepView step, int lines) {
    return logs.sections(run, Optional.of(step.task()))
        .thenCompose(
            sections ->
                sections.stream()
                    .filter(section -> section.key().execution().index() == step.execution())
                    .max(Comparator.comparingLong(section -> section.key().fence()))
                    .map(newest -> end(project, newest, lines))
                    .orElseGet(() -> CompletableFuture.completedStage(Optional.empty())));
  }

  private CompletionStage<Optional<LogEnd>> end(String project, LogSection section, int lines) {
    return fill(section, Math.max(1, section.lines() - lines + 1), new LastLines(lines))
        .thenApply(
            last -> Optional.of(new LogEnd(LogMapper.toProto(project, section), last.lines())));
  }

  /** Reads on until nothing comes, or what was stored when the section was looked up is read. */
  private CompletionStage<LastLines> fill(LogSection section, long from, LastLines last) {
    if (from > section.lines()) {
      return CompletableFuture.completedStage(last);
    }
    return logs.read(section.key(), from, READ_BYTES)
        .thenCompose(
            chunks -> {
              long next = from;
              for (LogChunk chunk : chunks) {
                if (chunk.nextSequence() > next) {
                  LogLinesReader.lines(chunk, next).forEach(last::add);
                  next = chunk.nextSequence();
                }
              }
              return next == from
                  ? CompletableFuture.completedStage(last)
                  : fill(section, next, last);
            });
  }

  /** The last lines of all that are added, as many as are wanted and as fit into an answer. */
  private static final class LastLines {
    private final Deque<LogLine> kept = new ArrayDeque<>();
    private final int most;
    private int bytes;

    LastLines(int most) {
      this.most = most;
    }

    void add(LogLine line) {
      kept.addLast(line);
      bytes += line.getSerializedSize();
      while (kept.size() > most || (bytes > MOST_BYTES && kept.size() > 1)) {
        bytes -= kept.removeFirst().getSerializedSize();
      }
    }

    List<LogLine> lines() {
      return List.copyOf(kept);
    }
  }
}
