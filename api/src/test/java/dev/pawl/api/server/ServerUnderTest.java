package dev.pawl.api.server;

import dev.pawl.engine.EngineSettings;
import dev.pawl.engine.journal.DatabaseSettings;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;

/** A whole node on a durable PostgreSQL of its own. */
final class ServerUnderTest implements AutoCloseable {
  private final EmbeddedPostgres postgres;
  private final Optional<Path> tokens;
  private PawlServer server;
  private ManagedChannel channel;

  private ServerUnderTest(EmbeddedPostgres postgres, Optional<Path> tokens)
      throws ServerStartFailed {
    this.postgres = postgres;
    this.tokens = tokens;
    this.server = PawlServer.start(settings(InetAddress.getLoopbackAddress(), tokens));
    this.channel = open(server);
  }

  /** One that takes every caller. */
  static ServerUnderTest start() throws IOException, ServerStartFailed {
    return new ServerUnderTest(postgres(), Optional.empty());
  }

  /** One that wants a token of every caller. */
  static ServerUnderTest start(Path tokens) throws IOException, ServerStartFailed {
    return new ServerUnderTest(postgres(), Optional.of(tokens));
  }

  private static EmbeddedPostgres postgres() throws IOException {
    return EmbeddedPostgres.builder()
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("full_page_writes", "on")
        .setServerConfig("max_connections", "100")
        .start();
  }

  private static ManagedChannel open(PawlServer server) {
    return NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
  }

  /** The settings of another server on the same PostgreSQL. */
  ServerSettings settings(InetAddress address, Optional<Path> withTokens) {
    return new ServerSettings(
        EngineSettings.of(
            new DatabaseSettings(
                postgres.getJdbcUrl("postgres", "postgres"), "postgres", "postgres", 8, 8)),
        address,
        0,
        false,
        withTokens,
        Optional.empty(),
        "dev",
        "test");
  }

  int port() {
    return server.port();
  }

  /** To it, without a token. */
  ManagedChannel channel() {
    return channel;
  }

  /** Stops it and starts another on the same PostgreSQL: there is a new channel. */
  void restart() throws ServerStartFailed {
    channel.shutdownNow();
    server.close();
    server = PawlServer.start(settings(InetAddress.getLoopbackAddress(), tokens));
    channel = open(server);
  }

  @Override
  public void close() throws IOException {
    channel.shutdownNow();
    server.close();
    postgres.close();
  }
}
