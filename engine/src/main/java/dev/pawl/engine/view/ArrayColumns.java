package dev.pawl.engine.view;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a statement that unnests arrays: one array a column, all rows in one statement.
 *
 * @param <R> what a row is made of
 */
final class ArrayColumns<R> {
  private final Connection connection;
  private final PreparedStatement statement;
  private final List<R> rows;
  private int parameter;

  ArrayColumns(Connection connection, PreparedStatement statement, List<R> rows) {
    this.connection = connection;
    this.statement = statement;
    this.rows = rows;
  }

  /** The next parameter: this column of every row. */
  void add(String type, Function<R, @Nullable Object> value) throws SQLException {
    @Nullable Object[] values = new @Nullable Object[rows.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value.apply(rows.get(i));
    }
    parameter++;
    statement.setArray(parameter, connection.createArrayOf(type, values));
  }
}
