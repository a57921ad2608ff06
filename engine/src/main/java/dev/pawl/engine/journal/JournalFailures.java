package dev.pawl.engine.journal;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.BackoffSupervisorStrategy;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What entities do and say when the journal fails them.
 *
 * <p>When PostgreSQL goes away, everyone who writes or begins fails for the same reason: it is said
 * in one line a second for each kind of cause, with the number of the others. The stack of a
 * database that is away says nothing; whoever wants each one turns on DEBUG for this class.
 */
public final class JournalFailures {
  private static final Logger log = LoggerFactory.getLogger(JournalFailures.class);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);
  private static final double SPREAD = 0.2;
  private static final long QUIET_NANOS = Duration.ofSeconds(1).toNanos();

  /** Of the whole process, as its log is. */
  private static final JournalFailures ALL =
      new JournalFailures(System::nanoTime, JournalFailures::write);

  /** When a kind of cause was told last, and how many failures were not told since. */
  private static final class Told {
    private long nanos;
    private int untold;
  }

  // Guarded by this object.
  private final Map<String, Told> kinds = new HashMap<>();
  private final LongSupplier nanos;
  private final BiConsumer<String, Throwable> lines;

  JournalFailures(LongSupplier nanos, BiConsumer<String, Throwable> lines) {
    this.nanos = nanos;
    this.lines = lines;
  }

  /** How an entity begins again. Pekko logs nothing of it: that were a stack for each entity. */
  public static BackoffSupervisorStrategy beginAgain() {
    return SupervisorStrategy.restartWithBackoff(FIRST_PAUSE, LONGEST_PAUSE, SPREAD)
        .withLoggingEnabled(false);
  }

  /** An entity could not write, or could not begin; it will begin again. */
  public static void log(String entity, Throwable failure) {
    log.debug("the journal failed {}", entity, failure);
    ALL.tell(entity, failure);
  }

  synchronized void tell(String entity, Throwable failure) {
    Throwable cause = cause(failure);
    long now = nanos.getAsLong();
    Told told = kinds.get(kind(cause));
    if (told == null) {
      told = new Told();
      kinds.put(kind(cause), told);
    } else if (now - told.nanos < QUIET_NANOS) {
      told.untold++;
      return;
    }
    lines.accept(
        "%s begins again, since the journal failed it%s: %s"
            .formatted(
                entity,
                told.untold == 0 ? "" : " (and " + told.untold + " times more since this was said)",
                cause),
        cause);
    told.nanos = now;
    told.untold = 0;
  }

  private static void write(String line, Throwable cause) {
    boolean passing = cause instanceof SQLException;
    if (passing) {
      log.warn(line);
    } else {
      // No database that is away: a fact that cannot be read, or a bug.
      log.error(line, cause);
    }
  }

  /** What PostgreSQL or its driver said, else what is at the bottom. */
  private static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && !(cause instanceof SQLException)) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** The same for every entity: a message may name a connection or a time. */
  private static String kind(Throwable cause) {
    return cause instanceof SQLException sql
        ? "SQLSTATE " + sql.getSQLState()
        : cause.getClass().getName();
  }
}
