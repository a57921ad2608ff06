package dev.pawl.bench.history;

import java.util.OptionalLong;

/** What was seen of a server's process. */
public sealed interface Node extends Observation {

  String node();

  long at();

  /**
   * A measurement.
   *
   * @param metric such as heap-bytes, descriptors, streams
   * @param limit that it must not pass
   */
  record Sample(String node, long at, String metric, long value, OptionalLong limit)
      implements Node {}

  /** Something in its log that must never be there. */
  record Finding(String node, long at, Kind kind, String text) implements Node {}

  /** What must never be in a server's log. */
  enum Kind {
    DROPPED_MESSAGE,
    /** Of a message of the business, not of the transport. */
    DEAD_LETTER,
    REPLAY_FILTER,
    UNHANDLED_EXCEPTION
  }
}
