package dev.pawl.worker.json;

import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.math.BigDecimal;
import java.util.Map;

/**
 * JSON text of a {@link Value}, and back.
 *
 * <p>Whole numbers up to 2^53 are written without a fraction, which protobuf's own printer does not
 * do.
 */
public final class Json {
  /** The greatest whole number that a double, and so JSON in practice, carries exactly. */
  public static final double MAX_EXACT = 9_007_199_254_740_992d;

  private static final int MAX_DEPTH = 100;

  private Json() {}

  /** Writes one value. */
  public static String write(Value value) {
    StringBuilder out = new StringBuilder();
    write(value, out);
    return out.toString();
  }

  /** Writes one object. */
  public static String write(Struct struct) {
    StringBuilder out = new StringBuilder();
    write(struct, out);
    return out.toString();
  }

  /** Reads exactly one value. */
  public static Value parse(String text) throws JsonException {
    Parser parser = new Parser(text);
    Value value = parser.value(0);
    parser.end();
    return value;
  }

  /** Writes a number as JSON does; whole ones without a fraction. */
  public static String write(double number) {
    if (number == Math.rint(number) && Math.abs(number) <= MAX_EXACT) {
      return Long.toString((long) number);
    }
    return new BigDecimal(Double.toString(number)).toString();
  }

  private static void write(Value value, StringBuilder out) {
    switch (value.getKindCase()) {
      case NULL_VALUE, KIND_NOT_SET -> out.append("null");
      case NUMBER_VALUE -> {
        double number = value.getNumberValue();
        out.append(Double.isFinite(number) ? write(number) : "null");
      }
      case STRING_VALUE -> quote(value.getStringValue(), out);
      case BOOL_VALUE -> out.append(value.getBoolValue());
      case STRUCT_VALUE -> write(value.getStructValue(), out);
      case LIST_VALUE -> {
        out.append('[');
        String separator = "";
        for (Value element : value.getListValue().getValuesList()) {
          out.append(separator);
          write(element, out);
          separator = ",";
        }
        out.append(']');
      }
    }
  }

  private static void write(Struct struct, StringBuilder out) {
    out.append('{');
    String separator = "";
    for (Map.Entry<String, Value> field : struct.getFieldsMap().entrySet()) {
      out.append(separator);
      quote(field.getKey(), out);
      out.append(':');
      write(field.getValue(), out);
      separator = ",";
    }
    out.append('}');
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20) {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    Value value(int depth) throws JsonException {
      if (depth > MAX_DEPTH) {
        throw wrong("nothing nested deeper than " + MAX_DEPTH);
      }
      space();
      if (at == text.length()) {
        throw wrong("a value");
      }
      return switch (text.charAt(at)) {
        case '{' -> Value.newBuilder().setStructValue(object(depth)).build();
        case '[' -> Value.newBuilder().setListValue(list(depth)).build();
        case '"' -> Value.newBuilder().setStringValue(string()).build();
        case 't' -> literal("true", Value.newBuilder().setBoolValue(true).build());
        case 'f' -> literal("false", Value.newBuilder().setBoolValue(false).build());
        case 'n' -> literal("null", Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build());
        default -> number();
      };
    }

    void end() throws JsonException {
      space();
      if (at < text.length()) {
        throw wrong("the end");
      }
    }

    private Struct object(int depth) throws JsonException {
      Struct.Builder struct = Struct.newBuilder();
      at++;
      space();
      if (accept('}')) {
        return struct.build();
      }
      do {
        space();
        if (at == text.length() || text.charAt(at) != '"') {
          throw wrong("a field name in quotes");
        }
        String name = string();
        space();
        if (!accept(':')) {
          throw wrong("':'");
        }
        struct.putFields(name, value(depth + 1));
        space();
      } while (accept(','));
      if (!accept('}')) {
        throw wrong("',' or '}'");
      }
      return struct.build();
    }

    private ListValue list(int depth) throws JsonException {
      ListValue.Builder list = ListValue.newBuilder();
      at++;
      space();
      if (accept(']')) {
        return list.build();
      }
      do {
        list.addValues(value(depth + 1));
        space();
      } while (accept(','));
      if (!accept(']')) {
        throw wrong("',' or ']'");
      }
      return list.build();
    }

    private String string() throws JsonException {
      StringBuilder out = new StringBuilder();
      at++;
      while (at < text.length()) {
        char c = text.charAt(at++);
        if (c == '"') {
          return out.toString();
        }
        if (c < 0x20) {
          at--;
          throw wrong("no control character inside a string");
        }
        out.append(c == '\\' ? escaped() : c);
      }
      throw wrong("'\"'");
    }

    private char escaped() throws JsonException {
      if (at == text.length()) {
        throw wrong("an escape");
      }
      char c = text.charAt(at++);
      return switch (c) {
        case '"', '\\', '/' -> c;
        case 'b' -> '\b';
        case 'f' -> '\f';
        case 'n' -> '\n';
        case 'r' -> '\r';
        case 't' -> '\t';
        case 'u' -> {
          if (at + 4 > text.length() || !text.substring(at, at + 4).matches("[0-9a-fA-F]{4}")) {
            throw wrong("four hexadecimal digits");
          }
          at += 4;
          yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
        }
        default -> {
          at--;
          throw wrong("an escape that JSON knows");
        }
      };
    }

    private Value number() throws JsonException {
      int start = at;
      while (at < text.length() && "+-0123456789.eE".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      String digits = text.substring(start, at);
      if (!digits.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
        at = start;
        throw wrong("a value");
      }
      double number = Double.parseDouble(digits);
      if (!Double.isFinite(number)) {
        at = start;
        throw wrong("a number that fits into 64 bits");
      }
      return Value.newBuilder().setNumberValue(number).build();
    }

    private Value literal(String word, Value value) throws JsonException {
      if (!text.startsWith(word, at)) {
        throw wrong("a value");
      }
      at += word.length();
      return value;
    }

    private boolean accept(char c) {
      if (at < text.length() && text.charAt(at) == c) {
        at++;
        return true;
      }
      return false;
    }

    private void space() {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }

    private JsonException wrong(String expected) {
      String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
      return new JsonException(
          "expected %s but found %s at character %d".formatted(expected, found, at + 1));
    }
  }
}
