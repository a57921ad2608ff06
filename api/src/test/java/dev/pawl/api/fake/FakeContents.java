package dev.pawl.api.fake;

import com.google.protobuf.ByteString;
import dev.pawl.engine.content.ContentStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** A content store in memory that can be told to fail or to wait. */
public final class FakeContents implements ContentStore {
  public final Map<String, ByteString> stored = new ConcurrentHashMap<>();

  /** What every call waits for. */
  public volatile CompletableFuture<?> gate = CompletableFuture.completedFuture(null);

  @Override
  public CompletionStage<String> put(ByteString content) {
    String hash = hash(content);
    return gate.thenApply(
        _ -> {
          stored.put(hash, content);
          return hash;
        });
  }

  @Override
  public CompletionStage<ByteString> get(String hash) {
    return gate.thenApply(
        _ ->
            Optional.ofNullable(stored.get(hash))
                .orElseThrow(() -> new NoSuchElementException("no content " + hash)));
  }

  static String hash(ByteString content) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(content.toByteArray()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
