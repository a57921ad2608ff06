package dev.pawl.engine.audit;

import dev.pawl.engine.journal.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.postgresql.PGStatement;

/** The record of commands in PostgreSQL. */
public final class PostgresAudit implements Audit, AutoCloseable {
  private static final int COUNTED = 10_000;
  private static final String COMMONEST = "StartRun";

  private final Database database;
  private final Supplier<Instant> projected;
  private final AuditWriter writer;
  private final Executor blocking = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * Begins to store what it is told.
   *
   * @param projected everything accepted before this instant is in the table
   */
  public PostgresAudit(Database database, Supplier<Instant> projected) {
    this.database = database;
    this.projected = projected;
    this.writer = AuditWriter.start(rows -> store(database, rows));
  }

  private static void store(Database database, List<AuditRow> rows) {
    database.with(
        connection -> {
          AuditTable.others(connection, rows);
          return rows;
        });
  }

  @Override
  public void record(AuditRow row) {
    writer.add(row);
  }

  /** Rows that found no room and were dropped, since the node began. */
  public long dropped() {
    return writer.dropped();
  }

  @Override
  public CompletionStage<Listed> list(
      String project, AuditFilter filter, Optional<String> afterKey, int size) {
    Conditions all = Conditions.of(project, filter);
    Conditions page = afterKey.map(key -> all.behind(Place.of(key))).orElse(all);
    return CompletableFuture.supplyAsync(
        () -> {
          Instant asOf = projected.get();
          return database.look(
              all.advice(),
              connection -> {
                List<Found> found = page.select(connection, size + 1);
                long total = all.count(connection);
                List<Found> shown = found.size() > size ? found.subList(0, size) : found;
                return new Listed(
                    shown.stream().map(Found::row).toList(),
                    found.size() > size
                        ? Optional.of(shown.getLast().place().text())
                        : Optional.empty(),
                    total,
                    asOf);
              });
        },
        blocking);
  }

  @Override
  public void close() {
    writer.close();
  }

  private record Found(AuditRow row, Place place) {}

  /** Where in the list a row is. */
  private record Place(Instant at, long number) {
    static Place of(String key) {
      int space = key.indexOf(' ');
      if (space < 0) {
        throw new IllegalArgumentException("not the key of a page of the audit: " + key);
      }
      return new Place(
          Instant.parse(key.substring(0, space)), Long.parseLong(key.substring(space + 1)));
    }

    String text() {
      return at + " " + number;
    }
  }

  /**
   * The conditions of a query; values only ever travel as parameters.
   *
   * @param advice what would narrow them
   */
  private record Conditions(String advice, List<String> texts, List<Object> values) {
    static Conditions of(String project, AuditFilter filter) {
      Conditions conditions = new Conditions(advice(filter), new ArrayList<>(), new ArrayList<>());
      conditions.add("project = ?", project);
      filter.entity().ifPresent(entity -> conditions.add("entity = ?", entity));
      filter.step().ifPresent(step -> conditions.add("step = ?", step));
      filter.principal().ifPresent(principal -> conditions.add("principal = ?", principal));
      filter.command().ifPresent(conditions::addCommand);
      filter.outcome().ifPresent(conditions::addOutcome);
      filter.from().ifPresent(from -> conditions.add("at >= ?", from.atOffset(ZoneOffset.UTC)));
      filter.until().ifPresent(until -> conditions.add("at < ?", until.atOffset(ZoneOffset.UTC)));
      return conditions;
    }

    private static String advice(AuditFilter filter) {
      List<String> narrower = new ArrayList<>();
      if (filter.entity().isEmpty()) {
        narrower.add("to what the commands were about");
      }
      if (filter.principal().isEmpty()) {
        narrower.add("to a principal");
      }
      narrower.add(
          filter.from().isPresent() && filter.until().isPresent()
              ? "to a shorter time"
              : "to a time");
      return "narrow its filter, " + String.join(", or ", narrower);
    }

    // These two say in so many words what the indexes of few rows are about.

    private void addCommand(String command) {
      add("command = ?", command);
      if (!command.equals(COMMONEST)) {
        texts.add("command <> '" + COMMONEST + "'");
      }
    }

    private void addOutcome(AuditOutcome outcome) {
      add("outcome = ?", outcome.name());
      if (outcome != AuditOutcome.ACCEPTED) {
        texts.add("outcome <> '" + AuditOutcome.ACCEPTED + "'");
      }
    }

    private void add(String text, Object... given) {
      texts.add(text);
      values.addAll(List.of(given));
    }

    Conditions behind(Place place) {
      Conditions behind = new Conditions(advice, new ArrayList<>(texts), new ArrayList<>(values));
      behind.add("(at, number) < (?, ?)", place.at().atOffset(ZoneOffset.UTC), place.number());
      return behind;
    }

    List<Found> select(Connection connection, int most) throws SQLException {
      List<Found> found = new ArrayList<>();
      try (PreparedStatement statement =
              prepare(
                  connection,
                  "SELECT number, "
                      + AuditTable.COLUMNS
                      + " FROM audit WHERE "
                      + text()
                      + " ORDER BY at DESC, number DESC LIMIT "
                      + most);
          ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          AuditRow row = AuditTable.row(result);
          found.add(new Found(row, new Place(row.at(), result.getLong("number"))));
        }
      }
      return found;
    }

    long count(Connection connection) throws SQLException {
      try (PreparedStatement statement =
              prepare(
                  connection,
                  "SELECT count(*) FROM (SELECT FROM audit WHERE "
                      + text()
                      + " LIMIT "
                      + COUNTED
                      + ") AS counted");
          ResultSet result = statement.executeQuery()) {
        result.next();
        return result.getLong(1);
      }
    }

    private String text() {
      return String.join(" AND ", texts);
    }

    private PreparedStatement prepare(Connection connection, String sql) throws SQLException {
      PreparedStatement statement = connection.prepareStatement(sql);
      try {
        // Each question gets a plan of its own, see the views.
        statement.unwrap(PGStatement.class).setPrepareThreshold(0);
        for (int i = 0; i < values.size(); i++) {
          statement.setObject(i + 1, values.get(i));
        }
        return statement;
      } catch (SQLException | RuntimeException e) {
        statement.close();
        throw e;
      }
    }
  }
}
