package dev.pawl.bench.postgres;

import dev.pawl.bench.BenchFailure;
import dev.pawl.engine.execution.ExecutionEvent;
import dev.pawl.engine.journal.ExecutionFactSerializer;
import dev.pawl.engine.journal.PersistenceIds;
import dev.pawl.engine.journal.RunFactSerializer;
import dev.pawl.engine.run.RunEvent;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds what a bench counted against what the journal tells: one RunCreated and one RunEnded for
 * each run, one Leased and one Ended for each task. It looks only between moments at which nothing
 * is under way.
 */
public final class JournalAudit implements AutoCloseable {
  private static final int FETCH = 2_000;
  private static final int SHOWN = 5;

  private final Connection connection;
  private final RunFactSerializer runFacts = new RunFactSerializer();
  private final ExecutionFactSerializer executionFacts = new ExecutionFactSerializer();

  private JournalAudit(Connection connection) {
    this.connection = connection;
  }

  /** Opens the journal of a PostgreSQL, which must have fsync on. */
  public static JournalAudit open(Postgres postgres) throws SQLException {
    Connection connection = postgres.connect();
    try {
      Postgres.requireFsync(connection);
      return new JournalAudit(connection);
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** The end of the journal now. */
  public long mark() throws SQLException {
    return Postgres.number(connection, "SELECT coalesce(max(ordering), 0) FROM event_journal");
  }

  /**
   * What the journal tells of a time.
   *
   * @param rows of all entities
   * @param runs that began
   * @param tasks that were leased or ended
   * @param faults each entity that began or ended not once
   */
  public record Findings(long rows, long runs, long tasks, List<String> faults) {
    /** Fails unless this is what a bench counted. */
    public void mustTellOf(long expectedRuns, long expectedTasks) {
      if (runs != expectedRuns || tasks != expectedTasks || !faults.isEmpty()) {
        throw new BenchFailure(
            1,
            """
            expected a journal with one RunCreated and one RunEnded of %d runs, one Leased and one \
            Ended of %d tasks; it tells of %d runs and %d tasks, %d of them otherwise%s. No figure \
            is printed.\
            """
                .formatted(
                    expectedRuns,
                    expectedTasks,
                    runs,
                    tasks,
                    faults.size(),
                    faults.isEmpty()
                        ? ""
                        : ": " + String.join(", ", faults.stream().limit(SHOWN).toList())));
      }
    }
  }

  /** Reads everything behind a mark. */
  public Findings since(long mark) throws SQLException, IOException {
    Postgres.requireFsync(connection);
    Tally tally = new Tally();
    // Only within a transaction does the driver hand over rows in portions.
    connection.setAutoCommit(false);
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT persistence_id, event_ser_id, event_ser_manifest, event_payload
            FROM event_journal WHERE ordering > ?\
            """)) {
      select.setFetchSize(FETCH);
      select.setLong(1, mark);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          tally.rows++;
          read(tally, rows.getString(1), rows.getInt(2), rows.getString(3), rows.getBytes(4));
        }
      }
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
    return tally.findings();
  }

  private void read(Tally tally, String entity, int serializer, String manifest, byte[] payload)
      throws IOException {
    switch (serializer) {
      case RunFactSerializer.ID -> {
        switch (runFacts.read(payload, manifest).event()) {
          case RunEvent.Created _ -> tally.of(entity).begun++;
          case RunEvent.Ended _ -> tally.of(entity).ended++;
          case RunEvent.PauseBegan _,
              RunEvent.Paused _,
              RunEvent.Continued _,
              RunEvent.Reopened _,
              RunEvent.Retried _,
              RunEvent.Redone _,
              RunEvent.StepPassed _,
              RunEvent.Passed _,
              RunEvent.RollbackBegan _,
              RunEvent.StepsUndone _,
              RunEvent.StopBegan _,
              RunEvent.StepStopBegan _,
              RunEvent.StepRedone _,
              RunEvent.LockLost _,
              RunEvent.StepsEnded _ -> {}
        }
      }
      case ExecutionFactSerializer.ID -> {
        switch (executionFacts.read(payload, manifest).event()) {
          case ExecutionEvent.Leased _ -> tally.of(entity).begun++;
          case ExecutionEvent.Ended _ -> tally.of(entity).ended++;
          case ExecutionEvent.AttemptFailed _,
              ExecutionEvent.Undone _,
              ExecutionEvent.Stopped _,
              ExecutionEvent.StopBegan _ -> {}
        }
      }
      default -> {
        // Definitions and locks: what is run or held, not runs.
      }
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  private static final class Life {
    private int begun;
    private int ended;
  }

  private static final class Tally {
    private final Map<String, Life> lives = new HashMap<>();
    private long rows;

    Life of(String entity) {
      return lives.computeIfAbsent(entity, _ -> new Life());
    }

    Findings findings() {
      long runs = lives.keySet().stream().filter(PersistenceIds::isRun).count();
      List<String> faults = new ArrayList<>();
      lives.forEach(
          (entity, life) -> {
            if (life.begun != 1 || life.ended != 1) {
              faults.add(
                  "%s %s %d times and ended %d times"
                      .formatted(
                          entity,
                          PersistenceIds.isRun(entity) ? "began" : "was leased",
                          life.begun,
                          life.ended));
            }
          });
      return new Findings(rows, runs, lives.size() - runs, List.copyOf(faults));
    }
  }
}
