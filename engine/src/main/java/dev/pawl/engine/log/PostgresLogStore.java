package dev.pawl.engine.log;

import com.google.protobuf.ByteString;
import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.run.RunId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tables of the log: chunks by the day their attempt began, and one row per section. */
final class PostgresLogStore {
  private static final Logger log = LoggerFactory.getLogger(PostgresLogStore.class);

  private static final int PAGE = 512;
  private static final String COLUMNS =
      "run_id, task, execution_index, fence, started_at, round, attempt, operation, worker, lines,"
          + " bytes, ended, truncated";
  private static final String LOAD =
      """
      SELECT s.* FROM unnest(?::text[], ?::text[], ?::int[], ?::bigint[])
        AS k (run_id, task, execution_index, fence)
      JOIN log_section s USING (run_id, task, execution_index, fence)\
      """;
  private static final String BEGIN_SECTIONS =
      """
      INSERT INTO log_section (%s)
      SELECT * FROM unnest(?::text[], ?::text[], ?::int[], ?::bigint[], ?::timestamptz[], ?::int[],
        ?::int[], ?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::boolean[], ?::boolean[])
      ON CONFLICT DO NOTHING\
      """
          .formatted(COLUMNS);
  private static final String CONTINUE_SECTIONS =
      """
      UPDATE log_section s
      SET lines = n.lines, bytes = n.bytes, ended = n.ended, truncated = n.truncated
      FROM unnest(?::text[], ?::text[], ?::int[], ?::bigint[], ?::bigint[], ?::bigint[],
        ?::bigint[], ?::boolean[], ?::boolean[])
        AS n (run_id, task, execution_index, fence, known, lines, bytes, ended, truncated)
      WHERE s.run_id = n.run_id AND s.task = n.task AND s.execution_index = n.execution_index
        AND s.fence = n.fence AND s.lines = n.known AND NOT s.ended\
      """;
  private static final String ADD_CHUNKS =
      """
      INSERT INTO log_chunk (run_id, task, execution_index, fence, day, first_sequence, line_count,
        bytes, last, truncated)
      SELECT * FROM unnest(?::text[], ?::text[], ?::int[], ?::bigint[], ?::date[], ?::bigint[],
        ?::int[], ?::bytea[], ?::boolean[], ?::boolean[])
      ON CONFLICT DO NOTHING\
      """;
  private static final String READ =
      """
      SELECT first_sequence, line_count, bytes, last, truncated FROM (
        SELECT *, sum(octet_length(bytes)) OVER (ORDER BY first_sequence) - octet_length(bytes)
          AS before
        FROM (
          SELECT first_sequence, line_count, bytes, last, truncated FROM log_chunk
          WHERE run_id = ? AND task = ? AND execution_index = ? AND fence = ? AND day = ?
            AND first_sequence + line_count > ?
            AND first_sequence >= coalesce((
              SELECT max(first_sequence) FROM log_chunk
              WHERE run_id = ? AND task = ? AND execution_index = ? AND fence = ? AND day = ?
                AND first_sequence <= ?), 0)
          ORDER BY first_sequence LIMIT %d) page) sized
      WHERE before < ? ORDER BY first_sequence\
      """
          .formatted(PAGE);

  private final LogPartitions partitions = new LogPartitions();

  /** The states of those sections that have a row. */
  Map<LogKey, SectionState> load(Connection connection, Collection<LogKey> keys)
      throws SQLException {
    connection.setAutoCommit(true);
    Map<LogKey, SectionState> states = HashMap.newHashMap(keys.size());
    try (PreparedStatement statement = connection.prepareStatement(LOAD)) {
      var _ = bindKeys(statement, List.copyOf(keys), Function.identity());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          SectionState state = new SectionState(section(row), true);
          states.put(state.section().key(), state);
        }
      }
    }
    return states;
  }

  /**
   * Commits what a plan changes, all or nothing.
   *
   * @return false when somebody else has written to one of the sections: nothing is stored
   */
  boolean write(Connection connection, BatchPlan plan) throws SQLException {
    List<BatchPlan.Change> begun = new ArrayList<>();
    List<BatchPlan.Change> continued = new ArrayList<>();
    for (BatchPlan.Change change : plan.changes().values()) {
      (change.before().stored() ? continued : begun).add(change);
    }
    Map<LogKey, LocalDate> days = HashMap.newHashMap(plan.changes().size());
    plan.changes().forEach((key, change) -> days.put(key, day(change.after())));
    partitions.ensure(connection, Set.copyOf(days.values()));
    connection.setAutoCommit(false);
    try {
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET LOCAL statement_timeout = 4000; SET LOCAL lock_timeout = 2000");
      }
      if (!begin(connection, begun) || !goOn(connection, continued)) {
        rollback(connection);
        return false;
      }
      add(connection, plan.rows(), days);
      connection.commit();
      connection.setAutoCommit(true);
      return true;
    } catch (SQLException e) {
      try {
        rollback(connection);
      } catch (SQLException f) {
        e.addSuppressed(f);
      }
      throw e;
    }
  }

  private static void rollback(Connection connection) throws SQLException {
    connection.rollback();
    connection.setAutoCommit(true);
  }

  /** Partitions that were there may be gone. */
  void forgetPartitions() {
    partitions.forget();
  }

  List<LogSection> sections(Connection connection, RunId run, Optional<String> task)
      throws SQLException {
    String sql =
        "SELECT "
            + COLUMNS
            + " FROM log_section WHERE run_id = ?"
            + (task.isPresent() ? " AND task = ?" : "")
            + " ORDER BY started_at, task, execution_index, fence";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, run.value());
      if (task.isPresent()) {
        statement.setString(2, task.get());
      }
      List<LogSection> sections = new ArrayList<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          sections.add(section(row));
        }
      }
      return List.copyOf(sections);
    }
  }

  List<LogChunk> read(Connection connection, LogKey key, long fromSequence, int maxBytes)
      throws SQLException {
    SectionState state = load(connection, List.of(key)).get(key);
    if (state == null) {
      return List.of();
    }
    LogSection section = state.section();
    try (PreparedStatement statement = connection.prepareStatement(READ)) {
      int at = 1;
      for (int i = 0; i < 2; i++) {
        statement.setString(at++, key.execution().run().value());
        statement.setString(at++, key.execution().task());
        statement.setInt(at++, key.execution().index());
        statement.setLong(at++, key.fence());
        statement.setObject(at++, day(state));
        statement.setLong(at++, fromSequence);
      }
      statement.setInt(at, maxBytes);
      List<LogChunk> chunks = new ArrayList<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          chunks.add(
              new LogChunk(
                  key,
                  section.startedAt(),
                  section.round(),
                  section.attempt(),
                  section.operation(),
                  section.worker(),
                  row.getLong(1),
                  row.getInt(2),
                  ByteString.copyFrom(row.getBytes(3)),
                  row.getBoolean(4),
                  row.getBoolean(5)));
        }
      }
      return List.copyOf(chunks);
    }
  }

  private static boolean begin(Connection connection, List<BatchPlan.Change> changes)
      throws SQLException {
    if (changes.isEmpty()) {
      return true;
    }
    List<SectionState> states = changes.stream().map(BatchPlan.Change::after).toList();
    List<LogSection> sections = states.stream().map(SectionState::section).toList();
    try (PreparedStatement statement = connection.prepareStatement(BEGIN_SECTIONS)) {
      int at = bindKeys(statement, sections, LogSection::key);
      bind(statement, at++, "timestamptz", sections, section -> micros(section.startedAt()));
      bind(statement, at++, "int4", sections, LogSection::round);
      bind(statement, at++, "int4", sections, LogSection::attempt);
      bind(statement, at++, "text", sections, section -> section.operation().name());
      bind(statement, at++, "text", sections, LogSection::worker);
      bind(statement, at++, "int8", sections, LogSection::lines);
      bind(statement, at++, "int8", states, SectionState::bytes);
      bind(statement, at++, "bool", sections, LogSection::ended);
      bind(statement, at, "bool", sections, LogSection::truncated);
      return statement.executeUpdate() == changes.size();
    }
  }

  private static boolean goOn(Connection connection, List<BatchPlan.Change> changes)
      throws SQLException {
    if (changes.isEmpty()) {
      return true;
    }
    try (PreparedStatement statement = connection.prepareStatement(CONTINUE_SECTIONS)) {
      int at = bindKeys(statement, changes, change -> change.after().section().key());
      bind(statement, at++, "int8", changes, change -> change.before().lines());
      bind(statement, at++, "int8", changes, change -> change.after().lines());
      bind(statement, at++, "int8", changes, change -> change.after().bytes());
      bind(statement, at++, "bool", changes, change -> change.after().section().ended());
      bind(statement, at, "bool", changes, change -> change.after().section().truncated());
      return statement.executeUpdate() == changes.size();
    }
  }

  private static void add(Connection connection, List<LogChunk> chunks, Map<LogKey, LocalDate> days)
      throws SQLException {
    if (chunks.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(ADD_CHUNKS)) {
      int at = bindKeys(statement, chunks, LogChunk::key);
      bind(statement, at++, "date", chunks, chunk -> String.valueOf(days.get(chunk.key())));
      bind(statement, at++, "int8", chunks, LogChunk::firstSequence);
      bind(statement, at++, "int4", chunks, LogChunk::lineCount);
      byte[][] bytes = chunks.stream().map(c -> c.lines().toByteArray()).toArray(byte[][]::new);
      setArray(statement, at++, "bytea", bytes);
      bind(statement, at++, "bool", chunks, LogChunk::last);
      bind(statement, at, "bool", chunks, LogChunk::truncated);
      int added = statement.executeUpdate();
      if (added != chunks.size()) {
        log.warn(
            "{} of {} log chunks were in the store though their sections did not say so; they stay"
                + " as they are",
            chunks.size() - added,
            chunks.size());
      }
    }
  }

  /** Binds the first four parameters; gives the number of the next. */
  private static <T> int bindKeys(
      PreparedStatement statement, List<T> rows, Function<T, LogKey> key) throws SQLException {
    bind(statement, 1, "text", rows, row -> key.apply(row).execution().run().value());
    bind(statement, 2, "text", rows, row -> key.apply(row).execution().task());
    bind(statement, 3, "int4", rows, row -> key.apply(row).execution().index());
    bind(statement, 4, "int8", rows, row -> key.apply(row).fence());
    return 5;
  }

  private static <T> void bind(
      PreparedStatement statement, int at, String type, List<T> rows, Function<T, Object> value)
      throws SQLException {
    setArray(statement, at, type, rows.stream().map(value).toArray());
  }

  private static void setArray(PreparedStatement statement, int at, String type, Object[] values)
      throws SQLException {
    statement.setArray(at, statement.getConnection().createArrayOf(type, values));
  }

  private static LogSection section(ResultSet row) throws SQLException {
    return new LogSection(
        new LogKey(
            new ExecutionId(
                new RunId(row.getString("run_id")),
                row.getString("task"),
                row.getInt("execution_index")),
            row.getLong("fence")),
        row.getObject("started_at", OffsetDateTime.class).toInstant(),
        row.getInt("round"),
        row.getInt("attempt"),
        Operation.valueOf(row.getString("operation")),
        row.getString("worker"),
        row.getLong("lines"),
        row.getLong("bytes"),
        row.getBoolean("ended"),
        row.getBoolean("truncated"));
  }

  private static LocalDate day(SectionState state) {
    return LocalDate.ofInstant(state.section().startedAt(), ZoneOffset.UTC);
  }

  private static String micros(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MICROS).toString();
  }
}
