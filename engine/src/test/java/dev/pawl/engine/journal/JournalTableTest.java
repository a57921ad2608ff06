package dev.pawl.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.covers.Covers;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class JournalTableTest {
  private static final int LIFE = 7;

  @Test
  @Covers("SYS-11")
  void a_life_of_a_node_stores_facts_until_it_is_condemned(TestDatabase postgres)
      throws SQLException {
    try (Database _ = postgres.open();
        Connection connection = postgres.connect()) {
      postgres.execute(
          "INSERT INTO cluster_node (incarnation, host, port, uid) VALUES (7, 'h', 1, 1)");
      JournalTable.insert(connection, List.of(row(1)), LIFE);
      postgres.execute("UPDATE cluster_node SET condemned_at = now()");

      assertThatThrownBy(() -> JournalTable.insert(connection, List.of(row(2)), LIFE))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("given up by the others");
      postgres.execute("DELETE FROM cluster_node");
      assertThatThrownBy(() -> JournalTable.insert(connection, List.of(row(2)), LIFE))
          .isInstanceOf(SQLException.class);
      try (ResultSet rows =
          connection.createStatement().executeQuery("SELECT count(*) FROM event_journal")) {
        rows.next();
        assertThat(rows.getInt(1)).isEqualTo(1);
      }
    }
  }

  private static FactRow row(long sequence) {
    return new FactRow("run|r", sequence, "writer", 0, 1, "run.1", new byte[] {1});
  }
}
