package dev.pawl.engine.postgres;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;

/** An embedded PostgreSQL that is as durable as a real one, and can be stopped and started. */
public final class PostgresServer implements AutoCloseable {
  private final Path directory;
  private EmbeddedPostgres running;

  public PostgresServer(Path directory) {
    this.directory = directory;
    this.running = start(directory, 0);
  }

  private static EmbeddedPostgres start(Path directory, int port) {
    try {
      EmbeddedPostgres.Builder builder =
          EmbeddedPostgres.builder()
              .setDataDirectory(directory)
              .setCleanDataDirectory(false)
              .setPGStartupWait(Duration.ofSeconds(60))
              .setServerConfig("fsync", "on")
              .setServerConfig("synchronous_commit", "on")
              .setServerConfig("full_page_writes", "on")
              .setServerConfig("max_connections", "200");
      return (port == 0 ? builder : builder.setPort(port)).start();
    } catch (IOException e) {
      throw new UncheckedIOException("PostgreSQL does not start", e);
    }
  }

  public int port() {
    return running.getPort();
  }

  /** A database of it. */
  public TestDatabase database(String name) {
    return new TestDatabase(
        "jdbc:postgresql://localhost:" + port() + "/" + name, "postgres", "postgres");
  }

  public void stop() {
    try {
      running.close();
    } catch (IOException e) {
      throw new UncheckedIOException("PostgreSQL does not stop", e);
    }
  }

  /** Starts it again, on the same port, with the same data. */
  public void restart() {
    running = start(directory, port());
  }

  @Override
  public void close() {
    stop();
  }
}
