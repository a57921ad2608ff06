package dev.pawl.engine.view;

import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.view.RunOrder.Field;
import dev.pawl.engine.view.RunOrder.Key;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** An order in SQL, and the keys of its rows: where a page ends, and the next goes on. */
final class RunKeys {
  private static final String ID = "run_id";
  private static final String AT_THE_END = "infinity";
  private static final String STATES =
      Arrays.stream(RunStatus.values())
          .map(status -> "'" + status.name() + "'")
          .collect(Collectors.joining(", ", "array_position(ARRAY[", "], status)"));

  private final List<Key> keys;
  private final List<String> columns = new ArrayList<>();
  private final List<String> places = new ArrayList<>();
  private final List<Boolean> descending = new ArrayList<>();

  RunKeys(RunOrder order) {
    keys = order.keys();
    for (Key key : keys) {
      columns.add(column(key.field()));
      places.add(place(key.field()));
      descending.add(key.descending());
    }
    columns.add(ID);
    places.add("?");
    descending.add(descending.getLast());
  }

  private static String column(Field field) {
    return switch (field) {
      case CREATED -> "created_at";
      case STARTED -> "coalesce(started_at, '" + AT_THE_END + "')";
      case ENDED -> "coalesce(ended_at, '" + AT_THE_END + "')";
      case STATE -> STATES;
      case NAME -> "definition";
    };
  }

  private static String place(Field field) {
    return switch (field) {
      case CREATED, STARTED, ENDED -> "?::timestamptz";
      case STATE -> "?::int4";
      case NAME -> "?";
    };
  }

  /** Such as {@code ORDER BY created_at DESC, run_id DESC}. */
  String orderBy() {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      parts.add(columns.get(i) + (descending.get(i) ? " DESC" : ""));
    }
    return "ORDER BY " + String.join(", ", parts);
  }

  /** Keeps only what comes behind the row of this key. */
  void behind(Where where, String text) {
    List<String> values = parse(text);
    if (descending.stream().distinct().count() == 1) {
      where.and(
          "(%s) %s (%s)"
              .formatted(
                  String.join(", ", columns),
                  beyond(descending.getFirst()),
                  String.join(", ", places)),
          values.toArray());
      return;
    }
    List<String> cases = new ArrayList<>();
    List<Object> parameters = new ArrayList<>();
    for (int last = 0; last < columns.size(); last++) {
      List<String> all = new ArrayList<>();
      for (int i = 0; i <= last; i++) {
        all.add(columns.get(i) + (i < last ? " = " : beyond(descending.get(i))) + places.get(i));
        parameters.add(values.get(i));
      }
      cases.add("(" + String.join(" AND ", all) + ")");
    }
    where.and("(" + String.join(" OR ", cases) + ")", parameters.toArray());
  }

  private static String beyond(boolean descending) {
    return descending ? " < " : " > ";
  }

  /** The key of a row. */
  String text(RunRow row) {
    List<String> values = new ArrayList<>();
    for (Key key : keys) {
      values.add(
          switch (key.field()) {
            case CREATED -> row.createdAt().toString();
            case STARTED -> text(row.startedAt());
            case ENDED -> text(row.endedAt());
            case STATE -> Integer.toString(row.status().ordinal() + 1);
            case NAME -> row.definition().name();
          });
    }
    values.add(row.id().value());
    return Json.write(values);
  }

  private static String text(Optional<Instant> instant) {
    return instant.map(Instant::toString).orElse(AT_THE_END);
  }

  private List<String> parse(String text) {
    List<String> values = Json.texts(text);
    if (values.size() != columns.size()) {
      throw new IllegalArgumentException("not the key of a page in this order: " + text);
    }
    return values;
  }
}
