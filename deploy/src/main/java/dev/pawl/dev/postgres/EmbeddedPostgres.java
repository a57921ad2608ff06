package dev.pawl.dev.postgres;

import dev.pawl.dev.postgres.PostgresServer.Start.Failed;
import dev.pawl.dev.postgres.PostgresServer.Start.PortTaken;
import dev.pawl.dev.postgres.PostgresServer.Start.Ready;
import dev.pawl.dev.postgres.PostgresServer.Start.StillInUse;
import dev.pawl.dev.startup.Ports;
import dev.pawl.dev.startup.StartupFailure;
import dev.pawl.dev.startup.StartupFailure.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL of our own on the loopback interface, as durable as an external one: it survives the
 * death of this process, and its own is answered by a restart on the same port.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);

  private static final String DATABASE = "pawl";
  private static final int ATTEMPTS = 20;
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
  private static final Duration LAST_BACKOFF = Duration.ofSeconds(5);

  /** After running for so long PostgreSQL is restarted at once again. */
  private static final Duration STABLE = Duration.ofSeconds(10);

  private final DataDirectory data;
  private final PostgresServer server;
  private final boolean ephemeral;
  private final String password;
  private final int port;
  private final Thread watchdog;
  private final CountDownLatch closing = new CountDownLatch(1);

  /** Guarded by this. */
  private Process process;

  private EmbeddedPostgres(
      DataDirectory data,
      PostgresServer server,
      boolean ephemeral,
      String password,
      int port,
      Process process) {
    this.data = data;
    this.server = server;
    this.ephemeral = ephemeral;
    this.password = password;
    this.port = port;
    this.process = process;
    this.watchdog =
        Thread.ofPlatform().name("postgres-watchdog").daemon().unstarted(this::keepRunning);
  }

  /** Starts PostgreSQL on the data in {@code directory}, making it when it is new. */
  public static EmbeddedPostgres persistent(Path directory) throws StartupFailure {
    return persistent(directory, PostgresSettings.NONE);
  }

  /** Starts PostgreSQL with these settings on the data in {@code directory}. */
  public static EmbeddedPostgres persistent(Path directory, PostgresSettings settings)
      throws StartupFailure {
    return open(directory, false, settings);
  }

  /** Starts PostgreSQL on data that is deleted with {@link #close}. */
  public static EmbeddedPostgres ephemeral() throws StartupFailure {
    return ephemeral(PostgresSettings.NONE);
  }

  /** Starts PostgreSQL with these settings on data that is deleted with {@link #close}. */
  public static EmbeddedPostgres ephemeral(PostgresSettings settings) throws StartupFailure {
    return open(EphemeralDirectories.create(), true, settings);
  }

  /** Stops the PostgreSQL that a killed server left on {@code directory}, if it left one. */
  public static void stopAbandoned(Path directory) throws StartupFailure {
    try (DataDirectory data = DataDirectory.lock(directory.toRealPath())) {
      Postmaster.stopOrphan(data.cluster());
    } catch (IOException e) {
      throw new StartupFailure(
          Reason.DATABASE_FAILED,
          "cannot stop the PostgreSQL of %s: %s".formatted(directory, e),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartupFailure(Reason.DATABASE_FAILED, "interrupted", e);
    }
  }

  private static EmbeddedPostgres open(Path directory, boolean ephemeral, PostgresSettings settings)
      throws StartupFailure {
    PostgresBinaries binaries = PostgresBinaries.in(XdgDirectories.cache());
    Programs programs = Programs.ofThisMachine();
    DataDirectory data = DataDirectory.open(directory, binaries.major());
    try {
      EmbeddedPostgres opened =
          start(new PostgresServer(binaries, programs, data, settings), data, ephemeral);
      opened.watchdog.start();
      opened.prepare();
      return opened;
    } catch (IOException e) {
      release(data, ephemeral);
      throw new StartupFailure(
          Reason.DATABASE_FAILED, "cannot start PostgreSQL on %s: %s".formatted(data.root(), e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      release(data, ephemeral);
      throw new StartupFailure(Reason.DATABASE_FAILED, "the start was interrupted", e);
    } catch (StartupFailure | RuntimeException e) {
      release(data, ephemeral);
      throw e;
    }
  }

  private static EmbeddedPostgres start(
      PostgresServer server, DataDirectory data, boolean ephemeral)
      throws IOException, InterruptedException, StartupFailure {
    Postmaster.stopOrphan(data.cluster());
    server.initialize();
    String password = data.password();
    for (int attempt = 1; ; attempt++) {
      int port = Ports.free();
      switch (server.start(port)) {
        case Ready(Process process) -> {
          return new EmbeddedPostgres(data, server, ephemeral, password, port, process);
        }
        case PortTaken _ -> {
          if (attempt == ATTEMPTS) {
            throw failed(data, "found no free port");
          }
        }
        case StillInUse _ -> {
          if (attempt == ATTEMPTS) {
            throw failed(data, "its memory is still in use by another server");
          }
          TimeUnit.MILLISECONDS.sleep(FIRST_BACKOFF.toMillis());
        }
        case Failed(int exitCode, String words) ->
            throw failed(data, "it ended with %d: %s".formatted(exitCode, words));
      }
    }
  }

  private static void release(DataDirectory data, boolean delete) {
    data.close();
    if (delete) {
      try {
        Trees.delete(data.root());
      } catch (IOException e) {
        LOG.warn("cannot delete {}", data.root(), e);
      }
    }
  }

  private static StartupFailure failed(DataDirectory data, String why) {
    return new StartupFailure(
        Reason.DATABASE_FAILED,
        "PostgreSQL does not start on %s: %s. More in %s."
            .formatted(data.root(), why, data.root().resolve("postgres.log")));
  }

  /** Makes our database and asks PostgreSQL itself whether it is as durable as we told it to be. */
  private void prepare() throws StartupFailure {
    try {
      createDatabase();
      List<String> weak = DatabaseCheck.run(jdbcUrl(), user(), password);
      if (!weak.isEmpty()) {
        throw new StartupFailure(
            Reason.DATABASE_NOT_DURABLE,
            "PostgreSQL on %s would lose acknowledged commits: %s."
                .formatted(data.root(), String.join(", ", weak)));
      }
    } catch (SQLException e) {
      close();
      throw DatabaseCheck.failure(jdbcUrl(), user(), e);
    } catch (StartupFailure | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void createDatabase() throws SQLException {
    try (Connection connection = DatabaseCheck.connect(url("postgres"), user(), password);
        Statement statement = connection.createStatement()) {
      try (ResultSet found =
          statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")) {
        if (found.next()) {
          return;
        }
      }
      statement.execute("CREATE DATABASE " + DATABASE);
    }
  }

  private void keepRunning() {
    try {
      Duration backoff = FIRST_BACKOFF;
      while (closing.getCount() > 0) {
        Process current;
        synchronized (this) {
          current = process;
        }
        long started = System.nanoTime();
        int exitCode = current.waitFor();
        if (System.nanoTime() - started > STABLE.toNanos()) {
          backoff = FIRST_BACKOFF;
        }
        if (closing.await(backoff.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
        LOG.warn("PostgreSQL ended with {}: starting it again on port {}", exitCode, port);
        backoff = longer(backoff);
        restart();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Duration longer(Duration backoff) {
    Duration doubled = backoff.multipliedBy(2);
    return doubled.compareTo(LAST_BACKOFF) < 0 ? doubled : LAST_BACKOFF;
  }

  private synchronized void restart() throws InterruptedException {
    if (closing.getCount() == 0) {
      return;
    }
    try {
      switch (server.start(port)) {
        case Ready(Process started) -> {
          process = started;
          LOG.info("PostgreSQL is back on port {}", port);
        }
        case PortTaken _ -> {
          LOG.error("cannot restart PostgreSQL: port {} is taken by another program", port);
        }
        case StillInUse _ -> LOG.info("children of the killed PostgreSQL still live, trying again");
        case Failed(int exitCode, String words) -> {
          LOG.error("PostgreSQL ended with {} when it was started again: {}", exitCode, words);
        }
      }
    } catch (IOException e) {
      LOG.error("cannot restart PostgreSQL on {}", data.root(), e);
    }
  }

  public String jdbcUrl() {
    return url(DATABASE);
  }

  private String url(String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database);
  }

  public String user() {
    return PostgresServer.USER;
  }

  /** The generated password; not for logs. */
  public String password() {
    return password;
  }

  public int port() {
    return port;
  }

  /** The process id of PostgreSQL, another one after each restart. */
  public synchronized long pid() {
    return process.pid();
  }

  /** The data directory. */
  public Path directory() {
    return data.root();
  }

  /** Stops PostgreSQL, ending its connections, and lets go of the data directory. */
  @Override
  public void close() {
    closing.countDown();
    watchdog.interrupt();
    synchronized (this) {
      try {
        Postmaster.stop(process.toHandle());
      } catch (IOException e) {
        LOG.warn("cannot stop PostgreSQL {} in order: killing it", process.pid(), e);
        process.destroyForcibly();
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
      release(data, ephemeral);
    }
  }

  @Override
  public String toString() {
    return "EmbeddedPostgres[%s, port %d]".formatted(data.root(), port);
  }
}
