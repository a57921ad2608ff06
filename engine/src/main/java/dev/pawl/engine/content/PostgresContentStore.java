package dev.pawl.engine.content;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.ByteString;
import dev.pawl.engine.journal.Database;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** Content in a table of PostgreSQL, each hash once, with what was used last in memory. */
public final class PostgresContentStore implements ContentStore {
  private static final long CACHED_BYTES = 16L * 1024 * 1024;
  private static final int ENTRY_OVERHEAD = 200;

  private final Database database;
  private final Executor blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final Cache<String, ByteString> cache =
      Caffeine.newBuilder()
          .maximumWeight(CACHED_BYTES)
          .weigher((String hash, ByteString bytes) -> bytes.size() + ENTRY_OVERHEAD)
          .build();

  public PostgresContentStore(Database database) {
    this.database = database;
  }

  /** The name of content: its SHA-256 in lower-case hexadecimal. */
  public static String hash(ByteString content) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      content.asReadOnlyByteBufferList().forEach(digest::update);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public CompletionStage<String> put(ByteString content) {
    String hash = hash(content);
    // What is in memory was read from the table or has been committed to it.
    if (cache.getIfPresent(hash) != null) {
      return CompletableFuture.completedFuture(hash);
    }
    return CompletableFuture.supplyAsync(
        () -> {
          database.ask(connection -> insert(connection, hash, content));
          cache.put(hash, content);
          return hash;
        },
        blocking);
  }

  @Override
  public CompletionStage<ByteString> get(String hash) {
    ByteString known = cache.getIfPresent(hash);
    return known != null
        ? CompletableFuture.completedFuture(known)
        : CompletableFuture.supplyAsync(() -> load(hash), blocking);
  }

  private ByteString load(String hash) {
    ByteString content =
        database
            .ask(connection -> select(connection, hash))
            .orElseThrow(
                () -> new NoSuchElementException("no content is stored under hash " + hash));
    cache.put(hash, content);
    return content;
  }

  private static int insert(Connection connection, String hash, ByteString content)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO content (hash, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING")) {
      statement.setBytes(1, HexFormat.of().parseHex(hash));
      statement.setBytes(2, content.toByteArray());
      return statement.executeUpdate();
    }
  }

  private static Optional<ByteString> select(Connection connection, String hash)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT bytes FROM content WHERE hash = ?")) {
      statement.setBytes(1, HexFormat.of().parseHex(hash));
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(ByteString.copyFrom(row.getBytes(1))) : Optional.empty();
      }
    }
  }
}
