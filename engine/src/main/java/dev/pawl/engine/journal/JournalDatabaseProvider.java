package dev.pawl.engine.journal;

import com.typesafe.config.Config;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.persistence.jdbc.db.SlickDatabase;
import org.apache.pekko.persistence.jdbc.db.SlickDatabaseProvider;
import scala.Option;
import slick.jdbc.JdbcBackend;
import slick.jdbc.JdbcProfile;
import slick.jdbc.PostgresProfile$;
import slick.util.AsyncExecutor;
import slick.util.AsyncExecutor$;

/** Gives the persistence plugins the one pool that {@link JournalSetup} carries. */
public final class JournalDatabaseProvider implements SlickDatabaseProvider {
  private static final int WAITING_QUERIES = 20_000;

  private final SlickDatabase database;

  /** Called by the plugin's extension, by reflection. */
  public JournalDatabaseProvider(ActorSystem system) {
    JournalSetup setup = JournalSetup.of(system);
    int connections = setup.connections();
    AsyncExecutor executor =
        AsyncExecutor$.MODULE$.apply(
            "pawl-journal", connections, connections, WAITING_QUERIES, connections);
    JdbcProfile profile = PostgresProfile$.MODULE$;
    JdbcBackend.JdbcDatabaseDef pool =
        PostgresProfile$.MODULE$
            .backend()
            .Database()
            .forDataSource(setup.source(), Option.apply(connections), executor, false);
    // The pool stays open: it belongs to who made it.
    system.registerOnTermination(executor::close);
    this.database = new OnePool(pool, profile);
  }

  @Override
  public SlickDatabase database(Config config) {
    return database;
  }

  private record OnePool(JdbcBackend.JdbcDatabaseDef database, JdbcProfile profile)
      implements SlickDatabase {
    @Override
    public boolean allowShutdown() {
      return false;
    }
  }
}
