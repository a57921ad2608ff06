package dev.pawl.engine.decider;

/** A list took longer to make than lists may: asking again as before helps little. */
public final class TooWide extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * One.
   *
   * @param message what took too long, and what to ask for instead
   */
  public TooWide(String message, Throwable cause) {
    super(message, cause);
  }
}
