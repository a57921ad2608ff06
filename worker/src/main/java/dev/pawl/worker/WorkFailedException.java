package dev.pawl.worker;

/** Thrown by a {@link Handler} to fail its attempt with a reason of its own. */
public final class WorkFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;
  private final boolean permanent;

  private WorkFailedException(String reason, String message, boolean permanent) {
    super(message);
    if (!reason.matches("[A-Z][A-Z0-9_]{0,63}")) {
      throw new IllegalArgumentException(
          "a reason must be upper snake case of at most 64 characters, but is \"" + reason + "\"");
    }
    this.reason = reason;
    this.permanent = permanent;
  }

  /** A failure that another attempt may mend. */
  public static WorkFailedException retryable(String reason, String message) {
    return new WorkFailedException(reason, message, false);
  }

  /** A failure that no further attempt mends, so that none is made. */
  public static WorkFailedException permanent(String reason, String message) {
    return new WorkFailedException(reason, message, true);
  }

  /** Stable, in upper snake case. */
  public String reason() {
    return reason;
  }

  /** Whether no further attempt helps. */
  public boolean isPermanent() {
    return permanent;
  }
}
