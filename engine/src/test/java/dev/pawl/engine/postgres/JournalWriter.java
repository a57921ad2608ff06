package dev.pawl.engine.postgres;

import dev.pawl.engine.definition.DefinitionFact;
import dev.pawl.engine.execution.ExecutionFact;
import dev.pawl.engine.journal.DefinitionFactSerializer;
import dev.pawl.engine.journal.ExecutionFactSerializer;
import dev.pawl.engine.journal.Fact;
import dev.pawl.engine.journal.RunFactSerializer;
import dev.pawl.engine.run.RunFact;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** Writes facts into the journal's table as the plugin does, in a transaction of the caller's. */
public final class JournalWriter {
  private static final String INSERT =
      "INSERT INTO event_journal (persistence_id, sequence_number, writer, write_timestamp,"
          + " adapter_manifest, event_ser_id, event_ser_manifest, event_payload)"
          + " VALUES (?, ?, 'test', 0, '', ?, ?, ?)";

  private JournalWriter() {}

  public static void write(Connection connection, String persistenceId, long sequence, Fact fact)
      throws SQLException {
    SerializerWithStringManifest serializer =
        switch (fact) {
          case DefinitionFact _ -> new DefinitionFactSerializer();
          case RunFact _ -> new RunFactSerializer();
          case ExecutionFact _ -> new ExecutionFactSerializer();
          default -> throw new IllegalArgumentException("no serializer for " + fact);
        };
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      statement.setString(1, persistenceId);
      statement.setLong(2, sequence);
      statement.setInt(3, serializer.identifier());
      statement.setString(4, serializer.manifest(fact));
      statement.setBytes(5, serializer.toBinary(fact));
      statement.executeUpdate();
    }
  }
}
