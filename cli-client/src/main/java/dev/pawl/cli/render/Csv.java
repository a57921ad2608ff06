package dev.pawl.cli.render;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Rows under titles as RFC 4180 has it, with all columns: for spreadsheets and scripts. */
final class Csv {
  private Csv() {}

  static <M> List<String> lines(List<Column<M>> columns, List<M> items) {
    List<String> lines = new ArrayList<>();
    lines.add(columns.stream().map(Column::title).collect(Collectors.joining(",")));
    for (M item : items) {
      lines.add(
          columns.stream()
              .map(column -> cell(column.cell().apply(item)))
              .collect(Collectors.joining(",")));
    }
    return lines;
  }

  private static String cell(String text) {
    if (text.equals(Times.NONE)) {
      return "";
    }
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
