package dev.pawl.bench.history;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a client did: each operation is invoked once and then answered, refused or left unanswered
 * once. An operation is one call as the caller sees it; repeats that its library makes by itself
 * belong to it, a repeat that the driver makes is another operation.
 */
public sealed interface Call extends Observation {

  /** Of this operation; unique in the history. */
  String operation();

  long at();

  /** What is called. */
  enum Verb {
    SUBMIT,
    START,
    PAUSE,
    CONTINUE,
    STOP,
    FORCED_PAUSE,
    RETRY,
    ROLLBACK,
    PASS,
    REDO,
    STEP_RETRY,
    STEP_PASS,
    STEP_STOP,
    STEP_REDO,
    EXECUTION_STOP,
    EXECUTION_REDO,
    /** Reads a run's head from its owner. */
    GET,
    /** Answers when the run has ended, or with the run as it is when the wait is over. */
    WAIT,
    /** Finds a run in a list, which may lag. */
    LIST;

    /** Whether it can leave a fact. */
    public boolean changes() {
      return switch (this) {
        case SUBMIT,
            START,
            PAUSE,
            CONTINUE,
            STOP,
            FORCED_PAUSE,
            RETRY,
            ROLLBACK,
            PASS,
            REDO,
            STEP_RETRY,
            STEP_PASS,
            STEP_STOP,
            STEP_REDO,
            EXECUTION_STOP,
            EXECUTION_REDO ->
            true;
        case GET, WAIT, LIST -> false;
      };
    }

    /** The command on a run that it is, by the model's name; empty when it is none. */
    public Optional<String> ofRun() {
      return switch (this) {
        case PAUSE, CONTINUE, STOP, FORCED_PAUSE, RETRY, ROLLBACK, PASS, REDO ->
            Optional.of(name());
        case SUBMIT,
            START,
            STEP_RETRY,
            STEP_PASS,
            STEP_STOP,
            STEP_REDO,
            EXECUTION_STOP,
            EXECUTION_REDO,
            GET,
            WAIT,
            LIST ->
            Optional.empty();
      };
    }

    /** The command on a step, or on the one execution of a step, that it is. */
    public Optional<String> ofStep() {
      return switch (this) {
        case STEP_RETRY -> Optional.of("RETRY");
        case STEP_PASS -> Optional.of("PASS");
        case STEP_STOP, EXECUTION_STOP -> Optional.of("STOP");
        case STEP_REDO, EXECUTION_REDO -> Optional.of("REDO");
        case SUBMIT,
            START,
            PAUSE,
            CONTINUE,
            STOP,
            FORCED_PAUSE,
            RETRY,
            ROLLBACK,
            PASS,
            REDO,
            GET,
            WAIT,
            LIST ->
            Optional.empty();
      };
    }
  }

  /**
   * Written before the call leaves.
   *
   * @param client who calls; one client's operations are one session
   * @param requestId empty for a read
   * @param entity the one called ({@code run|ID}, {@code workflow|PROJECT/NAME}); for a start the
   *     definition, since the run has no id before its answer
   * @param step the task's name, of a command on a step or on its execution; else empty
   * @param bodyHash of the request without its id, in the driver's own way: compared with those of
   *     other operations only
   * @param expectedVersion as sent
   * @param atLeast of a list: the sequence of the entity that it was told to show at least; else 0
   */
  record Invoked(
      String operation,
      String client,
      long at,
      Verb verb,
      String requestId,
      String entity,
      String step,
      String bodyHash,
      OptionalLong expectedVersion,
      long atLeast)
      implements Call {

    /** One that is about no step. */
    public Invoked(
        String operation,
        String client,
        long at,
        Verb verb,
        String requestId,
        String entity,
        String bodyHash,
        OptionalLong expectedVersion,
        long atLeast) {
      this(operation, client, at, verb, requestId, entity, "", bodyHash, expectedVersion, atLeast);
    }
  }

  /**
   * OK.
   *
   * @param entity that the answer names
   * @param sequence that the answer names: of the fact that the command made or found; 0 when a
   *     list does not show the entity
   * @param state as the answer shows it, by the model's name without prefix; empty when it shows
   *     none
   * @param node that answered; empty when that is not known
   */
  record Answered(
      String operation, long at, String entity, long sequence, String state, String node)
      implements Call {}

  /**
   * An answer that says that nothing was done and that nothing will be.
   *
   * @param code of gRPC, such as FAILED_PRECONDITION
   * @param reason of the error, such as RUN_STATE_CONFLICT
   */
  record Refused(String operation, long at, String code, String reason, String node)
      implements Call {}

  /**
   * Nobody knows whether it was done: UNAVAILABLE, DEADLINE_EXCEEDED, a broken connection, a client
   * that died. An operation without an end is taken for one of these.
   */
  record Unanswered(String operation, long at, String code, String reason) implements Call {}
}
