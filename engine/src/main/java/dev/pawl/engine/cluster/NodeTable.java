package dev.pawl.engine.cluster;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The table of nodes, and the locks that say which of them live. */
final class NodeTable {
  /** Locks of nodes by their incarnation; 0 is that of whoever forms a cluster. */
  private static final int LOCKS = 7172;

  private static final int FORMATION = 0;

  private static final String REGISTER =
      "INSERT INTO cluster_node (incarnation, host, port, uid)"
          // Locks are the database's, and it may hold the schemas of several clusters.
          + " VALUES (1 + floor(random() * 2147483646)::integer, ?, ?, ?) RETURNING incarnation";

  private static final String LOOK =
      """
      SELECT incarnation, host, port, uid, member, condemned_at IS NOT NULL,
        EXISTS (SELECT FROM pg_locks AS held
          WHERE held.locktype = 'advisory' AND held.granted AND held.classid = 7172
            AND held.objid = incarnation::bigint::oid AND held.objsubid = 2
            AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
      FROM cluster_node ORDER BY started_at, incarnation
      """;

  private NodeTable() {}

  /** A life of a node, as the table and the locks show it. */
  record Row(
      int incarnation,
      String host,
      int port,
      long uid,
      boolean member,
      boolean condemned,
      boolean locked) {}

  /** Writes a new life down. */
  static int register(Connection connection, String host, int port, long uid) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(REGISTER)) {
      statement.setString(1, host);
      statement.setInt(2, port);
      statement.setLong(3, uid);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  static List<Row> look(Connection connection) throws SQLException {
    List<Row> rows = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(LOOK);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        rows.add(
            new Row(
                row.getInt(1),
                row.getString(2),
                row.getInt(3),
                row.getLong(4),
                row.getBoolean(5),
                row.getBoolean(6),
                row.getBoolean(7)));
      }
    }
    return rows;
  }

  /** Takes a life's lock for this session; false while another session has it. */
  static boolean lock(Connection connection, int incarnation) throws SQLException {
    return ask(connection, "SELECT pg_try_advisory_lock(?, ?)", LOCKS, incarnation);
  }

  /** Takes the right to form a cluster; false while another session has it. */
  static boolean lockFormation(Connection connection) throws SQLException {
    return ask(connection, "SELECT pg_try_advisory_lock(?, ?)", LOCKS, FORMATION);
  }

  static void unlockFormation(Connection connection) throws SQLException {
    ask(connection, "SELECT pg_advisory_unlock(?, ?)", LOCKS, FORMATION);
  }

  /** Others may join this node from now on. */
  static void joined(Connection connection, int incarnation) throws SQLException {
    update(connection, "UPDATE cluster_node SET member = true WHERE incarnation = ?", incarnation);
  }

  /**
   * Condemns a life whose lock is free; false when it is not. Under the lock, so that a node that
   * gets it back knows whether it was condemned meanwhile.
   */
  static boolean condemn(Connection connection, int incarnation) throws SQLException {
    if (!lock(connection, incarnation)) {
      return false;
    }
    try {
      update(
          connection,
          "UPDATE cluster_node SET condemned_at = coalesce(condemned_at, now())"
              + " WHERE incarnation = ?",
          incarnation);
      return true;
    } finally {
      ask(connection, "SELECT pg_advisory_unlock(?, ?)", LOCKS, incarnation);
    }
  }

  /** Condemns a life that the others have downed, whether it holds its lock or not. */
  static void condemnDowned(Connection connection, long uid) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE cluster_node SET condemned_at = now() WHERE uid = ? AND condemned_at IS"
                + " NULL")) {
      statement.setLong(1, uid);
      statement.executeUpdate();
    }
  }

  /** Strikes out a life that has ended. */
  static void remove(Connection connection, int incarnation) throws SQLException {
    update(connection, "DELETE FROM cluster_node WHERE incarnation = ?", incarnation);
  }

  /** Strikes out those that were condemned so long ago that they have learned it, or never will. */
  static void forget(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "DELETE FROM cluster_node WHERE condemned_at < now() - interval '1 day'")) {
      statement.executeUpdate();
    }
  }

  private static boolean ask(Connection connection, String sql, int first, int second)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, first);
      statement.setInt(2, second);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  private static void update(Connection connection, String sql, int incarnation)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, incarnation);
      statement.executeUpdate();
    }
  }
}
