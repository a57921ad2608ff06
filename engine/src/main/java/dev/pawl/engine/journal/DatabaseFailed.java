package dev.pawl.engine.journal;

import dev.pawl.engine.decider.Unavailable;
import java.sql.SQLException;

/** A statement failed or PostgreSQL went away: what was to be written may be written or not. */
public final class DatabaseFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DatabaseFailed(SQLException cause) {
    super("PostgreSQL: " + cause.getMessage(), cause);
  }

  /** What somebody is told who asked, and can ask again when PostgreSQL is only away. */
  public static RuntimeException toAsker(SQLException failure) {
    DatabaseFailed failed = new DatabaseFailed(failure);
    return isAway(failure)
        ? new Unavailable("PostgreSQL does not answer; ask again", failed)
        : failed;
  }

  /** Whether PostgreSQL is not there or cannot work now, and may do the same again later. */
  public static boolean isAway(SQLException failure) {
    String state = failure.getSQLState();
    if (state == null || state.length() != 5) {
      return true;
    }
    return switch (state.substring(0, 2)) {
      case "08", "53", "55", "57", "58", "25", "28", "3D" -> true;
      default -> false;
    };
  }
}
