package dev.pawl.bench.postgres;

import dev.pawl.bench.BenchFailure;
import dev.pawl.client.RequestIds;
import java.lang.reflect.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The most that the journal could do here: how many rows of its shape plain JDBC inserts into a
 * table made like it, indexes included, on the same PostgreSQL.
 *
 * <p>The rows are those that runs have just left in the journal, each run's under a new id. What
 * the database fills in by itself it fills in here too.
 */
public final class InsertLimit {
  private static final int CONNECTIONS = 4;
  private static final int ROWS_PER_TRANSACTION = 100;
  private static final int SAMPLE = 2_000;
  private static final String TABLE = "bench.journal";
  private static final Set<String> FILLED_IN = Set.of("ordering", "epoch", "xid");
  private static final Duration SETTLING = Duration.ofSeconds(2);

  /** The run in a persistence id: {@code kind|run} or {@code kind|run/task/index}. */
  private static final Pattern RUN = Pattern.compile("(?<=\\|)[^/]+");

  private final Postgres postgres;
  private final List<Column> columns;
  private final List<List<@Nullable Object>> sample;
  private final int entityColumn;

  private InsertLimit(
      Postgres postgres, List<Column> columns, List<List<@Nullable Object>> sample) {
    this.postgres = postgres;
    this.columns = columns;
    this.sample = sample;
    this.entityColumn = columns.stream().map(Column::name).toList().indexOf("persistence_id");
  }

  /**
   * The result.
   *
   * @param rowsPerSecond as single-row inserts, a transaction's sent together
   * @param multiRowsPerSecond as one insert of all rows of a transaction
   */
  public record Limit(double rowsPerSecond, double multiRowsPerSecond) {}

  /**
   * Measures both ways one after the other, each for so long. The journal must hold runs.
   *
   * @param window of each, after a warm-up of its own
   */
  public static Limit measure(Postgres postgres, Duration window)
      throws SQLException, InterruptedException {
    try (Connection connection = postgres.connect()) {
      Postgres.requireFsync(connection);
      InsertLimit limit = sample(postgres, connection);
      try (Statement statement = connection.createStatement()) {
        statement.execute("DROP SCHEMA IF EXISTS bench CASCADE");
        statement.execute("CREATE SCHEMA bench");
        statement.execute("CREATE TABLE %s (LIKE event_journal INCLUDING ALL)".formatted(TABLE));
        // Not the journal's own sequence, which it draws from too.
        statement.execute("CREATE SEQUENCE bench.ordering");
        statement.execute(
            "ALTER TABLE %s ALTER COLUMN ordering SET DEFAULT nextval('bench.ordering')"
                .formatted(TABLE));
        try {
          double single = limit.rowsPerSecond(Form.SINGLE_ROWS, window);
          statement.execute("TRUNCATE " + TABLE);
          double multi = limit.rowsPerSecond(Form.MULTI_ROW, window);
          return new Limit(single, multi);
        } finally {
          statement.execute("DROP SCHEMA bench CASCADE");
        }
      }
    }
  }

  private record Column(String name, String type) {}

  private enum Form {
    SINGLE_ROWS,
    MULTI_ROW
  }

  private static InsertLimit sample(Postgres postgres, Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                SELECT * FROM event_journal
                WHERE persistence_id LIKE 'run|%%' OR persistence_id LIKE 'execution|%%'
                ORDER BY ordering DESC LIMIT %d\
                """
                    .formatted(SAMPLE))) {
      ResultSetMetaData shape = rows.getMetaData();
      List<Column> columns = new ArrayList<>();
      for (int i = 1; i <= shape.getColumnCount(); i++) {
        if (!FILLED_IN.contains(shape.getColumnName(i))) {
          columns.add(new Column(shape.getColumnName(i), shape.getColumnTypeName(i)));
        }
      }
      List<List<@Nullable Object>> sample = new ArrayList<>();
      while (rows.next()) {
        List<@Nullable Object> row = new ArrayList<>();
        for (Column column : columns) {
          row.add(rows.getObject(column.name()));
        }
        sample.add(row);
      }
      if (sample.isEmpty()) {
        throw new BenchFailure(
            1, "the journal holds no run whose rows could be taken as a sample; start some first");
      }
      Collections.reverse(sample);
      return new InsertLimit(postgres, columns, sample);
    }
  }

  private double rowsPerSecond(Form form, Duration window)
      throws SQLException, InterruptedException {
    long from = System.nanoTime() + SETTLING.toNanos();
    long to = from + window.toNanos();
    List<Future<Long>> inserted = new ArrayList<>();
    try (ExecutorService inserters = Executors.newFixedThreadPool(CONNECTIONS)) {
      for (int i = 0; i < CONNECTIONS; i++) {
        int first = sample.size() / CONNECTIONS * i;
        inserted.add(inserters.submit(() -> insert(form, new Rows(first), from, to)));
      }
      long rows = 0;
      for (Future<Long> of : inserted) {
        rows += of.get();
      }
      return rows / (window.toNanos() / 1e9);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SQLException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Inserts until the window is over; returns the rows whose commit was acknowledged within it. */
  private long insert(Form form, Rows rows, long from, long to) throws SQLException {
    long counted = 0;
    try (Connection connection = postgres.connect()) {
      connection.setAutoCommit(false);
      try (PreparedStatement insert = connection.prepareStatement(statement(form))) {
        while (true) {
          switch (form) {
            case SINGLE_ROWS -> insertEach(insert, rows);
            case MULTI_ROW -> insertAll(connection, insert, rows);
          }
          connection.commit();
          long now = System.nanoTime();
          if (now - to >= 0) {
            return counted;
          }
          counted += now - from >= 0 ? ROWS_PER_TRANSACTION : 0;
        }
      }
    }
  }

  private String statement(Form form) {
    List<String> names = columns.stream().map(Column::name).toList();
    List<String> arrays = columns.stream().map(column -> "?::" + column.type() + "[]").toList();
    return "INSERT INTO %s (%s) %s"
        .formatted(
            TABLE,
            String.join(", ", names),
            switch (form) {
              case SINGLE_ROWS ->
                  "VALUES (%s)"
                      .formatted(String.join(", ", Collections.nCopies(names.size(), "?")));
              case MULTI_ROW -> "SELECT * FROM unnest(%s)".formatted(String.join(", ", arrays));
            });
  }

  private void insertEach(PreparedStatement insert, Rows rows) throws SQLException {
    for (int i = 0; i < ROWS_PER_TRANSACTION; i++) {
      List<@Nullable Object> row = rows.next();
      for (int column = 0; column < row.size(); column++) {
        insert.setObject(column + 1, row.get(column));
      }
      insert.addBatch();
    }
    insert.executeBatch();
  }

  /** One array for each column. */
  private void insertAll(Connection connection, PreparedStatement insert, Rows rows)
      throws SQLException {
    List<List<@Nullable Object>> all = new ArrayList<>();
    for (int i = 0; i < ROWS_PER_TRANSACTION; i++) {
      all.add(rows.next());
    }
    for (int column = 0; column < columns.size(); column++) {
      Object first = all.getFirst().get(column);
      Class<?> type = first == null ? String.class : first.getClass();
      Object values = Array.newInstance(type, all.size());
      for (int i = 0; i < all.size(); i++) {
        Array.set(values, i, all.get(i).get(column));
      }
      insert.setArray(
          column + 1, connection.createArrayOf(columns.get(column).type(), (Object[]) values));
    }
    insert.executeUpdate();
  }

  /** The rows of one connection: the sample again and again, with new runs in each pass. */
  private final class Rows {
    private final Map<String, String> ids = new HashMap<>();
    private int next;

    Rows(int first) {
      this.next = first;
    }

    List<@Nullable Object> next() {
      List<@Nullable Object> row = new ArrayList<>(sample.get(next));
      row.set(entityColumn, renamed(String.valueOf(row.get(entityColumn))));
      if (++next == sample.size()) {
        next = 0;
        ids.clear();
      }
      return row;
    }

    private String renamed(String entity) {
      Matcher run = RUN.matcher(entity);
      if (!run.find()) {
        throw new IllegalStateException("names no run: " + entity);
      }
      String id = ids.computeIfAbsent(run.group(), _ -> RequestIds.next());
      return entity.substring(0, run.start()) + id + entity.substring(run.end());
    }
  }
}
