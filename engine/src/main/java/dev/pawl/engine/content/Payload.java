package dev.pawl.engine.content;

import com.google.protobuf.Value;
import dev.pawl.engine.definition.ValueType;

/** One parameter, input or output: inline up to 16 KiB, else by the hash of its stored bytes. */
public sealed interface Payload {

  /** The most bytes that one value may have inline. */
  int INLINE_LIMIT = 16 * 1024;

  /** The most bytes that one value may have at all. */
  int LIMIT = 1024 * 1024;

  /** What the value is. */
  ValueType type();

  /** A small value. */
  record Inline(Value value) implements Payload {
    @Override
    public ValueType type() {
      return ValueType.of(value);
    }
  }

  /** A large value in the content store: the bytes of a {@code google.protobuf.Value}. */
  record Stored(String hash, int size, ValueType type) implements Payload {}
}
