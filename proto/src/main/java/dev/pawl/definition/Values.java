package dev.pawl.definition;

import com.google.protobuf.Value;
import dev.pawl.v1.ValueType;
import java.util.Optional;

/** Whether a value is of a declared type. */
public final class Values {
  private static final double LARGEST_INTEGER = 9_007_199_254_740_992.0;

  private Values() {}

  /** Why the value is not of the type; empty when it is. An unspecified type is STRING. */
  public static Optional<String> mismatch(ValueType type, Value value) {
    boolean fits =
        switch (type) {
          case VALUE_TYPE_UNSPECIFIED, VALUE_TYPE_STRING -> value.hasStringValue();
          case VALUE_TYPE_INTEGER ->
              value.hasNumberValue()
                  && value.getNumberValue() == Math.rint(value.getNumberValue())
                  && Math.abs(value.getNumberValue()) <= LARGEST_INTEGER;
          case VALUE_TYPE_NUMBER ->
              value.hasNumberValue() && Double.isFinite(value.getNumberValue());
          case VALUE_TYPE_BOOLEAN -> value.hasBoolValue();
          case VALUE_TYPE_LIST -> value.hasListValue();
          case VALUE_TYPE_OBJECT -> value.hasStructValue();
          case UNRECOGNIZED -> true;
        };
    return fits
        ? Optional.empty()
        : Optional.of("must be of type %s, is %s".formatted(name(type), describe(value)));
  }

  private static String name(ValueType type) {
    return switch (type) {
      case VALUE_TYPE_UNSPECIFIED, VALUE_TYPE_STRING -> "STRING";
      case VALUE_TYPE_INTEGER -> "INTEGER (a whole number of at most 2^53)";
      case VALUE_TYPE_NUMBER -> "NUMBER";
      case VALUE_TYPE_BOOLEAN -> "BOOLEAN";
      case VALUE_TYPE_LIST -> "LIST";
      case VALUE_TYPE_OBJECT -> "OBJECT";
      case UNRECOGNIZED -> "UNRECOGNIZED";
    };
  }

  private static String describe(Value value) {
    return switch (value.getKindCase()) {
      case STRING_VALUE -> "the string " + Texts.quote(value.getStringValue());
      case NUMBER_VALUE -> "the number " + number(value.getNumberValue());
      case BOOL_VALUE -> "the boolean " + value.getBoolValue();
      case LIST_VALUE -> "a list";
      case STRUCT_VALUE -> "an object";
      case NULL_VALUE -> "null";
      case KIND_NOT_SET -> "nothing";
    };
  }

  private static String number(double number) {
    return number == Math.rint(number) && Math.abs(number) <= LARGEST_INTEGER
        ? Long.toString((long) number)
        : Double.toString(number);
  }
}
