package dev.pawl.dev.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What scripts write down of themselves, with no server between: when they begin and end. */
final class Ledger {
  private final Path begun;
  private final Path ended;

  Ledger(Path directory) throws IOException {
    Files.createDirectories(directory);
    this.begun = Files.createFile(directory.resolve("begun"));
    this.ended = Files.createFile(directory.resolve("ended"));
  }

  /** One start of one task's work. */
  record Go(String task, long fence) {}

  /** A start, with the process id of its script. */
  record Beginning(Go go, long pid) {}

  /** A script that takes its place in the ledger, prints one line, and waits. */
  String script(double seconds) {
    return """
    echo "$PAWL_TASK $PAWL_FENCE $$" >>'%s'
    echo "line of $PAWL_TASK $PAWL_FENCE"
    sleep %.3f
    echo "$PAWL_TASK $PAWL_FENCE" >>'%s'
    """
        .formatted(begun, seconds, ended);
  }

  /** What a script of this ledger prints. */
  static String line(Go go) {
    return "line of %s %d".formatted(go.task(), go.fence());
  }

  /** In the order in which they were written. */
  List<Beginning> begun() throws IOException {
    return lines(begun).stream()
        .map(words -> new Beginning(go(words), Long.parseLong(words.get(2))))
        .toList();
  }

  List<Go> ended() throws IOException {
    return lines(ended).stream().map(Ledger::go).toList();
  }

  private static Go go(List<String> words) {
    return new Go(words.get(0), Long.parseLong(words.get(1)));
  }

  /** The words of each line; a line that is being written is left out. */
  private static List<List<String>> lines(Path file) throws IOException {
    String all = Files.readString(file);
    return all.substring(0, all.lastIndexOf('\n') + 1)
        .lines()
        .map(line -> List.of(line.split(" ", -1)))
        .toList();
  }
}
