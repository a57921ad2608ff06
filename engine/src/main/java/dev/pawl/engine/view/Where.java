package dev.pawl.engine.view;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.postgresql.PGStatement;

/** The conditions of a query, which all hold together; values only ever travel as parameters. */
final class Where {
  private final List<String> conditions = new ArrayList<>();
  private final List<Object> parameters = new ArrayList<>();

  Where(String condition, Object... values) {
    and(condition, values);
  }

  Where copy() {
    Where copy = new Where("true");
    copy.conditions.addAll(conditions);
    copy.parameters.addAll(parameters);
    return copy;
  }

  /** Adds a condition with its values, one for each question mark. */
  Where and(String condition, Object... values) {
    conditions.add(condition);
    Collections.addAll(parameters, values);
    return this;
  }

  /** What to make of a row. */
  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  <T> List<T> select(Connection connection, String select, String rest, RowReader<T> reader)
      throws SQLException {
    String sql = select + " WHERE " + String.join(" AND ", conditions) + " " + rest;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      // A plan that is kept for all values reads a million rows to find the few that a prefix, a
      // label or a state has: each question gets a plan of its own.
      statement.unwrap(PGStatement.class).setPrepareThreshold(0);
      for (int i = 0; i < parameters.size(); i++) {
        statement.setObject(i + 1, parameters.get(i));
      }
      List<T> rows = new ArrayList<>();
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          rows.add(reader.read(result));
        }
      }
      return rows;
    }
  }
}
