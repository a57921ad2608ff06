package dev.pawl.engine.log;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The partitions of the log: one per day, made when its first chunk comes. */
final class LogPartitions {
  private final Set<LocalDate> known = ConcurrentHashMap.newKeySet();

  static String name(LocalDate day) {
    return "log_chunk_" + day.format(DateTimeFormatter.BASIC_ISO_DATE);
  }

  /** Makes the partitions of these days, each in a transaction of its own. */
  void ensure(Connection connection, Set<LocalDate> days) throws SQLException {
    for (LocalDate day : days) {
      if (!known.contains(day)) {
        create(connection, day);
        known.add(day);
      }
    }
  }

  /** One of them was not there: it was dropped by somebody else. */
  void forget() {
    known.clear();
  }

  private static void create(Connection connection, LocalDate day) throws SQLException {
    String name = name(day);
    connection.setAutoCommit(true);
    try (Statement statement = connection.createStatement()) {
      // Attaching, unlike CREATE ... PARTITION OF, lets others read and write the log meanwhile.
      statement.execute(
          """
          DO $$ BEGIN
            PERFORM pg_advisory_xact_lock(7171, 20);
            IF to_regclass('%1$s') IS NULL THEN
              CREATE TABLE %1$s (LIKE log_chunk INCLUDING ALL);
              ALTER TABLE log_chunk ATTACH PARTITION %1$s FOR VALUES FROM ('%2$s') TO ('%3$s');
            END IF;
          END $$\
          """
              .formatted(name, day, day.plusDays(1)));
    }
  }
}
