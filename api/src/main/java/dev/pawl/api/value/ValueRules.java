package dev.pawl.api.value;

import com.google.protobuf.Value;
import dev.pawl.definition.ValueDepth;
import dev.pawl.engine.content.Payload;
import java.util.Map;
import java.util.Optional;

/** What a value that enters the system must be, whatever its declared type. */
public final class ValueRules {
  private ValueRules() {}

  /** Why a value is refused; empty when it may enter. */
  public static Optional<String> fault(Value value) {
    return ValueDepth.fault(value).or(() -> tooLarge(value)).or(() -> within(value));
  }

  private static Optional<String> tooLarge(Value value) {
    int bytes = value.getSerializedSize();
    return bytes > Payload.LIMIT
        ? Optional.of(
            "has %,d bytes; at most %,d: hand on where it is instead"
                .formatted(bytes, Payload.LIMIT))
        : Optional.empty();
  }

  private static Optional<String> within(Value value) {
    return switch (value.getKindCase()) {
      case NUMBER_VALUE ->
          Double.isFinite(value.getNumberValue())
              ? Optional.empty()
              : Optional.of("holds a number that JSON cannot carry");
      case LIST_VALUE ->
          value.getListValue().getValuesList().stream()
              .flatMap(element -> within(element).stream())
              .findFirst();
      case STRUCT_VALUE ->
          value.getStructValue().getFieldsMap().entrySet().stream()
              .map(Map.Entry::getValue)
              .flatMap(field -> within(field).stream())
              .findFirst();
      case STRING_VALUE, BOOL_VALUE, NULL_VALUE -> Optional.empty();
      case KIND_NOT_SET -> Optional.of("holds a value of no kind");
    };
  }
}
