package dev.pawl.engine.postgres;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each test class a fresh database of one PostgreSQL: an embedded one that starts once, or
 * the server of {@code PAWL_TEST_PG_URL} (a JDBC URL), {@code PAWL_TEST_PG_USER} and {@code
 * PAWL_TEST_PG_PASSWORD} (both "postgres" when unset), who may create databases.
 */
public final class PostgresExtension implements ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(PostgresExtension.class);
  private static final AtomicInteger DATABASES = new AtomicInteger();

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestDatabase.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    ExtensionContext.Store store = context.getRoot().getStore(NAMESPACE);
    Server server = store.getOrComputeIfAbsent(Server.class, _ -> Server.start(), Server.class);
    return store.getOrComputeIfAbsent(
        context.getRequiredTestClass(), _ -> server.fresh(), TestDatabase.class);
  }

  private record Server(TestDatabase admin, @Nullable PostgresServer own, @Nullable Path directory)
      implements AutoCloseable {
    static Server start() {
      String url = System.getenv("PAWL_TEST_PG_URL");
      if (url != null) {
        return new Server(
            new TestDatabase(
                url, environment("PAWL_TEST_PG_USER"), environment("PAWL_TEST_PG_PASSWORD")),
            null,
            null);
      }
      try {
        Path directory = Files.createTempDirectory("pawl-test-pg");
        PostgresServer server = new PostgresServer(directory);
        return new Server(server.database("postgres"), server, directory);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    TestDatabase fresh() {
      String name = "t" + ProcessHandle.current().pid() + "_" + DATABASES.incrementAndGet();
      try (Connection connection = adminConnection();
          var statement = connection.createStatement()) {
        statement.execute("CREATE DATABASE " + name);
      } catch (SQLException e) {
        throw new IllegalStateException("no database can be made", e);
      }
      return new TestDatabase(
          admin.url().replaceFirst("(jdbc:postgresql://[^/]*/)[^?]*", "$1" + name),
          admin.user(),
          admin.password());
    }

    private Connection adminConnection() throws SQLException {
      return DriverManager.getConnection(admin.url(), admin.user(), admin.password());
    }

    private static String environment(String name) {
      String value = System.getenv(name);
      return value == null ? "postgres" : value;
    }

    @Override
    public void close() throws IOException {
      if (own != null && directory != null) {
        own.close();
        try (Stream<Path> files = Files.walk(directory)) {
          files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
      }
    }
  }
}
