package dev.pawl.cli.render;

import java.util.ArrayList;
import java.util.List;

/** What is known about one thing: a name and a value per line; what is empty is left out. */
public final class Details {
  private record Entry(String name, String value) {}

  private final List<Entry> entries = new ArrayList<>();

  public Details with(String name, String value) {
    if (!value.isEmpty() && !value.equals("-")) {
      entries.add(new Entry(name, value));
    }
    return this;
  }

  public List<String> lines() {
    int width = entries.stream().mapToInt(entry -> Text.width(entry.name())).max().orElse(0);
    List<String> lines = new ArrayList<>();
    for (Entry entry : entries) {
      String margin = Text.pad(entry.name(), width) + "  ";
      for (String line : entry.value().split("\n", -1)) {
        lines.add((margin + line).stripTrailing());
        margin = " ".repeat(width + 2);
      }
    }
    return lines;
  }
}
