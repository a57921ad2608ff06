package dev.pawl.engine.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.pawl.engine.definition.DefinitionFact;
import dev.pawl.engine.execution.ExecutionFact;
import dev.pawl.engine.lock.LockFact;
import dev.pawl.engine.lock.LockState;
import dev.pawl.engine.operation.OperationFact;
import dev.pawl.engine.run.RunFact;
import java.util.function.IntSupplier;

/** What an actor system must be told to keep its journal in our database. */
public final class JournalConfig {
  private JournalConfig() {}

  /** The configuration; the pool itself comes by {@link #setup}. */
  public static Config of(DatabaseSettings settings) {
    return ConfigFactory.parseString(
        """
        pekko.persistence {
          journal.plugin = pawl-journal
          snapshot-store.plugin = jdbc-snapshot-store
        }
        pekko-persistence-jdbc.database-provider-fqcn = "%s"
        pawl-journal {
          class = "%s"
          # It never blocks: what blocks has threads of its own.
          plugin-dispatcher = pekko.actor.default-dispatcher
          # Each that begins is given exactly one end, by PostgreSQL's time limits at the latest. Who lost
          # patience before, and began again, would be told the facts of both readings.
          recovery-event-timeout = 10m
        }
        jdbc-snapshot-store {
          slick.profile = "slick.jdbc.PostgresProfile$"
          tables.snapshot { tableName = snapshot, schemaName = "" }
          # Events are never trimmed, so a snapshot that cannot be read costs time and nothing else.
          snapshot-is-optional = true
          circuit-breaker {
            max-failures = 10
            call-timeout = 5s
            reset-timeout = 3s
          }
        }
        pekko.actor {
          serializers {
            pawl-definition = "%s"
            pawl-run = "%s"
            pawl-execution = "%s"
            pawl-operation = "%s"
            pawl-lock = "%s"
            pawl-lock-snapshot = "%s"
          }
          serialization-bindings {
            "%s" = pawl-definition
            "%s" = pawl-run
            "%s" = pawl-execution
            "%s" = pawl-operation
            "%s" = pawl-lock
            "%s" = pawl-lock-snapshot
          }
        }
        """
            .formatted(
                JournalDatabaseProvider.class.getName(),
                PostgresJournal.class.getName(),
                DefinitionFactSerializer.class.getName(),
                RunFactSerializer.class.getName(),
                ExecutionFactSerializer.class.getName(),
                OperationFactSerializer.class.getName(),
                LockFactSerializer.class.getName(),
                LockSnapshotSerializer.class.getName(),
                DefinitionFact.class.getName(),
                RunFact.class.getName(),
                ExecutionFact.class.getName(),
                OperationFact.class.getName(),
                LockFact.class.getName(),
                LockState.class.getName()));
  }

  /**
   * What the journal leans on, for the actor system's {@code ActorSystemSetup}.
   *
   * @param life of the node, as {@code cluster_node} has it; 0 as long as it is not there
   * @param births entities that need not be asked for
   * @param stored called after something was stored, by the thread that stored it
   */
  public static JournalSetup setup(
      Database database,
      DatabaseSettings settings,
      IntSupplier life,
      Births births,
      Runnable stored) {
    return new JournalSetup(
        database.journal(),
        settings.journalConnections(),
        life,
        births,
        stored,
        database.journalCounts());
  }
}
