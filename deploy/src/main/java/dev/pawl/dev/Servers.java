package dev.pawl.dev;

import dev.pawl.api.server.PawlServer;
import dev.pawl.api.server.ServerSettings;
import dev.pawl.api.server.ServerStartFailed;
import dev.pawl.dev.config.ServerConfiguration;
import dev.pawl.dev.config.ServerConfiguration.Database;
import dev.pawl.dev.postgres.DatabaseCheck;
import dev.pawl.dev.postgres.EmbeddedPostgres;
import dev.pawl.dev.startup.Ports;
import dev.pawl.dev.startup.StartupFailure;
import dev.pawl.dev.startup.StartupFailure.Reason;
import dev.pawl.engine.EngineSettings;
import dev.pawl.engine.cluster.ClusterSettings;
import dev.pawl.engine.journal.DatabaseSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts servers with the settings of a node of one or of a configuration file. */
final class Servers {
  private static final Logger LOG = LoggerFactory.getLogger(Servers.class);

  private static final int JOURNAL_CONNECTIONS = 4;
  private static final int VIEW_CONNECTIONS = 8;

  private Servers() {}

  /** A server on loopback over an embedded PostgreSQL, which has proven to be durable. */
  static PawlServer start(EmbeddedPostgres postgres, int port, OptionalInt metricsPort)
      throws StartupFailure {
    EngineSettings engine =
        EngineSettings.of(
            new DatabaseSettings(
                postgres.jdbcUrl(),
                postgres.user(),
                postgres.password(),
                JOURNAL_CONNECTIONS,
                VIEW_CONNECTIONS));
    return start(
        new ServerSettings(
            engine,
            InetAddress.getLoopbackAddress(),
            port,
            false,
            Optional.empty(),
            metricsPort.isPresent()
                ? Optional.of(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), metricsPort.getAsInt()))
                : Optional.empty(),
            "dev",
            version()));
  }

  /** A server as its configuration says, over a database that was found fit for it. */
  static PawlServer start(ServerConfiguration configuration) throws StartupFailure {
    Ports.requireFree(configuration.address(), configuration.port(), "pawl.listen.port");
    if (configuration.metrics().isPresent()) {
      InetSocketAddress metrics = configuration.metrics().get();
      Ports.requireFree(metrics.getAddress(), metrics.getPort(), "pawl.metrics.port");
    }
    requireFree(configuration.cluster());
    Database database = configuration.database();
    List<String> weak = DatabaseCheck.run(database.url(), database.user(), database.password());
    if (!weak.isEmpty()) {
      String weakness =
          "the database %s can lose what it has acknowledged: %s"
              .formatted(database.url(), String.join(", ", weak));
      if (database.requireDurability()) {
        throw new StartupFailure(
            Reason.DATABASE_NOT_DURABLE,
            weakness
                + ". Turn these settings on, or accept the loss with database.require-durability ="
                + " false.");
      }
      LOG.warn(weakness);
    }
    EngineSettings engine =
        new EngineSettings(
            new DatabaseSettings(
                database.url(),
                database.user(),
                database.password(),
                database.journalConnections(),
                database.viewConnections()),
            configuration.cluster(),
            configuration.heartbeatInterval(),
            configuration.leaseTimeToLive(),
            configuration.leaseGrace(),
            configuration.commandTimeout(),
            database.requireDurability(),
            configuration.auditKept(),
            configuration.logsKept());
    return start(
        new ServerSettings(
            engine,
            configuration.address(),
            configuration.port(),
            configuration.trustedNetwork(),
            configuration.tokens(),
            configuration.metrics(),
            "server",
            version()));
  }

  private static void requireFree(ClusterSettings cluster) throws StartupFailure {
    try {
      Ports.requireFree(InetAddress.getByName(cluster.host()), cluster.port(), "pawl.cluster.port");
    } catch (UnknownHostException e) {
      throw new IllegalStateException("the configuration was checked", e);
    }
  }

  private static PawlServer start(ServerSettings settings) throws StartupFailure {
    try {
      return PawlServer.start(settings);
    } catch (ServerStartFailed e) {
      throw new StartupFailure(
          switch (e.reason()) {
            case INSECURE_NETWORK, TOKENS_UNUSABLE -> Reason.CONFIGURATION_INVALID;
            case ADDRESS_UNUSABLE -> Reason.PORT_IN_USE;
            case ENGINE, UNDECLARED_PERMISSION -> Reason.SERVER_FAILED;
          },
          "the server cannot start: " + e.getMessage(),
          e);
    }
  }

  /** Where a server's metrics and health are, as {@code host:port}, if they are anywhere. */
  static Optional<String> metricsAddress(PawlServer server) {
    return server
        .metricsAddress()
        .map(address -> address.getAddress().getHostAddress() + ":" + address.getPort());
  }

  /** Of the jar that this came in; a build that is no release has none. */
  private static String version() {
    return Objects.requireNonNullElse(
        Servers.class.getPackage().getImplementationVersion(), "development");
  }
}
