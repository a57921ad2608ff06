package dev.pawl.cli.run;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import dev.pawl.v1.ValueType;

/** Turns what was typed for a parameter into a value of the declared type. */
final class ParameterText {
  private ParameterText() {}

  /**
   * JSON when the type wants it and the text is such; else the text itself, for the server to
   * judge.
   */
  static Value toValue(String text, ValueType type) {
    Value typed = Value.newBuilder().setStringValue(text).build();
    if (type == ValueType.VALUE_TYPE_STRING || type == ValueType.VALUE_TYPE_UNSPECIFIED) {
      return typed;
    }
    Value.Builder parsed = Value.newBuilder();
    try {
      JsonFormat.parser().merge(text, parsed);
    } catch (InvalidProtocolBufferException e) {
      return typed;
    }
    return fits(parsed.build(), type) ? parsed.build() : typed;
  }

  private static boolean fits(Value value, ValueType type) {
    return switch (type) {
      case VALUE_TYPE_INTEGER, VALUE_TYPE_NUMBER -> value.hasNumberValue();
      case VALUE_TYPE_BOOLEAN -> value.hasBoolValue();
      case VALUE_TYPE_LIST -> value.hasListValue();
      case VALUE_TYPE_OBJECT -> value.hasStructValue();
      case VALUE_TYPE_STRING, VALUE_TYPE_UNSPECIFIED, UNRECOGNIZED -> false;
    };
  }
}
