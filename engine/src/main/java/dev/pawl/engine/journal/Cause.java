package dev.pawl.engine.journal;

/** Who or what caused a fact. */
public sealed interface Cause {

  /** The same, as the journal keeps it: without what matters only until it is decided. */
  default Cause stored() {
    return this;
  }

  /**
   * A caller's command.
   *
   * @param requestId chosen by the caller; the same id never acts twice
   * @param bodyHash SHA-256 of the request's content in hexadecimal, to tell a repeat from a reuse
   * @param principal who called
   * @param reason why, in the caller's words; may be empty
   * @param call how it came
   */
  record Command(String requestId, String bodyHash, String principal, String reason, Call call)
      implements Cause {

    /** A command by the engine itself. */
    public Command(String requestId, String bodyHash, String principal, String reason) {
      this(requestId, bodyHash, principal, reason, Call.UNNAMED);
    }

    @Override
    public Command stored() {
      return new Command(requestId, bodyHash, principal, reason, call.stored());
    }
  }

  /** A worker's report under a fence. */
  record Report(String worker, long fence) implements Cause {}

  /** Time that passed: BACKOFF, ATTEMPT_TIMEOUT, RUN_TIMEOUT, LEASE_EXPIRY, STOP_GRACE. */
  record Timer(String name) implements Cause {}

  /**
   * A fact of another entity: of a run or an execution by its entity id, of locks as in the
   * journal.
   */
  record Parent(String entity) implements Cause {}
}
