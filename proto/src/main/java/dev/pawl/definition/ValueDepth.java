package dev.pawl.definition;

import com.google.protobuf.Value;
import java.util.Optional;

/** How deep a value may be nested, so that a message that holds it can still be read. */
public final class ValueDepth {
  /**
   * The most levels of a value, itself counted. Protobuf reads no message that is nested more than
   * 100 deep, and an object in an object is three levels of that.
   */
  public static final int DEEPEST = 24;

  private ValueDepth() {}

  /** Whether a value has more levels than it may have, however many more. */
  public static boolean exceeded(Value value) {
    return exceeded(value, DEEPEST);
  }

  /** Why a value may not enter; empty when it has no more levels than it may have. */
  public static Optional<String> fault(Value value) {
    return exceeded(value)
        ? Optional.of("is nested more than %d deep".formatted(DEEPEST))
        : Optional.empty();
  }

  private static boolean exceeded(Value value, int left) {
    if (left == 0) {
      return true;
    }
    return switch (value.getKindCase()) {
      case LIST_VALUE ->
          value.getListValue().getValuesList().stream()
              .anyMatch(element -> exceeded(element, left - 1));
      case STRUCT_VALUE ->
          value.getStructValue().getFieldsMap().values().stream()
              .anyMatch(field -> exceeded(field, left - 1));
      case STRING_VALUE, NUMBER_VALUE, BOOL_VALUE, NULL_VALUE, KIND_NOT_SET -> false;
    };
  }
}
