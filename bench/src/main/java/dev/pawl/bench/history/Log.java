package dev.pawl.bench.history;

/**
 * Lines of logs. A section is the log of one (execution, fence); its lines are numbered 1, 2, 3 ...
 * A line's hash is of its text, in the driver's own way; what the work writes names its execution,
 * its fence and a count, so that no two such lines of a history are equal. Executions are named
 * {@code RUN/task/0}.
 */
public sealed interface Log extends Observation {

  /** The work wrote a line; it does not know the number that the worker gives it. */
  record Produced(String execution, long fence, String hash, long at) implements Log {}

  /** A line of a section as somebody found it. */
  sealed interface Line extends Log {
    String execution();

    long fence();

    /** Its number. */
    long line();

    String hash();

    /** Whether it is the worker's own word about the work, which the work did not write. */
    boolean own();
  }

  /** A line as it is stored in the end. */
  record Stored(String execution, long fence, long line, String hash, boolean own)
      implements Line {}

  /**
   * A section as it is stored in the end.
   *
   * @param complete the worker pushed its last line and had it acknowledged, so that all that was
   *     produced must be here; not so when the worker died, say
   */
  record Section(
      String execution, long fence, long lines, boolean ended, boolean truncated, boolean complete)
      implements Log {}

  /**
   * A reader opened a stream over a run's log.
   *
   * @param resumed it goes on with the cursor of the last message that it got
   */
  record TailBegan(String reader, String run, long at, boolean resumed, String node)
      implements Log {}

  /** A reader got a line. */
  record Read(
      String reader, String execution, long fence, long line, String hash, boolean own, long at)
      implements Line {}

  /**
   * A reader's stream ended.
   *
   * @param complete the server ended it because the run had ended and all was sent
   */
  record TailEnded(String reader, String run, long at, boolean complete, String reason)
      implements Log {}
}
