package dev.pawl.dev.postgres;

import dev.pawl.dev.startup.StartupFailure;
import dev.pawl.dev.startup.StartupFailure.Reason;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;

/**
 * Asks a PostgreSQL, before anything depends on it, whether it can be reached and written, and
 * whether it keeps what it has acknowledged.
 */
public final class DatabaseCheck {
  /** The settings without which an acknowledged commit can be lost. */
  private static final List<String> DURABILITY =
      List.of("fsync", "synchronous_commit", "full_page_writes");

  private static final int CONNECT_SECONDS = 10;

  private DatabaseCheck() {}

  /**
   * Returns those settings of the database that let it lose what it has acknowledged, each as
   * {@code name=value}; refuses a database that cannot be reached, entered or written.
   */
  public static List<String> run(String url, String user, String password) throws StartupFailure {
    try (Connection connection = connect(url, user, password)) {
      if (show(connection, "transaction_read_only").equals("on")) {
        throw new StartupFailure(
            Reason.DATABASE_READ_ONLY,
            "the database %s is read-only (%s). Name the primary, or make the database writable for user %s."
                .formatted(
                    shown(url),
                    inRecovery(connection)
                        ? "it is a standby"
                        : "default_transaction_read_only is on",
                    user));
      }
      List<String> weak = new ArrayList<>();
      for (String setting : DURABILITY) {
        String value = show(connection, setting);
        if (value.equals("off")) {
          weak.add(setting + "=off");
        }
      }
      return List.copyOf(weak);
    } catch (SQLException e) {
      throw failure(url, user, e);
    }
  }

  static Connection connect(String url, String user, String password) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", Integer.toString(CONNECT_SECONDS));
    properties.setProperty("loginTimeout", Integer.toString(CONNECT_SECONDS));
    properties.setProperty("ApplicationName", "pawl");
    return DriverManager.getConnection(url, properties);
  }

  private static boolean inRecovery(Connection connection) throws SQLException {
    return first(connection, "SELECT pg_is_in_recovery()").equals("t");
  }

  private static String show(Connection connection, String setting) throws SQLException {
    return first(connection, "SHOW " + setting);
  }

  private static String first(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return Objects.requireNonNull(rows.getString(1), query);
    }
  }

  static StartupFailure failure(String url, String user, SQLException e) {
    String state = Objects.requireNonNullElse(e.getSQLState(), "");
    if (state.startsWith("28")) {
      return new StartupFailure(
          Reason.DATABASE_ACCESS_DENIED,
          "the database %s does not let user %s in: %s. Check the user and the password in the configuration."
              .formatted(shown(url), user, e.getMessage()),
          e);
    }
    if (state.equals("3D000")) {
      return new StartupFailure(
          Reason.DATABASE_UNREACHABLE,
          "the server at %s has no such database: %s. Create it with CREATE DATABASE, or name another in the configuration."
              .formatted(shown(url), e.getMessage()),
          e);
    }
    if (state.startsWith("08") || state.startsWith("57P")) {
      return new StartupFailure(
          Reason.DATABASE_UNREACHABLE,
          "cannot reach the database %s: %s Start PostgreSQL, or correct the address in the configuration."
              .formatted(shown(url), e.getMessage()),
          e);
    }
    return new StartupFailure(
        Reason.DATABASE_FAILED,
        "the database %s answered an error to user %s: %s"
            .formatted(shown(url), user, e.getMessage()),
        e);
  }

  /** An address without its parameters, which may hold a password. */
  private static String shown(String url) {
    int parameters = url.indexOf('?');
    return parameters < 0 ? url : url.substring(0, parameters);
  }
}
