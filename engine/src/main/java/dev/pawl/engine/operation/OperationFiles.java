package dev.pawl.engine.operation;

import dev.pawl.engine.journal.Database;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/**
 * The files of exports, in chunks in a table of PostgreSQL. Each statement is a transaction of its
 * own, and a short one: an open transaction would hold up the feed.
 */
public final class OperationFiles {
  /** Chunks that one statement deletes. */
  private static final int AT_ONCE = 32;

  private final Database database;
  private final Executor blocking = Executors.newVirtualThreadPerTaskExecutor();

  public OperationFiles(Database database) {
    this.database = database;
  }

  /** Stores a chunk. */
  void write(OperationId id, int attempt, int chunk, byte[] bytes, Instant now) {
    database.ask(
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "INSERT INTO operation_file (operation_id, attempt, chunk, bytes, stored_at)"
                      + " VALUES (?, ?, ?, ?, ?)")) {
            statement.setString(1, id.value());
            statement.setInt(2, attempt);
            statement.setInt(3, chunk);
            statement.setBytes(4, bytes);
            statement.setObject(5, now.atOffset(ZoneOffset.UTC));
            return statement.executeUpdate();
          }
        });
  }

  /** Deletes what earlier attempts of an operation, or this one, have written. */
  void forget(OperationId id, int upToAttempt) {
    int deleted;
    do {
      deleted =
          database.ask(
              connection -> {
                try (PreparedStatement statement =
                    connection.prepareStatement(
                        "DELETE FROM operation_file WHERE (operation_id, attempt, chunk) IN"
                            + " (SELECT operation_id, attempt, chunk FROM operation_file"
                            + " WHERE operation_id = ? AND attempt <= ? LIMIT "
                            + AT_ONCE
                            + ")")) {
                  statement.setString(1, id.value());
                  statement.setInt(2, upToAttempt);
                  return statement.executeUpdate();
                }
              });
    } while (deleted > 0);
  }

  /**
   * Deletes some chunks of what was stored longer ago, by PostgreSQL's clock: a node whose own is
   * wrong deletes nothing too early.
   *
   * @return how many; 0 when there are no more
   */
  int forgetSome(Duration age) {
    return database.ask(
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "DELETE FROM operation_file WHERE (operation_id, attempt, chunk) IN"
                      + " (SELECT operation_id, attempt, chunk FROM operation_file"
                      + " WHERE stored_at < now() - make_interval(secs => ?) LIMIT "
                      + AT_ONCE
                      + ")")) {
            statement.setDouble(1, (double) age.toSeconds());
            return statement.executeUpdate();
          }
        });
  }

  CompletionStage<Optional<byte[]>> read(OperationId id, int attempt, int chunk) {
    return CompletableFuture.supplyAsync(
        () ->
            database.ask(
                connection -> {
                  try (PreparedStatement statement =
                      connection.prepareStatement(
                          "SELECT bytes FROM operation_file"
                              + " WHERE operation_id = ? AND attempt = ? AND chunk = ?")) {
                    statement.setString(1, id.value());
                    statement.setInt(2, attempt);
                    statement.setInt(3, chunk);
                    try (ResultSet row = statement.executeQuery()) {
                      return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
                    }
                  }
                }),
        blocking);
  }
}
