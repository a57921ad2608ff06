package dev.pawl.engine.journal;

import java.util.function.IntSupplier;
import javax.sql.DataSource;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.setup.Setup;

/**
 * Hands the journal's pool to the actor system, so that no password enters its configuration.
 *
 * @see JournalConfig
 */
public final class JournalSetup extends Setup {
  private final DataSource source;
  private final int connections;
  private final IntSupplier life;
  private final Births births;
  private final Runnable stored;
  private final JournalCounts counts;

  /**
   * What a node's journal leans on.
   *
   * @param life of the node, as {@code cluster_node} has it; 0 as long as it is not there
   * @param births entities that need not be asked for
   * @param stored called after something was stored, by the thread that stored it
   * @param counts told what was stored
   */
  public JournalSetup(
      DataSource source,
      int connections,
      IntSupplier life,
      Births births,
      Runnable stored,
      JournalCounts counts) {
    this.source = source;
    this.life = life;
    this.connections = connections;
    this.births = births;
    this.stored = stored;
    this.counts = counts;
  }

  /** That of an actor system. */
  static JournalSetup of(ActorSystem system) {
    return system
        .settings()
        .setup()
        .get(JournalSetup.class)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "the actor system was started without a JournalSetup; add one to its"
                        + " ActorSystemSetup"));
  }

  DataSource source() {
    return source;
  }

  int connections() {
    return connections;
  }

  IntSupplier life() {
    return life;
  }

  Births births() {
    return births;
  }

  Runnable stored() {
    return stored;
  }

  JournalCounts counts() {
    return counts;
  }
}
