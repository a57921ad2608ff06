package dev.pawl.engine.node;

import dev.pawl.engine.feed.PostgresFeed;
import dev.pawl.engine.feed.Unshown;
import dev.pawl.engine.journal.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether PostgreSQL answers this node, and how far the feed is behind it: asked once a second with
 * one small query, so that nobody who wants to know waits for a database that is away.
 */
final class Pulse implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Pulse.class);

  private static final Duration EVERY = Duration.ofSeconds(1);

  /** So long an answer holds: a question that hangs is no answer. */
  private static final Duration HOLDS = Duration.ofSeconds(3);

  private final Database database;
  private final PostgresFeed feed;
  private final InstantSource clock;
  private final Thread thread;
  private volatile Beat last;
  private volatile boolean closed;

  /** What one question brought. */
  private record Beat(boolean answered, long nanos, Optional<Unshown> unshown) {}

  private Pulse(Database database, PostgresFeed feed, InstantSource clock) {
    this.database = database;
    this.feed = feed;
    this.clock = clock;
    // Whoever began a feed has just read from the database.
    this.last = new Beat(true, System.nanoTime(), Optional.empty());
    this.thread = Thread.ofVirtual().name("pawl-pulse").unstarted(this::beat);
  }

  static Pulse start(Database database, PostgresFeed feed, InstantSource clock) {
    Pulse pulse = new Pulse(database, feed, clock);
    pulse.thread.start();
    return pulse;
  }

  /** Whether PostgreSQL answered when it was asked last, and that not long ago. */
  boolean databaseAnswers() {
    Beat beat = last;
    return beat.answered() && System.nanoTime() - beat.nanos() < HOLDS.toNanos();
  }

  /** How far the feed is. */
  FeedLoad feed() {
    Optional<Unshown> unshown =
        last.unshown().filter(fact -> fact.position().compareTo(feed.head()) > 0);
    Instant complete = feed.shownUntil();
    Instant until =
        unshown.map(Unshown::writtenAt).filter(at -> at.isBefore(complete)).orElse(complete);
    Duration lag = Duration.between(until, clock.instant());
    return new FeedLoad(
        feed.head(), lag.isNegative() ? Duration.ZERO : lag, unshown.flatMap(Unshown::holder));
  }

  /** Ends soon: whoever closes a node whose database is away does not wait for its answer. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  private void beat() {
    while (!closed) {
      try (Connection connection = database.feed().getConnection()) {
        Optional<Unshown> unshown = Unshown.behind(feed.head(), connection, clock.instant());
        last = new Beat(true, System.nanoTime(), unshown);
      } catch (SQLException e) {
        // Who leans on the database says so itself, and health does.
        log.debug("PostgreSQL does not answer", e);
        last = new Beat(false, System.nanoTime(), last.unshown());
      }
      if (!closed) {
        LockSupport.parkNanos(EVERY.toNanos());
      }
    }
  }
}
