package dev.pawl.bench.chaos;

import dev.pawl.bench.chaos.node.ServerNode;
import dev.pawl.bench.chaos.record.MicroClock;
import dev.pawl.bench.chaos.record.Recorder;
import dev.pawl.bench.history.Node;
import dev.pawl.bench.history.Node.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Looks through what nodes printed for what must never be there. A message that reaches nobody,
 * since its receiver has just gone, is no finding: under faults that is how it goes, and everything
 * that matters is repeated until it is answered. One that is dropped is: nobody would repeat it.
 */
final class NodeLogs {
  private static final int SHOWN = 400;

  private static final Map<Kind, Pattern> NEVER =
      Map.of(
          Kind.DROPPED_MESSAGE,
          Pattern.compile("dev\\.pawl\\.\\S+.* was dropped"),
          Kind.REPLAY_FILTER,
          Pattern.compile("(?i)replayed event .* (invalid|discarded|filter)"),
          Kind.UNHANDLED_EXCEPTION,
          Pattern.compile(
              "Exception in thread|failed unexpectedly|Uncaught error|NullPointerException"
                  + "|IllegalStateException|OutOfMemoryError"));

  private NodeLogs() {}

  static void search(List<ServerNode> nodes, Recorder recorder) throws IOException {
    for (ServerNode node : nodes) {
      try (Stream<String> lines = Files.lines(node.process().output())) {
        lines.forEach(line -> search(node.place().name(), line, recorder));
      }
    }
  }

  private static void search(String node, String line, Recorder recorder) {
    NEVER.forEach(
        (kind, pattern) -> {
          if (pattern.matcher(line).find()) {
            recorder.record(
                new Node.Finding(
                    node,
                    MicroClock.now(),
                    kind,
                    line.substring(0, Math.min(line.length(), SHOWN))));
          }
        });
  }
}
