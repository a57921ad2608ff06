package dev.pawl.engine.operation;

import dev.pawl.engine.journal.Sweeper;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the files of exports that have expired, and what exports left behind that never came to
 * their end: some chunks a transaction. Every node looks once an hour.
 */
public final class ExportRetention implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ExportRetention.class);

  // Chunks are older than the file that they belong to.
  private static final Duration SWEPT_AFTER = RunExporter.KEPT.plusDays(1);
  // So that whoever writes meanwhile hardly notices.
  private static final Duration PACE = Duration.ofMillis(50);

  private final OperationFiles files;
  private final Sweeper sweeper;

  private ExportRetention(OperationFiles files) {
    this.files = files;
    this.sweeper =
        Sweeper.start("pawl-export-retention", "no old file of an export is deleted", this::sweep);
  }

  /** Starts to delete. */
  public static ExportRetention start(OperationFiles files) {
    return new ExportRetention(files);
  }

  /** Deletes what is too old now. */
  private boolean sweep(Sweeper on) {
    long deleted = 0;
    int some = 1;
    while (!on.closing() && some > 0) {
      some = files.forgetSome(SWEPT_AFTER);
      deleted += some;
      on.rest(PACE);
    }
    if (deleted > 0) {
      log.info("deleted {} chunks of files of exports that have expired", deleted);
    }
    return true;
  }

  @Override
  public void close() {
    sweeper.close();
  }
}
