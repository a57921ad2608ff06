package dev.pawl.bench.chaos.work;

import dev.pawl.bench.chaos.record.Digest;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogSource;
import dev.pawl.v1.PushLogsRequest;
import dev.pawl.v1.PushLogsResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the handlers of one process logged, held against what its worker sends: a line is written
 * down as it is sent for the first time, and what was logged and not sent as soon as the last chunk
 * says that nothing follows.
 */
final class LogTruth {
  private final WorkDiary diary;
  private final Path completed;

  // Guarded by this.
  private final Map<ExecutionKey, Section> sections = new HashMap<>();

  private static final class Section {
    private final List<String> handlerLines = new ArrayList<>();
    private int handlerLinesSent;
    private long sent;
    private boolean last;
    private boolean truncated;
    private boolean stored;
  }

  /**
   * @param completed a file to which each section is added that is stored to its end
   */
  LogTruth(WorkDiary diary, Path completed) {
    this.diary = diary;
    this.completed = completed;
  }

  /** A handler is about to log this. */
  synchronized void logs(ExecutionKey work, String text) {
    section(work).handlerLines.add(text);
  }

  private Section section(ExecutionKey of) {
    return sections.computeIfAbsent(of, _ -> new Section());
  }

  /** The worker is about to send a chunk, perhaps not for the first time. */
  synchronized void sends(PushLogsRequest chunk) {
    ExecutionKey of = ExecutionKey.of(chunk.getExecution(), chunk.getFence());
    Section section = section(of);
    for (LogLine line : PackedLines.unpack(chunk.getLines().toByteArray())) {
      if (line.getSequence() > section.sent) {
        section.sent = line.getSequence();
        section.handlerLinesSent += line.getSource() == LogSource.LOG_SOURCE_HANDLER ? 1 : 0;
        diary.produced(of, line);
      }
    }
    if (chunk.getLast() && !section.last) {
      section.last = true;
      section.truncated = chunk.getTruncated();
      for (int i = section.handlerLinesSent; i < section.handlerLines.size(); i++) {
        section.sent++;
        diary.produced(of, section.sent, Digest.of(section.handlerLines.get(i)));
      }
    }
  }

  /** A chunk was answered. */
  synchronized void stored(PushLogsResponse answer) {
    ExecutionKey of = ExecutionKey.of(answer.getExecution(), answer.getFence());
    Section section = section(of);
    if (section.last
        && !section.truncated
        && !section.stored
        && !answer.getClosed()
        && answer.getStoredSequence() >= section.sent) {
      section.stored = true;
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
  }

  /** The sections that a file of {@link #stored} names. */
  static List<ExecutionKey> readCompleted(Path file) throws IOException {
    List<ExecutionKey> sections = new ArrayList<>();
    if (Files.exists(file)) {
      String all = Files.readString(file, StandardCharsets.UTF_8);
      // A line that its process could not finish is none.
      all.substring(0, all.lastIndexOf('\n') + 1)
          .lines()
          .map(line -> line.split(" ", -1))
          .forEach(words -> sections.add(new ExecutionKey(words[0], Long.parseLong(words[1]))));
    }
    return sections;
  }
}
