package dev.pawl.engine.audit;

import dev.pawl.engine.journal.Database;
import dev.pawl.engine.journal.Sweeper;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes commands that have been on record for long enough: a few hundred rows a transaction, the
 * oldest first. Every node looks once an hour; while one deletes, the others leave it to that.
 *
 * <p>Ages are told by PostgreSQL's clock: a node whose own is wrong deletes nothing too early.
 */
public final class AuditRetention implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AuditRetention.class);

  // So that whoever writes meanwhile hardly notices.
  private static final int BATCH = 500;
  private static final Duration PACE = Duration.ofMillis(50);

  private final Database database;
  private final Duration kept;
  private final Sweeper sweeper;

  private AuditRetention(Database database, Duration kept) {
    this.database = database;
    this.kept = kept;
    this.sweeper =
        Sweeper.start("pawl-audit-retention", "nothing old is deleted from the audit", this::sweep);
  }

  /**
   * Starts to delete.
   *
   * @param kept how long a command is on record
   */
  public static AuditRetention start(Database database, Duration kept) {
    return new AuditRetention(database, kept);
  }

  /** Deletes what is too old now. */
  private boolean sweep(Sweeper on) {
    long deleted = 0;
    List<String> projects = database.with(AuditTable::projects);
    for (String project : projects) {
      OptionalInt some = OptionalInt.of(BATCH);
      while (!on.closing() && some.isPresent() && some.getAsInt() == BATCH) {
        some = database.with(connection -> AuditTable.forget(connection, project, kept, BATCH));
        deleted += some.orElse(0);
        if (some.orElse(0) > 0) {
          on.rest(PACE);
        }
      }
    }
    if (deleted > 0) {
      log.info("deleted {} commands from the audit that are older than {}", deleted, kept);
    }
    return true;
  }

  @Override
  public void close() {
    sweeper.close();
  }
}
