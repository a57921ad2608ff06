package dev.pawl.engine.content;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Value;
import dev.pawl.engine.definition.ValueType;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Values as payloads and back: what is too large for an event goes to the content store. */
public final class Payloads {
  private final ContentStore contents;

  public Payloads(ContentStore contents) {
    this.contents = contents;
  }

  /** Payloads of these values; the large ones are stored when the stage completes. */
  public CompletionStage<Map<String, Payload>> store(Map<String, Value> values) {
    return each(values, this::store);
  }

  /** The values of these payloads. */
  public CompletionStage<Map<String, Value>> resolve(Map<String, Payload> payloads) {
    return each(payloads, this::resolve);
  }

  private CompletionStage<Payload> store(Value value) {
    int size = value.getSerializedSize();
    if (size <= Payload.INLINE_LIMIT) {
      return CompletableFuture.completedFuture(new Payload.Inline(value));
    }
    if (size > Payload.LIMIT) {
      return CompletableFuture.failedFuture(
          new IllegalArgumentException(
              "a value of %d bytes is over the limit of %d bytes; hand on where it is instead"
                  .formatted(size, Payload.LIMIT)));
    }
    ByteString bytes = value.toByteString();
    return contents
        .put(bytes)
        .thenApply(hash -> new Payload.Stored(hash, bytes.size(), ValueType.of(value)));
  }

  private CompletionStage<Value> resolve(Payload payload) {
    return switch (payload) {
      case Payload.Inline(var value) -> CompletableFuture.completedFuture(value);
      case Payload.Stored(var hash, var _, var _) ->
          contents.get(hash).thenApply(bytes -> parse(hash, bytes));
    };
  }

  private static Value parse(String hash, ByteString bytes) {
    try {
      return Value.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the content " + hash + " is not a value", e);
    }
  }

  private static <A, B> CompletionStage<Map<String, B>> each(
      Map<String, A> all, Function<A, CompletionStage<B>> turn) {
    Map<String, CompletableFuture<B>> turning = HashMap.newHashMap(all.size());
    all.forEach((name, one) -> turning.put(name, turn.apply(one).toCompletableFuture()));
    return CompletableFuture.allOf(turning.values().toArray(CompletableFuture[]::new))
        .thenApply(
            _ -> {
              Map<String, B> turned = HashMap.newHashMap(turning.size());
              turning.forEach((name, one) -> turned.put(name, one.join()));
              return Map.copyOf(turned);
            });
  }
}
