package dev.pawl.engine.journal;

import org.jspecify.annotations.Nullable;

/** PostgreSQL cannot be used as it is: the message says what is wrong and what to do. */
public final class DatabaseUnusable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DatabaseUnusable(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
