package dev.pawl.api.value;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pawl.api.call.Commands;
import dev.pawl.engine.content.ContentStore;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.content.Payloads;
import dev.pawl.engine.definition.ValueType;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Structs of the contract as payloads of the engine, and back. */
public final class Structs {
  /** Of all values that one event or message has inline. */
  private static final int INLINE_TOTAL = 128 * 1024;

  private final ContentStore contents;
  private final Payloads payloads;

  public Structs(ContentStore contents, Payloads payloads) {
    this.contents = contents;
    this.payloads = payloads;
  }

  /**
   * The fields as payloads. What is too large for an event, by itself or together with the others,
   * is in the content store when the stage completes.
   */
  public CompletionStage<Map<String, Payload>> store(Struct struct) {
    return each(struct, contents::put);
  }

  /** The fields as payloads that name content which is not stored. */
  public CompletionStage<Map<String, Payload>> storeNothing(Struct struct) {
    return each(
        struct,
        bytes ->
            CompletableFuture.completedFuture(
                HexFormat.of().formatHex(Commands.sha256().digest(bytes.toByteArray()))));
  }

  private static CompletionStage<Map<String, Payload>> each(
      Struct struct, Function<ByteString, CompletionStage<String>> put) {
    List<Map.Entry<String, Value>> smallestFirst =
        struct.getFieldsMap().entrySet().stream()
            .sorted(Comparator.comparingInt(field -> field.getValue().getSerializedSize()))
            .toList();
    Map<String, CompletableFuture<Payload>> turning = HashMap.newHashMap(struct.getFieldsCount());
    int inline = 0;
    for (Map.Entry<String, Value> field : smallestFirst) {
      Value value = field.getValue();
      int size = value.getSerializedSize();
      inline += size;
      if (size <= Payload.INLINE_LIMIT && inline <= INLINE_TOTAL) {
        turning.put(field.getKey(), CompletableFuture.completedFuture(new Payload.Inline(value)));
      } else {
        ByteString bytes = ByteString.copyFrom(Commands.deterministic(value));
        turning.put(
            field.getKey(),
            put.apply(bytes)
                .<Payload>thenApply(
                    hash -> new Payload.Stored(hash, bytes.size(), ValueType.of(value)))
                .toCompletableFuture());
      }
    }
    return CompletableFuture.allOf(turning.values().toArray(CompletableFuture[]::new))
        .thenApply(
            _ -> {
              Map<String, Payload> turned = HashMap.newHashMap(turning.size());
              turning.forEach((name, payload) -> turned.put(name, payload.join()));
              return turned;
            });
  }

  /** The struct of these payloads. */
  public CompletionStage<Struct> load(Map<String, Payload> fields) {
    return fields.isEmpty()
        ? CompletableFuture.completedFuture(Struct.getDefaultInstance())
        : payloads
            .resolve(fields)
            .thenApply(values -> Struct.newBuilder().putAllFields(values).build());
  }
}
