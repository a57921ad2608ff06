package dev.pawl.engine;

import dev.pawl.engine.cluster.ClusterSettings;
import dev.pawl.engine.journal.DatabaseSettings;
import dev.pawl.engine.log.LogsKept;
import java.time.Duration;
import java.util.Optional;

/**
 * How an engine runs; read by {@code main} alone.
 *
 * @param cluster where nodes talk to each other
 * @param leaseTimeToLive how long a worker may go without a heartbeat
 * @param leaseGrace how much longer the server waits before it takes a lease for lost, and for a
 *     worker that was told to stop beyond the task's own grace
 * @param commandTimeout after which an unanswered command is UNAVAILABLE
 * @param requireDurability refuse to start when PostgreSQL says that fsync, synchronous_commit or
 *     full_page_writes is off
 * @param auditKept how long a command is on record; empty: for ever
 * @param logsKept which logs are kept
 */
public record EngineSettings(
    DatabaseSettings database,
    ClusterSettings cluster,
    Duration heartbeatInterval,
    Duration leaseTimeToLive,
    Duration leaseGrace,
    Duration commandTimeout,
    boolean requireDurability,
    Optional<Duration> auditKept,
    LogsKept logsKept) {
  /** A year, and time to look back at it. */
  public static final Duration AUDIT_KEPT = Duration.ofDays(400);

  /** A node that keeps the audit and logs as long as is usual. */
  public EngineSettings(
      DatabaseSettings database,
      ClusterSettings cluster,
      Duration heartbeatInterval,
      Duration leaseTimeToLive,
      Duration leaseGrace,
      Duration commandTimeout,
      boolean requireDurability) {
    this(
        database,
        cluster,
        heartbeatInterval,
        leaseTimeToLive,
        leaseGrace,
        commandTimeout,
        requireDurability,
        Optional.of(AUDIT_KEPT),
        LogsKept.USUAL);
  }

  /** The defaults of a node that listens on loopback. */
  public static EngineSettings of(DatabaseSettings database) {
    return new EngineSettings(
        database,
        ClusterSettings.on("127.0.0.1"),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        Duration.ofSeconds(15),
        Duration.ofSeconds(10),
        true);
  }
}
