package dev.pawl.engine.decider;

/** Too many commands wait for an answer already: this one was not let in; repeat it later. */
public final class Overloaded extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public Overloaded(String message) {
    super(message);
  }
}
