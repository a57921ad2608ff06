package dev.pawl.api.run;

import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.view.RunFilter;
import dev.pawl.engine.view.RunFilter.Condition;
import dev.pawl.engine.view.RunFilter.Field;
import dev.pawl.v1.ErrorReason;
import dev.pawl.v1.RunState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Reads the filter of ListRuns: comparisons with {@code =} or {@code !=}, joined by AND.
 *
 * <p>{@code state = FAILED AND labels.cluster != "ob demo"}
 */
final class RunFilters {
  private static final int LONGEST = 4_096;
  private static final int MOST = 32;

  private final String text;
  private int at;

  private RunFilters(String text) {
    this.text = text;
  }

  static RunFilter parse(String text) {
    if (text.length() > LONGEST) {
      throw refuse(1, "has %,d characters; at most %,d".formatted(text.length(), LONGEST));
    }
    return new RunFilter(new RunFilters(text).conditions());
  }

  private List<Condition> conditions() {
    List<Condition> conditions = new ArrayList<>();
    skipBlanks();
    while (at < text.length()) {
      if (!conditions.isEmpty()) {
        int column = at + 1;
        String word = word();
        if (!word.equalsIgnoreCase("AND")) {
          throw refuse(column, "expected AND, found " + found(word));
        }
      }
      if (conditions.size() == MOST) {
        throw refuse(at + 1, "has more than %d comparisons".formatted(MOST));
      }
      conditions.add(condition());
      skipBlanks();
    }
    return conditions;
  }

  private Condition condition() {
    skipBlanks();
    int column = at + 1;
    Field field = field(column, word());
    skipBlanks();
    boolean equal;
    if (text.startsWith("!=", at)) {
      equal = false;
      at += 2;
    } else if (text.startsWith("=", at)) {
      equal = true;
      at += 1;
    } else {
      throw refuse(at + 1, "expected = or !=, found " + found(rest()));
    }
    skipBlanks();
    int valueColumn = at + 1;
    String value = value();
    return new Condition(field, equal, checked(field, valueColumn, value));
  }

  private static Field field(int column, String name) {
    if (name.startsWith("labels.")) {
      String key = name.substring("labels.".length());
      if (!ResourceNames.isName(key)) {
        throw refuse(column, "labels. wants a label's key behind it, such as labels.cluster");
      }
      return new Field.Label(key);
    }
    return switch (name) {
      case "state" -> new Field.Status();
      case "workflow" -> new Field.Workflow();
      case "task" -> new Field.Task();
      case "initiator" -> new Field.Initiator();
      case "id" -> new Field.Id();
      default ->
          throw refuse(
              column,
              "expected one of state, workflow, task, initiator, id, labels.KEY, found "
                  + found(name));
    };
  }

  private static String checked(Field field, int column, String value) {
    return switch (field) {
      case Field.Status _ -> {
        String name = value.toUpperCase(Locale.ROOT);
        boolean known =
            Arrays.stream(RunState.values())
                .anyMatch(state -> state.name().equals("RUN_STATE_" + name));
        if (!known || name.equals("UNSPECIFIED")) {
          throw refuse(
              column,
              "expected a state of runs (%s), found %s"
                  .formatted(
                      Arrays.stream(RunStatus.values())
                          .map(Enum::name)
                          .collect(Collectors.joining(", ")),
                      found(value)));
        }
        yield name;
      }
      case Field.Id _ -> value.toLowerCase(Locale.ROOT);
      case Field.Workflow _, Field.Task _, Field.Initiator _, Field.Label _ -> value;
    };
  }

  private String value() {
    if (at < text.length() && text.charAt(at) == '"') {
      int begin = at + 1;
      StringBuilder value = new StringBuilder();
      at++;
      while (at < text.length() && text.charAt(at) != '"') {
        if (text.charAt(at) == '\\' && at + 1 < text.length()) {
          at++;
        }
        value.append(text.charAt(at));
        at++;
      }
      if (at >= text.length()) {
        throw refuse(begin, "the string has no closing quote");
      }
      at++;
      return value.toString();
    }
    int column = at + 1;
    String word = word();
    if (word.isEmpty()) {
      throw refuse(column, "expected a value, found " + found(rest()));
    }
    return word;
  }

  private String word() {
    int begin = at;
    while (at < text.length() && " \t\r\n=!\"".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(begin, at);
  }

  private String rest() {
    return text.substring(Math.min(at, text.length()));
  }

  private void skipBlanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private static String found(String text) {
    return text.isEmpty() ? "nothing" : ResourceNames.quote(text);
  }

  private static RuntimeException refuse(int column, String message) {
    return ApiErrors.of(
        ErrorReason.ERROR_REASON_INVALID_FILTER,
        "filter, column %d: %s".formatted(column, message),
        Map.of("column", Integer.toString(column)));
  }
}
