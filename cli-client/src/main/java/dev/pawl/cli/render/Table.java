package dev.pawl.cli.render;

import java.util.ArrayList;
import java.util.List;

/** Rows under titles, as wide as their cells and never cut. */
public final class Table {
  private static final String GAP = "  ";

  private Table() {}

  public static <M> List<String> lines(List<Column<M>> columns, List<M> items) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(columns.stream().map(Column::title).toList());
    for (M item : items) {
      rows.add(columns.stream().map(column -> cell(column, item)).toList());
    }
    int[] widths = new int[columns.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], Text.width(row.get(i)));
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static <M> String cell(Column<M> column, M item) {
    String text = column.cell().apply(item);
    return text.isEmpty() ? "-" : text.replace('\n', ' ');
  }

  private static String line(List<String> row, int[] widths) {
    var line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      boolean last = i == widths.length - 1;
      line.append(last ? row.get(i) : Text.pad(row.get(i), widths[i]) + GAP);
    }
    return line.toString().stripTrailing();
  }
}
