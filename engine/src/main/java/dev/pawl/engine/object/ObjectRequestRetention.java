package dev.pawl.engine.object;

import dev.pawl.engine.journal.Database;
import dev.pawl.engine.journal.Sweeper;
import java.time.Duration;

/**
 * Forgets requests about objects after the 24 hours for which a repeat acts once: a few hundred
 * rows a transaction, the oldest first, on every node once an hour.
 */
public final class ObjectRequestRetention implements AutoCloseable {
  private static final Duration KEPT = Duration.ofHours(24);
  private static final int BATCH = 500;
  private static final Duration PACE = Duration.ofMillis(50);

  private final Database database;
  private final Sweeper sweeper;

  private ObjectRequestRetention(Database database) {
    this.database = database;
    this.sweeper =
        Sweeper.start(
            "pawl-object-request-retention",
            "no old requests about objects are forgotten",
            this::sweep);
  }

  /** Starts to forget. */
  public static ObjectRequestRetention start(Database database) {
    return new ObjectRequestRetention(database);
  }

  private boolean sweep(Sweeper on) {
    int some = BATCH;
    while (!on.closing() && some == BATCH) {
      some = database.with(connection -> ObjectRequests.forget(connection, KEPT, BATCH));
      on.rest(PACE);
    }
    return true;
  }

  @Override
  public void close() {
    sweeper.close();
  }
}
