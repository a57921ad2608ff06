package dev.pawl.engine;

import dev.pawl.engine.cluster.ClusterSettings;
import dev.pawl.engine.journal.DatabaseSettings;
import java.time.Duration;

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
 */
public record EngineSettings(
    DatabaseSettings database,
    ClusterSettings cluster,
    Duration heartbeatInterval,
    Duration leaseTimeToLive,
    Duration leaseGrace,
    Duration commandTimeout,
    boolean requireDurability) {

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
