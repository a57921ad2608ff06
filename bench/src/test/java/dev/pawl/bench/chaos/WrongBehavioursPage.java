package dev.pawl.bench.chaos;

import dev.pawl.bench.wrong.WrongBehaviour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;

/** The page that shows which wrong behaviours were found, and by what: one row for each. */
@NullMarked
final class WrongBehavioursPage {
  private static final String HEAD =
      """
      # Wrong behaviours in a running node, and what found them

      Written by `WrongBehavioursIT`. A Java agent of the tests (`dev.pawl.bench.wrong`) switches one wrong behaviour on
      in the server of a short campaign of `pawl chaos`: one node, and no faults but those that are named. It rewrites one
      method of one class when that is loaded; the product's code holds no word of it. What everybody saw is then judged
      as always, and must be invalid by an invariant that is meant for that behaviour. With the agent and no behaviour the
      same campaign is valid.

      Run them again, all or some, on a machine that has nothing else to do; each takes about a minute, of which there is
      load for 25 s or what `-Dwrong.seconds` says, and writes its row:

          mvn verify -pl bench -am -Dit.test=WrongBehavioursIT -Dtest=NoneSuch \\
            -Dsurefire.failIfNoSpecifiedTests=false -Dwrong=all
          mvn verify ... -Dwrong=SAME_FENCE,CURSOR_BACK

      In brackets: how often it was violated; left out is F-9, which asks for quick delivery and so tells of a busy machine
      as well. Wrong behaviours made by editing histories are in
      [`checker-mutations.md`](checker-mutations.md).

      | wrong behaviour | rewritten | found by | and by | faults | number |
      | --- | --- | --- | --- | --- | --- |
      """;

  private final Path file;

  WrongBehavioursPage(Path file) {
    this.file = file;
  }

  /** Writes the row of a behaviour, beside or instead of those that are there. */
  void write(WrongBehaviour behaviour, List<String> cells) throws IOException {
    Map<WrongBehaviour, String> rows = rows();
    rows.put(behaviour, begin(behaviour) + String.join(" | ", cells) + " |");
    Files.writeString(file, HEAD + String.join("\n", rows.values()) + "\n" + unseen(rows.keySet()));
  }

  /** What can be switched on, and has no row yet. */
  private static String unseen(Set<WrongBehaviour> seen) {
    String missing =
        Arrays.stream(WrongBehaviour.values())
            .filter(behaviour -> !seen.contains(behaviour))
            .map(behaviour -> "- `%s`: %s\n".formatted(behaviour, behaviour.sentence()))
            .collect(Collectors.joining());
    return missing.isEmpty() ? "" : "\nNo campaign has shown these found yet:\n\n" + missing;
  }

  /** The rows that are there, of behaviours that there still are. */
  Map<WrongBehaviour, String> rows() throws IOException {
    Map<WrongBehaviour, String> rows = new EnumMap<>(WrongBehaviour.class);
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        for (WrongBehaviour behaviour : WrongBehaviour.values()) {
          if (line.startsWith(begin(behaviour))) {
            rows.put(behaviour, line);
          }
        }
      }
    }
    return rows;
  }

  private static String begin(WrongBehaviour behaviour) {
    return "| %s | `%s` | ".formatted(behaviour.sentence(), behaviour.place());
  }
}
