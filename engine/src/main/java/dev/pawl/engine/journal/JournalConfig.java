package dev.pawl.engine.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.pawl.engine.definition.DefinitionFact;
import dev.pawl.engine.execution.ExecutionFact;
import dev.pawl.engine.run.RunFact;

/** What an actor system must be told to keep its journal in our database. */
public final class JournalConfig {
  private JournalConfig() {}

  /** The configuration; the pool itself comes by {@link #setup}. */
  public static Config of(DatabaseSettings settings) {
    return ConfigFactory.parseString(
        """
        pekko.persistence {
          journal.plugin = jdbc-journal
          snapshot-store.plugin = jdbc-snapshot-store
        }
        pekko-persistence-jdbc.database-provider-fqcn = "%s"
        jdbc-journal {
          slick.profile = "slick.jdbc.PostgresProfile$"
          tables.event_journal { tableName = event_journal, schemaName = "" }
          # An entity more than this that writes at once fails: the gateway admits fewer.
          bufferSize = 20000
          # One duplicate key fails all rows of its batch.
          batchSize = 100
          # Above the most events between two snapshots: the plugin's faulty second page is never read.
          replayBatchSize = 5000
          parallelism = %d
          circuit-breaker {
            max-failures = 10
            # PostgreSQL itself gives up after 4 s.
            call-timeout = 5s
            reset-timeout = 3s
          }
          # The primary key is the fence; two writers are a bug, to be heard of.
          replay-filter.mode = fail
          # One entity's slow write holds nobody else's acknowledgement.
          write-response-global-order = off
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
          }
          serialization-bindings {
            "%s" = pawl-definition
            "%s" = pawl-run
            "%s" = pawl-execution
          }
        }
        """
            .formatted(
                JournalDatabaseProvider.class.getName(),
                settings.journalConnections(),
                DefinitionFactSerializer.class.getName(),
                RunFactSerializer.class.getName(),
                ExecutionFactSerializer.class.getName(),
                DefinitionFact.class.getName(),
                RunFact.class.getName(),
                ExecutionFact.class.getName()));
  }

  /** The pool, for the actor system's {@code ActorSystemSetup}. */
  public static JournalSetup setup(Database database, DatabaseSettings settings) {
    return new JournalSetup(database.journal(), settings.journalConnections());
  }
}
