package dev.pawl.engine.journal;

import javax.sql.DataSource;
import org.apache.pekko.actor.setup.Setup;

/**
 * Hands the journal's pool to the actor system, so that no password enters its configuration.
 *
 * @see JournalConfig
 */
public final class JournalSetup extends Setup {
  private final DataSource source;
  private final int connections;

  public JournalSetup(DataSource source, int connections) {
    this.source = source;
    this.connections = connections;
  }

  DataSource source() {
    return source;
  }

  int connections() {
    return connections;
  }
}
