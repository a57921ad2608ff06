package dev.pawl.engine.content;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Reads the values of payloads: the large ones are in the content store. */
public final class Payloads {
  private final ContentStore contents;

  public Payloads(ContentStore contents) {
    this.contents = contents;
  }

  /** The values of these payloads. */
  public CompletionStage<Map<String, Value>> resolve(Map<String, Payload> payloads) {
    Map<String, CompletableFuture<Value>> values = HashMap.newHashMap(payloads.size());
    payloads.forEach((name, payload) -> values.put(name, resolve(payload).toCompletableFuture()));
    return CompletableFuture.allOf(values.values().toArray(CompletableFuture[]::new))
        .thenApply(
            _ -> {
              Map<String, Value> resolved = HashMap.newHashMap(values.size());
              values.forEach((name, value) -> resolved.put(name, value.join()));
              return Map.copyOf(resolved);
            });
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
}
