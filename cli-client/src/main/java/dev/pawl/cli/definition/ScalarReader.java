package dev.pawl.cli.definition;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import java.math.BigInteger;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Turns single YAML values into those of fields; what does not fit goes to the findings. */
final class ScalarReader {
  private final Findings findings;

  ScalarReader(Findings findings) {
    this.findings = findings;
  }

  @Nullable Object read(FieldDescriptor field, Node node, String path) {
    return switch (field.getJavaType()) {
      case STRING -> readText(node, path);
      case BOOLEAN -> {
        Optional<Boolean> value = Nodes.bool(node);
        yield value.isPresent() ? value.get() : wrong(node, path, "true or false");
      }
      case INT -> readInteger(node, path, Integer.MIN_VALUE, Integer.MAX_VALUE, true);
      case LONG -> readInteger(node, path, Long.MIN_VALUE, Long.MAX_VALUE, false);
      case DOUBLE -> {
        Optional<Double> value = Nodes.number(node);
        yield value.isPresent() ? value.get() : wrong(node, path, "a number");
      }
      case FLOAT -> {
        Optional<Double> value = Nodes.number(node);
        yield value.isPresent() ? (Object) value.get().floatValue() : wrong(node, path, "a number");
      }
      case ENUM -> readEnum(field.getEnumType(), node, path);
      case BYTE_STRING, MESSAGE ->
          throw new IllegalStateException("No field of a definition is of this type: " + field);
    };
  }

  private @Nullable Object readText(Node node, String path) {
    if (node instanceof ScalarNode text && Nodes.isText(node)) {
      return text.getValue();
    }
    if (node instanceof ScalarNode other && !Nodes.isNull(node)) {
      findings.add(
          Position.of(node),
          path,
          "must be text, is %s; quote it".formatted(Nodes.describe(node)),
          Optional.of("'" + other.getValue() + "'"));
      return null;
    }
    return wrong(node, path, "text");
  }

  private @Nullable Object readInteger(
      Node node, String path, long least, long most, boolean isInt) {
    Optional<BigInteger> value = Nodes.integer(node);
    if (value.isEmpty()) {
      return wrong(node, path, "a whole number");
    }
    BigInteger whole = value.get();
    if (whole.compareTo(BigInteger.valueOf(least)) < 0
        || whole.compareTo(BigInteger.valueOf(most)) > 0) {
      findings.add(
          Position.of(node), path, "must be from %d to %d, is %s".formatted(least, most, whole));
      return null;
    }
    return isInt ? (Object) whole.intValue() : (Object) whole.longValue();
  }

  private @Nullable Object readEnum(EnumDescriptor type, Node node, String path) {
    Map<String, EnumValueDescriptor> byName = new LinkedHashMap<>();
    String prefix = prefix(type);
    for (EnumValueDescriptor value : type.getValues()) {
      if (value.getNumber() != 0) {
        byName.put(value.getName().replaceFirst("^" + prefix, ""), value);
      }
    }
    if (!(node instanceof ScalarNode text) || !Nodes.isText(node)) {
      return wrong(node, path, "one of " + String.join(", ", byName.keySet()));
    }
    String name = text.getValue();
    EnumValueDescriptor value = byName.get(name);
    if (value == null && name.startsWith(prefix)) {
      value = byName.get(name.substring(prefix.length()));
    }
    if (value == null) {
      findings.add(
          Position.of(node),
          path,
          "must be one of %s, is %s"
              .formatted(String.join(", ", byName.keySet()), Nodes.describe(node)),
          Nearest.to(name, byName.keySet()));
    }
    return value;
  }

  /** PROFILE_ of Profile, VALUE_TYPE_ of ValueType. */
  private static String prefix(EnumDescriptor type) {
    return type.getName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toUpperCase(Locale.ROOT) + "_";
  }

  @Nullable Duration readDuration(Node node, String path) {
    if (node instanceof ScalarNode text && Nodes.isText(node)) {
      Optional<Duration> duration = DurationText.parse(text.getValue());
      if (duration.isPresent()) {
        return duration.get();
      }
    }
    if (node instanceof ScalarNode number && Nodes.number(node).isPresent()) {
      findings.add(
          Position.of(node),
          path,
          "must be a duration with its unit, is %s".formatted(Nodes.describe(node)),
          Optional.of(number.getValue() + "s"));
      return null;
    }
    wrong(node, path, "a duration such as 600s, 10m or 1h30m, of 10,000 years at most");
    return null;
  }

  @Nullable Timestamp readTimestamp(Node node, String path) {
    if (node instanceof ScalarNode text && Nodes.isText(node)) {
      try {
        return Timestamps.parse(text.getValue());
      } catch (ParseException e) {
        findings.add(
            Position.of(node),
            path,
            "must be an instant such as 2026-11-20T02:30:00Z, is " + Nodes.describe(node));
        return null;
      }
    }
    wrong(node, path, "an instant such as 2026-11-20T02:30:00Z");
    return null;
  }

  private @Nullable Object wrong(Node node, String path, String expected) {
    findings.add(
        Position.of(node), path, "must be %s, is %s".formatted(expected, Nodes.describe(node)));
    return null;
  }
}
