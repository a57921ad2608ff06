package dev.pawl.bench.history;

import java.util.Set;

/**
 * What a subscriber saw. A subscriber is followed over its subscriptions: each goes on with the
 * cursor that it asks with.
 */
public sealed interface Watch extends Observation {

  /** Unique in the history: one stream. */
  String subscription();

  long at();

  /** Where a subscription begins. */
  enum From {
    BEGINNING,
    NOW,
    CURSOR,
    SNAPSHOT
  }

  /** What a subscriber is promised. */
  enum Mode {
    /** Every fact in its scope. */
    FULL,
    /** Its filter leaves out facts of an entity: those that come are genuine and rise. */
    FILTERED
  }

  /**
   * A stream was opened.
   *
   * @param subscriber whose it is
   * @param cursor asked with; empty unless {@code from} is CURSOR
   * @param kinds of entities in scope, {@code run}, {@code execution} ...; all when empty
   * @param runs ids in scope, with their executions; all when empty
   */
  record Subscribed(
      String subscription,
      String subscriber,
      long at,
      String node,
      From from,
      String cursor,
      Mode mode,
      Set<String> kinds,
      Set<String> runs)
      implements Watch {
    public Subscribed {
      kinds = Set.copyOf(kinds);
      runs = Set.copyOf(runs);
    }
  }

  /** A row of the snapshot that the stream begins with. */
  record SnapshotRow(String subscription, long at, String run, long sequence, String state)
      implements Watch {}

  /** The snapshot is complete. */
  record SnapshotEnd(String subscription, long at, String cursor) implements Watch {}

  /**
   * A fact arrived.
   *
   * @param entity as the journal names it
   * @param shown what the message says, by {@link Fact#shown(long, String, String, Cause, Change)}
   * @param cursor behind it
   */
  record Delivered(
      String subscription, long at, String entity, long sequence, String shown, String cursor)
      implements Watch {}

  /** A place without a fact. */
  record Bookmark(String subscription, long at, String cursor) implements Watch {}

  /** Who ended a stream. */
  enum End {
    /** The subscriber, on purpose and in the middle. */
    SUBSCRIBER,
    /** The server, with a code and a cursor. */
    SERVER,
    /** Nobody: the connection broke, or the process at one of its ends died. */
    BROKEN,
    /** The driver, when all had settled: the subscriber must have seen everything. */
    SETTLED
  }

  /**
   * The stream ended. A stream that is never closed was open when the history ended.
   *
   * @param reason code and reason of the server's word; what broke
   * @param cursor to go on with, as the server gave it or as it came last
   */
  record Closed(String subscription, long at, End by, String reason, String cursor)
      implements Watch {}
}
