package dev.pawl.bench.chaos.work;

import dev.pawl.v1.PushLogsRequest;
import dev.pawl.v1.PushLogsResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which sections of logs one process has handed over to their end: the last chunk was sent, and all
 * that was sent is stored. Of these, everything that was written must be found.
 */
final class Handover {
  private final Path completed;

  // Guarded by this.
  private final Map<ExecutionKey, Section> sections = new HashMap<>();

  private static final class Section {
    private long sent;
    private boolean last;
    private boolean truncated;
    private boolean complete;
  }

  /**
   * @param completed a file to which each section is added that is stored to its end
   */
  Handover(Path completed) {
    this.completed = completed;
  }

  /** The worker is about to send a chunk, perhaps not for the first time. */
  synchronized void sends(PushLogsRequest chunk) {
    Section section =
        sections.computeIfAbsent(
            ExecutionKey.of(chunk.getExecution(), chunk.getFence()), _ -> new Section());
    section.sent = Math.max(section.sent, chunk.getFirstSequence() + chunk.getLineCount() - 1);
    section.last |= chunk.getLast();
    section.truncated |= chunk.getTruncated();
  }

  /** A chunk was answered. */
  synchronized void stored(PushLogsResponse answer) {
    ExecutionKey of = ExecutionKey.of(answer.getExecution(), answer.getFence());
    Section section = sections.get(of);
    if (section == null
        || !section.last
        || section.truncated
        || section.complete
        || answer.getClosed()
        || answer.getStoredSequence() < section.sent) {
      return;
    }
    section.complete = true;
    try {
      Files.writeString(
          completed,
          of.execution() + " " + of.fence() + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + completed, e);
    }
  }

  /** The sections that a file of {@link #stored} names. */
  static List<ExecutionKey> read(Path file) throws IOException {
    List<ExecutionKey> sections = new ArrayList<>();
    if (Files.exists(file)) {
      String all = Files.readString(file);
      // A line that its process could not finish is none.
      all.substring(0, all.lastIndexOf('\n') + 1)
          .lines()
          .map(line -> line.split(" ", -1))
          .forEach(words -> sections.add(new ExecutionKey(words[0], Long.parseLong(words[1]))));
    }
    return sections;
  }
}
