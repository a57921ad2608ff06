package dev.pawl.cli.definition;

import java.util.List;

/**
 * One file that holds definitions.
 *
 * @param name as the caller named it
 */
public record SourceFile(String name, String text, List<String> lines) {
  public SourceFile {
    lines = List.copyOf(lines);
  }

  public static SourceFile of(String name, String text) {
    return new SourceFile(name, text, text.lines().toList());
  }

  /** A line by its number from 1; empty behind the end. */
  String line(int number) {
    return number >= 1 && number <= lines.size() ? lines.get(number - 1) : "";
  }

  /** The place of a code point by its index. */
  Position positionOf(int codePointIndex) {
    int line = 1;
    int column = 1;
    int seen = 0;
    for (int i = 0; i < text.length() && seen < codePointIndex; seen++) {
      int codePoint = text.codePointAt(i);
      line += codePoint == '\n' ? 1 : 0;
      column = codePoint == '\n' ? 1 : column + 1;
      i += Character.charCount(codePoint);
    }
    return new Position(line, column, 1);
  }
}
