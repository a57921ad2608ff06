package dev.pawl.engine.cluster;

import dev.pawl.engine.journal.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This life of the node in the table of nodes: holds its lock in a session of its own, and looks at
 * all others, twice a second.
 *
 * <p>The lock is a lease: PostgreSQL ends a session that has said nothing for {@link #SILENCE}, so
 * the lock of a process that stands still is free after that time, and that of one that was killed
 * at once. The node itself trusts its lock for {@link #TRUST} only, counted from before it asked;
 * whoever finds a lock free waits until no node can still trust in it before it calls the node
 * dead.
 */
final class Registration implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Registration.class);

  /** How long a node may believe that it holds its lock. */
  static final Duration TRUST = Duration.ofSeconds(4);

  /** After so long without a word PostgreSQL takes the lock away. */
  static final Duration SILENCE = Duration.ofSeconds(8);

  private static final Duration PERIOD = Duration.ofMillis(500);
  private static final Duration ANSWER = Duration.ofSeconds(2);
  private static final String OPTIONS =
      "-c statement_timeout=2000 -c lock_timeout=1000 -c idle_session_timeout="
          + SILENCE.toMillis();

  /** Who is told what the table shows. Called by one thread. */
  interface Watcher {
    /** The table as it is now; the connection is for whoever wants to write to it. */
    void looked(Connection connection, List<NodeTable.Row> rows) throws SQLException;

    /** The others have given this life up: it must end. Called once, and nothing follows. */
    void condemned();
  }

  private final Database database;
  private final int incarnation;
  private final Thread thread = Thread.ofVirtual().name("pawl-registration").unstarted(this::run);
  private Watcher watcher =
      new Watcher() {
        @Override
        public void looked(Connection connection, List<NodeTable.Row> rows) {}

        @Override
        public void condemned() {}
      };

  // The thread's own, once it runs.
  private @Nullable Connection session;
  private boolean locked;
  private boolean down;

  private volatile long askedAt;
  private volatile boolean sure;
  private volatile boolean closed;

  private Registration(Database database, Connection session, int incarnation) {
    this.database = database;
    this.session = session;
    this.incarnation = incarnation;
  }

  /** Writes a new life of a node down, and takes its lock. */
  static Registration of(Database database, String host, int port, long uid) throws SQLException {
    Connection session = connect(database);
    try {
      NodeTable.forget(session);
      int incarnation = NodeTable.register(session, host, port, uid);
      long asked = System.nanoTime();
      Registration registration = new Registration(database, session, incarnation);
      registration.locked = NodeTable.lock(session, incarnation);
      registration.sure(asked);
      return registration;
    } catch (SQLException | RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  private static Connection connect(Database database) throws SQLException {
    return database.own("registration", OPTIONS, ANSWER);
  }

  int incarnation() {
    return incarnation;
  }

  /** Looks on from now on. */
  void watch(Watcher watching) {
    watcher = watching;
    thread.start();
  }

  /** Whether this node held its lock a moment ago, and was not condemned. */
  boolean sure() {
    return sure && System.nanoTime() - askedAt < TRUST.toNanos();
  }

  private void sure(long asked) {
    askedAt = asked;
    sure = locked;
  }

  /** Strikes this life out and lets go of its lock. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      if (thread.getState() != Thread.State.NEW) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Connection held = session;
    if (held != null) {
      try (held) {
        NodeTable.remove(held, incarnation);
      } catch (SQLException e) {
        // The lock is free all the same, or will be: whoever looks finds this life ended.
        log.debug("the node could not strike itself out", e);
      }
    }
  }

  private void run() {
    while (!closed) {
      long asked = System.nanoTime();
      try {
        if (!look(asked)) {
          watcher.condemned();
          return;
        }
        if (down) {
          log.info("the node holds its lock in PostgreSQL again");
          down = false;
        }
      } catch (SQLException e) {
        lost(e);
      } catch (RuntimeException e) {
        log.error("the node could not look at the others", e);
      }
      LockSupport.parkNanos(PERIOD.toNanos());
    }
  }

  /** Looks once; false when this life is over. */
  private boolean look(long asked) throws SQLException {
    Connection connection = session;
    if (connection == null) {
      connection = connect(database);
      session = connection;
    }
    if (!locked) {
      // Somebody who thinks us dead may hold it for a moment; or our last session ends only now.
      locked = NodeTable.lock(connection, incarnation);
    }
    List<NodeTable.Row> rows = NodeTable.look(connection);
    if (locked) {
      Predicate<NodeTable.Row> us = row -> row.incarnation() == incarnation;
      if (rows.stream().filter(us).noneMatch(row -> !row.condemned())) {
        sure = false;
        return false;
      }
      sure(asked);
    }
    watcher.looked(connection, rows);
    return true;
  }

  private void lost(SQLException failure) {
    // From now on somebody else may have the lock.
    sure = false;
    locked = false;
    if (!down && !closed) {
      log.warn("the node lost its lock in PostgreSQL: {}", failure.getMessage());
      down = true;
    }
    Connection broken = session;
    session = null;
    if (broken != null) {
      try {
        broken.close();
      } catch (SQLException e) {
        log.debug("a broken session could not be closed", e);
      }
    }
  }
}
