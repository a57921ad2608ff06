package dev.pawl.engine.journal;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;

/**
 * How a pool of connections is used.
 *
 * @param waiting threads that wait for a connection
 * @param max connections that there may be
 */
public record PoolLoad(String name, int active, int idle, int waiting, int max) {
  /** What the pools' own names begin with; ours go without. */
  static final String PREFIX = "pawl-";

  static PoolLoad of(HikariDataSource pool) {
    HikariPoolMXBean now = pool.getHikariPoolMXBean();
    return new PoolLoad(
        pool.getPoolName().substring(PREFIX.length()),
        now.getActiveConnections(),
        now.getIdleConnections(),
        now.getThreadsAwaitingConnection(),
        pool.getMaximumPoolSize());
  }
}
