package dev.pawl.bench.chaos.node;

import dev.pawl.bench.BenchFailure;
import dev.pawl.bench.postgres.Postgres;
import dev.pawl.dev.postgres.EmbeddedPostgres;
import dev.pawl.dev.postgres.PostgresSettings;
import dev.pawl.dev.startup.StartupFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/** The durable PostgreSQL under all nodes; killed, it is started again by its watchdog. */
public final class Database implements AutoCloseable {
  private static final String SCHEMA = "pawl";
  private static final int ASK_SECONDS = 10;

  private final EmbeddedPostgres postgres;

  private Database(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  static Database start(Path directory) {
    try {
      return new Database(
          EmbeddedPostgres.persistent(
              directory, PostgresSettings.parse(List.of("max_connections=200"))));
    } catch (StartupFailure e) {
      throw new BenchFailure(1, String.valueOf(e.getMessage()));
    }
  }

  InetSocketAddress address() {
    return new InetSocketAddress(Loopback.address(1), postgres.port());
  }

  String user() {
    return postgres.user();
  }

  Path passwordFile() {
    return postgres.directory().resolve("password");
  }

  /** Past every proxy, as the instruments want it. */
  public Postgres forMeasuring() {
    return new Postgres(
        "%s?ApplicationName=pawl-bench&currentSchema=%s".formatted(postgres.jdbcUrl(), SCHEMA),
        postgres.password(),
        postgres.pid());
  }

  /** What PostgreSQL says about itself. */
  public Path log() {
    return postgres.directory().resolve("postgres.log");
  }

  /** Opens a connection past every proxy, which sees the nodes' schema. */
  public Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", postgres.user());
    properties.setProperty("password", postgres.password());
    properties.setProperty("currentSchema", SCHEMA);
    properties.setProperty("ApplicationName", "pawl-chaos");
    properties.setProperty("connectTimeout", Integer.toString(ASK_SECONDS));
    return DriverManager.getConnection(postgres.jdbcUrl(), properties);
  }

  /** When the server that runs now was started, in its own words. */
  public String startTime() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT pg_postmaster_start_time()::text")) {
      rows.next();
      return String.valueOf(rows.getString(1));
    }
  }

  public long pid() {
    return postgres.pid();
  }

  /** Ends the postmaster at once; its children follow when they notice. */
  public void kill() {
    ProcessHandle.of(postgres.pid()).ifPresent(ProcessHandle::destroyForcibly);
  }

  /** Stops it where it stands, with all its children. */
  public void pause() throws IOException, InterruptedException {
    Signals.stop(tree());
  }

  /** Lets it and its children go on. */
  public void goOn() throws IOException, InterruptedException {
    Signals.goOn(tree());
  }

  private Stream<ProcessHandle> tree() {
    return ProcessHandle.of(postgres.pid()).stream()
        .flatMap(postmaster -> Stream.concat(Stream.of(postmaster), postmaster.descendants()));
  }

  @Override
  public void close() {
    postgres.close();
  }
}
