package dev.pawl.engine.view;

import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.view.RunFilter.And;
import dev.pawl.engine.view.RunFilter.Comparison;
import dev.pawl.engine.view.RunFilter.Contains;
import dev.pawl.engine.view.RunFilter.InState;
import dev.pawl.engine.view.RunFilter.Is;
import dev.pawl.engine.view.RunFilter.Not;
import dev.pawl.engine.view.RunFilter.Or;
import dev.pawl.engine.view.RunFilter.Text;
import dev.pawl.engine.view.RunFilter.Time;
import dev.pawl.engine.view.RunFilter.When;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The condition in SQL that a filter is. Each part is true or false and never null, and no text of
 * a filter becomes a part of it.
 */
final class RunConditions {
  private final Connection connection;
  private final String project;
  private static final String PARENT = "split_part(parent, '/', 1)";

  private final StringBuilder sql = new StringBuilder();
  private final List<Object> values = new ArrayList<>();

  private RunConditions(Connection connection, String project) {
    this.connection = connection;
    this.project = project;
  }

  /** The rows of a project that the filter shows. */
  static Where of(Connection connection, String project, RunFilter filter) throws SQLException {
    Where where = new Where("project = ?", project);
    List<RunFilter> parts = filter instanceof And(var several) ? several : List.of(filter);
    for (RunFilter part : parts) {
      var condition = new RunConditions(connection, project);
      condition.add(part);
      where.and(condition.sql.toString(), condition.values.toArray());
    }
    return where;
  }

  private void add(RunFilter filter) throws SQLException {
    switch (filter) {
      case And(var parts) -> add(parts, " AND ", "true");
      case Or(var parts) -> add(parts, " OR ", "false");
      case Not(var part) -> {
        sql.append("NOT (");
        add(part);
        sql.append(')');
      }
      case InState(var status) -> add(ofStatus(status), status.name());
      case RunFilter.Ended _ -> add("ended");
      case Is(var text, var value) -> is(text, value);
      case Contains(var text, var value) -> contains(text, value);
      case When(var time, var comparison, var value) ->
          add(
              "(%1$s IS NOT NULL AND %1$s %2$s ?)".formatted(column(time), operator(comparison)),
              value.atOffset(ZoneOffset.UTC));
    }
  }

  private void add(List<RunFilter> parts, String between, String none) throws SQLException {
    if (parts.isEmpty()) {
      sql.append(none);
      return;
    }
    sql.append('(');
    add(parts.getFirst());
    for (RunFilter part : parts.subList(1, parts.size())) {
      sql.append(between);
      add(part);
    }
    sql.append(')');
  }

  private void add(String condition, Object... with) {
    sql.append(condition);
    values.addAll(List.of(with));
  }

  /** That the run has not ended follows from such a status; only if told does PostgreSQL know. */
  private static String ofStatus(RunStatus status) {
    return status.ended() ? "status = ?" : "(status = ? AND NOT ended)";
  }

  private void is(Text text, String value) throws SQLException {
    switch (text) {
      case Text.Workflow _ -> add("(definition = ? AND definition_kind = 'WORKFLOW')", value);
      case Text.Task _ -> add("(definition = ? AND definition_kind = 'TASK')", value);
      case Text.Name _ -> {
        add("(definition = ? OR run_id = ?", value, value);
        definitions(new Where("display_name = ?", value));
      }
      case Text.Initiator _ -> add("initiator = ?", value);
      case Text.Id _ -> add("run_id = ?", value);
      case Text.Reason _ -> add("reason = ?", value);
      case Text.Parent _ ->
          add(value.isEmpty() ? "parent = ?" : "(parent <> '' AND " + PARENT + " = ?)", value);
      case Text.OfProfile _ -> add("profile = ?", value);
      case Text.Label(var key) ->
          add("(labels @> ?::jsonb AND labels <> '{}')", Json.write(Map.of(key, value)));
      case Text.ObjectKind _ -> anObject(Map.of("kind", value));
      case Text.ObjectName _ -> anObject(Map.of("name", value));
      case Text.ObjectId _ -> anObject(Map.of("id", value));
      case Text.ObjectOf(var kind) -> anObject(Map.of("kind", kind, "name", value));
    }
  }

  private void anObject(Map<String, String> like) {
    add("(objects @> ?::jsonb AND objects <> '[]')", Json.write(List.of(like)));
  }

  private void contains(Text text, String value) throws SQLException {
    String part = "%" + escaped(value) + "%";
    switch (text) {
      case Text.Workflow _ -> add("(definition ILIKE ? AND definition_kind = 'WORKFLOW')", part);
      case Text.Task _ -> add("(definition ILIKE ? AND definition_kind = 'TASK')", part);
      case Text.Name _ -> {
        String id = value.toLowerCase(Locale.ROOT);
        add(
            "(run_id LIKE ? OR reverse(run_id) COLLATE \"C\" LIKE ?",
            escaped(id) + "%",
            escaped(new StringBuilder(id).reverse().toString()) + "%");
        definitions(new Where("(name ILIKE ? OR display_name ILIKE ?)", part, part));
      }
      case Text.Initiator _ -> add("initiator ILIKE ?", part);
      case Text.Id _ -> add("run_id ILIKE ?", part);
      case Text.Reason _ -> add("reason ILIKE ?", part);
      case Text.Parent _ -> add(PARENT + " ILIKE ?", part);
      case Text.OfProfile _ -> add("profile ILIKE ?", part);
      case Text.Label(var key) -> add("coalesce(labels ->> ? ILIKE ?, false)", key, part);
      case Text.ObjectKind _ -> anObjectWith("kind", Optional.empty(), part);
      case Text.ObjectName _ -> anObjectWith("name", Optional.empty(), part);
      case Text.ObjectId _ -> anObjectWith("id", Optional.empty(), part);
      case Text.ObjectOf(var kind) -> anObjectWith("name", Optional.of(kind), part);
    }
  }

  private void anObjectWith(String member, Optional<String> kind, String part) {
    add("(objects <> '[]' AND EXISTS (SELECT FROM jsonb_array_elements(objects) AS object WHERE ");
    kind.ifPresent(wanted -> add("object ->> 'kind' = ? AND ", wanted));
    add("object ->> '%s' ILIKE ?))".formatted(member), part);
  }

  /**
   * Adds the runs of the definitions that are like this, and closes the parenthesis. The names are
   * read first: PostgreSQL knows then whether they are few, and finds their runs by the index.
   */
  private void definitions(Where like) throws SQLException {
    record Found(String kind, String name) {}
    List<Found> found =
        like.and("project = ?", project)
            .select(
                connection,
                "SELECT kind, name FROM definition_view",
                "ORDER BY kind, name",
                row -> new Found(row.getString(1), row.getString(2)));
    for (String kind : found.stream().map(Found::kind).distinct().toList()) {
      add(
          " OR (definition = ANY (?) AND definition_kind = ?)",
          connection.createArrayOf(
              "text",
              found.stream().filter(one -> one.kind().equals(kind)).map(Found::name).toArray()),
          kind);
    }
    sql.append(')');
  }

  /** A text as a pattern that only it matches. */
  static String escaped(String text) {
    return text.replaceAll("[\\\\%_]", "\\\\$0");
  }

  private static String column(Time time) {
    return switch (time) {
      case CREATED -> "created_at";
      case STARTED -> "started_at";
      case ENDED -> "ended_at";
    };
  }

  private static String operator(Comparison comparison) {
    return switch (comparison) {
      case BEFORE -> "<";
      case NOT_AFTER -> "<=";
      case AT -> "=";
      case NOT_BEFORE -> ">=";
      case AFTER -> ">";
    };
  }
}
