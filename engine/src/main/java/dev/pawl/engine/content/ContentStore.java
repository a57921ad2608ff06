package dev.pawl.engine.content;

import com.google.protobuf.ByteString;
import java.util.concurrent.CompletionStage;

/**
 * Immutable bytes by their SHA-256 (in lower-case hexadecimal), stored once and cached per node.
 */
public interface ContentStore {

  /** Stores the bytes, durably when the stage completes, and gives their hash. */
  CompletionStage<String> put(ByteString content);

  /**
   * The bytes of a hash; fails with {@link java.util.NoSuchElementException} when there are none.
   */
  CompletionStage<ByteString> get(String hash);
}
