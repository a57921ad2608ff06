package dev.pawl.engine.audit;

import dev.pawl.engine.journal.Database;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
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

  private static final Duration EVERY = Duration.ofHours(1);
  private static final Duration RETRY = Duration.ofMinutes(1);
  // So that whoever writes meanwhile hardly notices.
  private static final int BATCH = 500;
  private static final Duration PACE = Duration.ofMillis(50);

  private final Database database;
  private final Duration kept;
  private final Thread thread;
  private volatile boolean closed;

  private AuditRetention(Database database, Duration kept) {
    this.database = database;
    this.kept = kept;
    this.thread = Thread.ofVirtual().name("pawl-audit-retention").unstarted(this::work);
  }

  /**
   * Starts to delete.
   *
   * @param kept how long a command is on record
   */
  public static AuditRetention start(Database database, Duration kept) {
    AuditRetention retention = new AuditRetention(database, kept);
    retention.thread.start();
    return retention;
  }

  private void work() {
    boolean down = false;
    while (!closed) {
      Duration rest = EVERY;
      try {
        long deleted = sweep();
        if (deleted > 0) {
          log.info("deleted {} commands from the audit that are older than {}", deleted, kept);
        }
        down = false;
      } catch (RuntimeException e) {
        if (!down && !closed) {
          log.warn("nothing old is deleted from the audit, trying again: {}", e.getMessage());
          down = true;
        }
        rest = RETRY;
      }
      rest(rest);
    }
  }

  /** Deletes what is too old now, and says how much that was. */
  private long sweep() {
    long deleted = 0;
    List<String> projects = database.with(AuditTable::projects);
    for (String project : projects) {
      OptionalInt some = OptionalInt.of(BATCH);
      while (!closed && some.isPresent() && some.getAsInt() == BATCH) {
        some = database.with(connection -> AuditTable.forget(connection, project, kept, BATCH));
        deleted += some.orElse(0);
        rest(PACE);
      }
    }
    return deleted;
  }

  private void rest(Duration rest) {
    if (!closed) {
      LockSupport.parkNanos(rest.toNanos());
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
