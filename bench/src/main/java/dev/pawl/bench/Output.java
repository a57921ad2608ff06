package dev.pawl.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Prints results: for people as a table, for programs as one JSON object per line. */
public final class Output {
  /** How results are printed. */
  public enum Format {
    TABLE,
    JSON
  }

  private Output() {}

  /** Rounds to what a reader of a measurement can use. */
  public static double rounded(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }

  /** One JSON object on one line. */
  public static void json(PrintStream out, Record result) {
    out.println(JsonMapper.shared().writeValueAsString(result));
    out.flush();
  }

  /** Results of one kind, one per row. */
  public static void table(PrintStream out, List<? extends Record> results) {
    List<List<String>> rows = new ArrayList<>();
    for (Record result : results) {
      JsonNode tree = JsonMapper.shared().valueToTree(result);
      if (rows.isEmpty()) {
        rows.add(tree.properties().stream().map(Map.Entry::getKey).map(Output::heading).toList());
      }
      rows.add(tree.properties().stream().map(field -> text(field.getValue())).toList());
    }
    print(out, rows);
  }

  /** One result, one field per row. */
  public static void fields(PrintStream out, Record result) {
    List<List<String>> rows = new ArrayList<>();
    JsonNode tree = JsonMapper.shared().valueToTree(result);
    tree.properties().forEach(field -> rows.add(List.of(field.getKey(), text(field.getValue()))));
    print(out, rows);
  }

  /** One result in the wanted form. */
  public static void print(PrintStream out, Format format, Record result) {
    switch (format) {
      case TABLE -> fields(out, result);
      case JSON -> json(out, result);
    }
  }

  /** Results of one kind in the wanted form. */
  public static void print(PrintStream out, Format format, List<? extends Record> results) {
    switch (format) {
      case TABLE -> table(out, results);
      case JSON -> results.forEach(result -> json(out, result));
    }
  }

  private static String heading(String key) {
    return key.replaceAll("([A-Z])", " $1").toUpperCase(Locale.ROOT);
  }

  private static String text(JsonNode value) {
    return value.isString() ? value.asString() : value.isNull() ? "-" : value.toString();
  }

  private static void print(PrintStream out, List<List<String>> rows) {
    if (rows.isEmpty()) {
      return;
    }
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      out.println(line.toString().stripTrailing());
    }
    out.flush();
  }
}
