package dev.pawl.engine.feed;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The oldest fact that is stored and that a feed had not shown when somebody looked.
 *
 * @param writtenAt by the clock of the node that wrote it
 * @param holder who keeps the feed from showing it, when it waits for long already
 */
public record Unshown(FeedPosition position, Instant writtenAt, Optional<HorizonHolder> holder) {
  /** Who writes for a shorter time is no trouble, and always there. */
  private static final Duration LONG = Duration.ofSeconds(1);

  /** Looks behind a place, beyond the horizon, too. */
  public static Optional<Unshown> behind(FeedPosition head, Connection connection, Instant now)
      throws SQLException {
    Optional<JournalPages.Next> next = JournalPages.next(connection, head);
    if (next.isEmpty()) {
      return Optional.empty();
    }
    Instant writtenAt = next.get().writtenAt();
    boolean blamed = next.get().held() && writtenAt.isBefore(now.minus(LONG));
    return Optional.of(
        new Unshown(
            next.get().position(),
            writtenAt,
            blamed ? HorizonHolder.now(connection) : Optional.empty()));
  }
}
