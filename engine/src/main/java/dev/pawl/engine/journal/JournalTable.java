package dev.pawl.engine.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The SQL of the table {@code event_journal}, as far as entities are concerned. */
final class JournalTable {
  /** One statement of one text, however many rows: one plan, one round trip, one commit. */
  private static final String INSERT =
      """
      INSERT INTO event_journal (persistence_id, sequence_number, writer, write_timestamp,
        adapter_manifest, event_ser_id, event_ser_manifest, event_payload)
      SELECT id, number, writer, written, '', serializer, manifest, payload
      FROM unnest(?::text[], ?::bigint[], ?::text[], ?::bigint[], ?::integer[], ?::text[], ?::bytea[])
        AS fact (id, number, writer, written, serializer, manifest, payload)
      """;

  /**
   * The same, but for a life of a node that was condemned: whatever it still sends comes too late.
   */
  private static final String INSERT_WHILE_ALIVE =
      INSERT
          + """
          WHERE EXISTS (SELECT FROM cluster_node
            WHERE incarnation = ? AND condemned_at IS NULL)
          """;

  private static final String CONDEMNED = "PAWL1";

  private static final String PRESENT =
      """
      SELECT wanted.place FROM unnest(?::integer[], ?::text[], ?::bigint[])
        AS wanted (place, id, low)
      CROSS JOIN LATERAL (
        SELECT FROM event_journal
        WHERE persistence_id = wanted.id AND sequence_number >= wanted.low
        LIMIT 1) AS any_fact
      """;

  private static final String SELECT =
      """
      SELECT wanted.place, fact.* FROM unnest(?::integer[], ?::text[], ?::bigint[])
        AS wanted (place, id, low)
      CROSS JOIN LATERAL (
        SELECT persistence_id, sequence_number, writer, write_timestamp, event_ser_id,
          event_ser_manifest, event_payload
        FROM event_journal
        WHERE persistence_id = wanted.id AND sequence_number >= wanted.low
        ORDER BY sequence_number) AS fact
      """;

  private static final int FETCH = 1_000;

  private JournalTable() {}

  /** What an entity begins with: everything of it from a number on. */
  record Wanted(String persistenceId, long from) {}

  /**
   * Stores the rows, all or none, in a transaction of its own.
   *
   * @param connection in auto-commit mode
   * @param life of the node that writes, as {@code cluster_node} has it; 0 for one that is not
   *     there
   */
  static void insert(Connection connection, List<FactRow> rows, int life) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(life == 0 ? INSERT : INSERT_WHILE_ALIVE)) {
      set(statement, 1, "text", rows, FactRow::persistenceId);
      set(statement, 2, "int8", rows, FactRow::sequence);
      set(statement, 3, "text", rows, FactRow::writer);
      set(statement, 4, "int8", rows, FactRow::writtenAt);
      set(statement, 5, "int4", rows, FactRow::serializer);
      set(statement, 6, "text", rows, FactRow::manifest);
      statement.setObject(
          7,
          connection.createArrayOf(
              "bytea", rows.stream().map(FactRow::payload).toArray(byte[][]::new)));
      if (life != 0) {
        statement.setInt(8, life);
      }
      if (statement.executeUpdate() == 0) {
        throw new SQLException(
            "this life of the node was given up by the others: nothing of it is stored any more",
            CONDEMNED);
      }
    }
  }

  /** Which of the wanted there are, by their places in the list. */
  static BitSet present(Connection connection, List<Wanted> wanted) throws SQLException {
    BitSet present = new BitSet(wanted.size());
    try (PreparedStatement statement = connection.prepareStatement(PRESENT)) {
      set(statement, wanted);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          present.set(row.getInt(1));
        }
      }
    }
    return present;
  }

  /**
   * Reads the facts of several entities in one query, those of each in order.
   *
   * @param connection not in auto-commit mode: rows come by and by
   * @param takers of the facts of each of the wanted, in the same order
   */
  static void select(
      Connection connection, List<Wanted> wanted, List<? extends Consumer<FactRow>> takers)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(SELECT)) {
      set(statement, wanted);
      statement.setFetchSize(FETCH);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          takers
              .get(row.getInt(1))
              .accept(
                  new FactRow(
                      row.getString(2),
                      row.getLong(3),
                      row.getString(4),
                      row.getLong(5),
                      row.getInt(6),
                      row.getString(7),
                      row.getBytes(8)));
        }
      }
    }
  }

  private static void set(PreparedStatement statement, List<Wanted> wanted) throws SQLException {
    set(statement, 1, "int4", IntStream.range(0, wanted.size()).boxed().toList(), place -> place);
    set(statement, 2, "text", wanted, Wanted::persistenceId);
    set(statement, 3, "int8", wanted, Wanted::from);
  }

  private static <R, T> void set(
      PreparedStatement statement, int index, String type, List<R> rows, Function<R, T> column)
      throws SQLException {
    Object[] values = rows.stream().map(column).toArray();
    statement.setArray(index, statement.getConnection().createArrayOf(type, values));
  }
}
