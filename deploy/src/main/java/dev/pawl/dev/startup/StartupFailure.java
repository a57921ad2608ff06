package dev.pawl.dev.startup;

/**
 * A reason not to start that the operator can remove. Its message says what was expected, what is
 * so and what to do next, and never holds a password.
 */
public final class StartupFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** The stable name of a failure, for scripts. */
  public enum Reason {
    PORT_IN_USE,
    DATA_DIRECTORY_IN_USE,
    DATA_DIRECTORY_NEWER,
    DATA_DIRECTORY_UNUSABLE,
    ROOT_REFUSED,
    DATABASE_FAILED,
    DATABASE_UNREACHABLE,
    DATABASE_ACCESS_DENIED,
    DATABASE_READ_ONLY,
    DATABASE_NOT_DURABLE,
    CONFIGURATION_INVALID,
    SERVER_FAILED
  }

  private final Reason reason;

  public StartupFailure(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public StartupFailure(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
