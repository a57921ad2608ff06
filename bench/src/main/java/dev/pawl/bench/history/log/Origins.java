package dev.pawl.bench.history.log;

import dev.pawl.bench.history.Log;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.Section;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which work wrote the lines that were found where they do not belong. No two works write the same
 * line, so its hash tells.
 */
final class Origins {

  /** A line in a section whose work did not write it. */
  record Stray(Log.Line line, Optional<Log.Produced> origin) {}

  private Origins() {}

  /** The lines, stored or read, that their section's work did not write. */
  static List<Stray> strays(Evidence evidence) {
    List<Log.Line> foreign = new ArrayList<>();
    for (Section section : evidence.sections()) {
      collect(Optional.of(section), section.stored(), foreign);
    }
    for (List<Log> reader : evidence.readers().values()) {
      Map<Section, List<Log.Line>> read = new HashMap<>();
      for (Log log : reader) {
        if (log instanceof Log.Read line) {
          Optional<Section> section = evidence.findSection(line.execution(), line.fence());
          if (section.isEmpty()) {
            foreign.add(line);
          } else {
            read.computeIfAbsent(section.get(), _ -> new ArrayList<>()).add(line);
          }
        }
      }
      read.forEach((section, lines) -> collect(Optional.of(section), lines, foreign));
    }
    if (foreign.isEmpty()) {
      return List.of();
    }
    Map<String, Log.Produced> origins = new HashMap<>();
    Set<String> wanted = new HashSet<>();
    foreign.forEach(line -> wanted.add(line.hash()));
    for (Section section : evidence.sections()) {
      for (Log.Produced produced : section.produced()) {
        if (wanted.contains(produced.hash())) {
          origins.putIfAbsent(produced.hash(), produced);
        }
      }
    }
    return foreign.stream()
        .map(line -> new Stray(line, Optional.ofNullable(origins.get(line.hash()))))
        .toList();
  }

  private static void collect(
      Optional<Section> section, Collection<? extends Log.Line> lines, List<Log.Line> foreign) {
    Set<String> written = new HashSet<>();
    section.ifPresent(known -> known.produced().forEach(line -> written.add(line.hash())));
    for (Log.Line line : lines) {
      if (!line.own() && !written.contains(line.hash())) {
        foreign.add(line);
      }
    }
  }
}
