package dev.pawl.bench.history;

/** What was done to the system on purpose. */
public sealed interface Fault extends Observation {

  /** Unique in the history. */
  String fault();

  long at();

  /** The classes of faults. */
  enum Kind {
    /** A node killed without warning, and started again. */
    KILL,
    /** A node stopped (SIGSTOP) and continued. */
    PAUSE,
    /** Nodes that cannot reach each other, or PostgreSQL. */
    PARTITION,
    /** PostgreSQL restarted, killed, unreachable, out of connections. */
    POSTGRES,
    /** A worker killed, stopped or cut off. */
    WORKER,
    /** A client or subscriber killed or cut off. */
    CLIENT
  }

  /**
   * It is being done.
   *
   * @param target node, worker or client
   */
  record Began(String fault, long at, Kind kind, String target, String detail) implements Fault {}

  /**
   * It was undone.
   *
   * @param bit it is proven that it had an effect
   * @param evidence what proves it, for people: "member 127.0.0.2 removed after 5.1 s"
   */
  record Ended(String fault, long at, boolean bit, String evidence) implements Fault {}
}
