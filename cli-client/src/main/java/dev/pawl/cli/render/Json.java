package dev.pawl.cli.render;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Messages in their proto3 JSON form. */
public final class Json {
  private Json() {}

  public static String pretty(MessageOrBuilder message) {
    return print(JsonFormat.printer(), message);
  }

  public static String line(MessageOrBuilder message) {
    return print(JsonFormat.printer().omittingInsignificantWhitespace(), message);
  }

  private static String print(JsonFormat.Printer printer, MessageOrBuilder message) {
    try {
      return withoutEmptyFractions(printer.print(message));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("The answer holds a type this client does not know.", e);
    }
  }

  /** A whole number as everybody writes it, 3: the printer gives every number of a value as 3.0. */
  private static String withoutEmptyFractions(String json) {
    StringBuilder out = new StringBuilder(json.length());
    boolean quoted = false;
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c == '.' && !quoted && isEmptyFraction(json, i)) {
        i++;
        continue;
      }
      out.append(c);
      if (c == '\\') {
        i++;
        out.append(json.charAt(i));
      } else if (c == '"') {
        quoted = !quoted;
      }
    }
    return out.toString();
  }

  private static boolean isEmptyFraction(String json, int dot) {
    char next = dot + 2 < json.length() ? json.charAt(dot + 2) : ' ';
    return json.startsWith(".0", dot) && next != 'E' && !Character.isDigit(next);
  }

  /** The JSON form written as YAML. */
  public static String yaml(MessageOrBuilder message) {
    DumpSettings settings =
        DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).setWidth(120).build();
    return new Dump(settings).dumpToString(plain(JsonParser.parseString(line(message))));
  }

  private static @Nullable Object plain(JsonElement element) {
    if (element.isJsonObject()) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      element.getAsJsonObject().asMap().forEach((key, value) -> map.put(key, plain(value)));
      return map;
    }
    if (element.isJsonArray()) {
      List<@Nullable Object> list = new ArrayList<>();
      element.getAsJsonArray().forEach(value -> list.add(plain(value)));
      return list;
    }
    if (element.isJsonNull()) {
      return null;
    }
    var primitive = element.getAsJsonPrimitive();
    if (primitive.isNumber()) {
      BigDecimal number = primitive.getAsBigDecimal();
      return number.stripTrailingZeros().scale() <= 0
          ? number.toBigInteger()
          : (Object) number.doubleValue();
    }
    return primitive.isBoolean() ? (Object) primitive.getAsBoolean() : primitive.getAsString();
  }

  /** A value for people: strings as they are, everything else as JSON. */
  public static String value(Value value) {
    return switch (value.getKindCase()) {
      case STRING_VALUE -> value.getStringValue();
      case NUMBER_VALUE -> number(value.getNumberValue());
      case NULL_VALUE, BOOL_VALUE, STRUCT_VALUE, LIST_VALUE -> line(value);
      case KIND_NOT_SET -> "";
    };
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /** One {@code name=value} per line. */
  public static String values(Map<String, Value> fields) {
    return fields.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> entry.getKey() + "=" + value(entry.getValue()))
        .collect(Collectors.joining("\n"));
  }

  public static String labels(Map<String, String> labels) {
    return labels.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(","));
  }
}
