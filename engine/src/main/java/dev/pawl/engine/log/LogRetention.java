package dev.pawl.engine.log;

import dev.pawl.engine.journal.Database;
import dev.pawl.engine.journal.DatabaseFailed;
import dev.pawl.engine.journal.Sweeper;
import dev.pawl.engine.log.LogDays.Day;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops logs that were kept for long enough, or that take too much: whole days, the oldest first.
 * Every node looks once an hour; while one drops, the others leave it to that.
 *
 * <p>A day stays while a run that has log in it has not ended, and for two days more while such a
 * run's log is not whole: its worker may be out of reach. What sections there were is known for
 * ever: their lines alone go. A day that cannot be dropped is told of, and does not keep others.
 */
public final class LogRetention implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LogRetention.class);

  private static final String STATEMENT_CANCELLED = "57014";

  private final Database database;
  private final LogsKept kept;
  private boolean tooMuch;
  private final Sweeper sweeper;

  private LogRetention(Database database, LogsKept kept) {
    this.database = database;
    this.kept = kept;
    this.sweeper = Sweeper.start("pawl-log-retention", "no old logs are dropped", this::sweep);
  }

  /** Starts to drop what is not kept. */
  public static LogRetention start(Database database, LogsKept kept) {
    return new LogRetention(database, kept);
  }

  /** Drops what is too old or too much now; false when somebody was in the way. */
  private boolean sweep(Sweeper on) {
    List<Day> days = database.with(connection -> LogDays.all(connection, kept.age()));
    long bytes = days.stream().mapToLong(Day::bytes).sum();
    List<LocalDate> dropped = new ArrayList<>();
    boolean whole = true;
    for (Day day : days) {
      boolean over = exceeds(bytes) && !day.recent();
      if (on.closing() || !whole || !(day.old() || over)) {
        continue;
      }
      // For room young ones go too; for their age only those whose runs ended long ago.
      Optional<Duration> ended = over ? Optional.empty() : kept.age();
      try {
        switch (database.with(
            connection -> LogDays.drop(connection, day.date(), ended, on::closing))) {
          case DROPPED -> {
            bytes -= day.bytes();
            dropped.add(day.date());
          }
          case HELD ->
              log.debug(
                  "the log of {} is kept: a run of it has not ended, or its log is not whole",
                  day.date());
          case BUSY -> whole = false;
        }
      } catch (DatabaseFailed e) {
        if (!isOfThisDay(e)) {
          throw e;
        }
        log.warn("the log of {} cannot be dropped, trying again: {}", day.date(), e.getMessage());
      }
    }
    if (!dropped.isEmpty()) {
      log.info(
          "dropped the logs of {} days, {} to {}",
          dropped.size(),
          dropped.getFirst(),
          dropped.getLast());
    }
    if (whole && !on.closing()) {
      tell(exceeds(bytes), bytes);
    }
    return whole;
  }

  /** Whether other days may do better: PostgreSQL is there, and gave up this one. */
  private static boolean isOfThisDay(DatabaseFailed failure) {
    return failure.getCause() instanceof SQLException cause
        && (STATEMENT_CANCELLED.equals(cause.getSQLState()) || !DatabaseFailed.isAway(cause));
  }

  private boolean exceeds(long bytes) {
    return kept.maxBytes().isPresent() && bytes > kept.maxBytes().getAsLong();
  }

  private void tell(boolean now, long bytes) {
    if (now && !tooMuch) {
      log.warn(
          "logs take {} bytes though no more than {} are wanted: what is left is of today,"
              + " yesterday, or days with runs that have not ended or whose log is not whole",
          bytes,
          kept.maxBytes().orElse(0));
    }
    tooMuch = now;
  }

  @Override
  public void close() {
    sweeper.close();
  }
}
