package dev.pawl.worker.session;

/** Says that a server refused this worker for a reason that trying again does not mend. */
public final class NeverWelcome extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NeverWelcome(String message) {
    super(message);
  }
}
