package dev.pawl.engine.operation;

/** An export cannot be made, and a repetition would not help. */
public final class ExportFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  /**
   * A failure.
   *
   * @param reason as a word: FILE_TOO_LARGE
   */
  public ExportFailed(String reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  public String reason() {
    return reason;
  }
}
