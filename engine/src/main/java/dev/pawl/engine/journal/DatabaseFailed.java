package dev.pawl.engine.journal;

import java.sql.SQLException;

/** A statement failed or PostgreSQL went away: what was to be written may be written or not. */
public final class DatabaseFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DatabaseFailed(SQLException cause) {
    super("PostgreSQL: " + cause.getMessage(), cause);
  }
}
