package dev.pawl.worker.json;

/** Says what in a text is not JSON. */
public final class JsonException extends Exception {
  private static final long serialVersionUID = 1L;

  JsonException(String message) {
    super(message);
  }
}
