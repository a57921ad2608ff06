package dev.pawl.engine.decider;

/** The entity did not answer in time: whether the command took effect is unknown; repeat it. */
public final class Unavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public Unavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
