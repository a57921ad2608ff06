package dev.pawl.bench.chaos.program;

/**
 * What a client does next.
 *
 * <p>A place is a number from 0 to below 1: how far down the list of what there is at that moment
 * the subject stands.
 */
public sealed interface Operation {
  /** Submits a version of a program; the same one again changes nothing. */
  record Submit(int program, int revision, Expectation expectation) implements Operation {}

  /**
   * Starts a run.
   *
   * @param flawed whether its parameters are wrong, so that it must be refused
   */
  record Start(int program, boolean flawed) implements Operation {}

  /**
   * Starts a run and pauses it as soon as that is answered, while its first tasks are handed out.
   */
  record StartAndPause(int program) implements Operation {}

  /** Continues a run that was told to pause, and pauses it again at once. */
  record ContinueAndPause(double place) implements Operation {}

  /** Commands a run that lives, or one that has ended where that is what the command is for. */
  record Order(Verb verb, double place, Expectation expectation) implements Operation {}

  /**
   * Pauses a run that lives for a while only.
   *
   * @param millis how long
   */
  record PauseFor(Verb verb, double place, int millis) implements Operation {}

  /**
   * Commands a step of a run that lives, or of one that has ended.
   *
   * @param step how far down the run it stands
   */
  record OrderStep(StepVerb verb, double place, double step, boolean ended, Expectation expectation)
      implements Operation {}

  /** Commands the run that another client commanded last. */
  record Clash(Verb verb) implements Operation {}

  /** Sends one of this client's commands again, word for word. */
  record Repeat(double place) implements Operation {}

  /** Sends another command under a request id that was used. */
  record Reuse(double place) implements Operation {}

  /** Reads a run from its owner. */
  record Read(double place) implements Operation {}

  /** Lists runs, as new as the client's last command. */
  record ListNewest() implements Operation {}

  /** Waits for the end of a run for a moment. */
  record Await(double place) implements Operation {}

  /** The commands on a run. */
  enum Verb {
    PAUSE,
    FORCED_PAUSE,
    CONTINUE,
    STOP,
    RETRY,
    ROLLBACK,
    PASS,
    REDO;

    /** Whether it is for runs that have ended. */
    public boolean afterEnd() {
      return switch (this) {
        case PAUSE, FORCED_PAUSE, CONTINUE, STOP -> false;
        case RETRY, ROLLBACK, PASS, REDO -> true;
      };
    }
  }

  /** The commands on a step, or on its execution. */
  enum StepVerb {
    STEP_RETRY,
    STEP_PASS,
    STEP_STOP,
    STEP_REDO,
    EXECUTION_STOP,
    EXECUTION_REDO
  }

  /** Which version a command expects. */
  enum Expectation {
    /** It says none. */
    NONE,
    /** The one that the client knows. */
    KNOWN,
    /** One that the subject never has. */
    WRONG
  }
}
