package dev.pawl.cli.definition;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pawl.cli.render.Style;
import dev.pawl.cli.render.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Something that is wrong in a definition file, and where.
 *
 * @param path the field, in JSON names; empty when it is about the file
 * @param suggestion what was probably meant
 */
public record Mistake(
    SourceFile file, Position position, String path, String message, Optional<String> suggestion) {
  /** The order of the text. */
  static final Comparator<Mistake> IN_ORDER =
      Comparator.comparingInt((Mistake mistake) -> mistake.position().line())
          .thenComparingInt(mistake -> mistake.position().column());

  private static final int LONGEST_LINE = 120;

  static Mistake of(SourceFile file, Position position, String path, String message) {
    return new Mistake(file, position, path, message, Optional.empty());
  }

  /** {@code file:line:col: error: path: message}, the line of the file and a caret below it. */
  public List<String> lines(Style style) {
    List<String> lines = new ArrayList<>();
    String shown = shownPath();
    lines.add(
        style.bold("%s:%d:%d:".formatted(file.name(), position.line(), position.column()))
            + " "
            + style.red("error:")
            + " "
            + (shown.isEmpty() ? "" : shown + ": ")
            + message);
    String source = file.line(position.line());
    String hint = suggestion.map(meant -> "  did you mean \"" + meant + "\"?").orElse("");
    if (source.isBlank()) {
      if (!hint.isEmpty()) {
        lines.add("        " + hint.strip());
      }
      return lines;
    }
    int[] points = source.codePoints().toArray();
    int column = Math.min(position.column() - 1, points.length);
    int from = points.length <= LONGEST_LINE ? 0 : Math.max(0, column - LONGEST_LINE / 2);
    int to = Math.min(points.length, from + LONGEST_LINE);
    String window = new String(points, from, to - from).replace('\t', ' ');
    int margin =
        Text.width(new String(points, from, Math.max(0, column - from)).replace('\t', ' '));
    int carets = Math.max(1, Math.min(position.length(), to - column));
    lines.add(
        style.dim("%7d |".formatted(position.line()))
            + " "
            + Text.harmless(window).stripTrailing());
    lines.add(
        style.dim("        |")
            + " "
            + " ".repeat(margin)
            + style.red("^".repeat(carets))
            + style.bold(hint));
    return lines;
  }

  /** For programs. */
  public Struct toStruct() {
    Struct.Builder struct =
        Struct.newBuilder()
            .putFields("file", text(file.name()))
            .putFields("line", number(position.line()))
            .putFields("column", number(position.column()))
            .putFields("path", text(path))
            .putFields("message", text(message));
    suggestion.ifPresent(meant -> struct.putFields("suggestion", text(meant)));
    return struct.build();
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }

  private static Value number(int value) {
    return Value.newBuilder().setNumberValue(value).build();
  }

  /** The kind that every path begins with says nothing to people. */
  private String shownPath() {
    for (String kind : List.of("workflow.", "task.", "stream.")) {
      if (path.startsWith(kind)) {
        return path.substring(kind.length());
      }
    }
    return path;
  }
}
