package dev.pawl.cli.definition;

import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.math.BigInteger;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** What YAML nodes hold, by the core schema of YAML 1.2, of which JSON is a part. */
final class Nodes {
  private static final BigInteger EXACT = BigInteger.TWO.pow(53);
  private static final int ECHO = 40;

  private Nodes() {}

  static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  static boolean isText(Node node) {
    return node instanceof ScalarNode && node.getTag().equals(Tag.STR);
  }

  /** A whole number: decimal, 0x or 0o. */
  static Optional<BigInteger> integer(Node node) {
    if (!(node instanceof ScalarNode scalar) || !node.getTag().equals(Tag.INT)) {
      return Optional.empty();
    }
    String text = scalar.getValue();
    try {
      if (text.startsWith("0x")) {
        return Optional.of(new BigInteger(text.substring(2), 16));
      }
      if (text.startsWith("0o")) {
        return Optional.of(new BigInteger(text.substring(2), 8));
      }
      return Optional.of(new BigInteger(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** A finite number. */
  static Optional<Double> number(Node node) {
    Optional<BigInteger> integer = integer(node);
    if (integer.isPresent()) {
      return integer.map(BigInteger::doubleValue);
    }
    if (!(node instanceof ScalarNode scalar) || !node.getTag().equals(Tag.FLOAT)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Double.parseDouble(scalar.getValue())).filter(Double::isFinite);
    } catch (NumberFormatException e) {
      // .inf and .nan
      return Optional.empty();
    }
  }

  static Optional<Boolean> bool(Node node) {
    if (!(node instanceof ScalarNode scalar) || !node.getTag().equals(Tag.BOOL)) {
      return Optional.empty();
    }
    return Optional.of(scalar.getValue().equalsIgnoreCase("true"));
  }

  /** Any JSON value; {@code findings} hears of what JSON cannot hold. */
  static Value value(Node node, String path, Findings findings, Budget budget) {
    if (!budget.spend(node, path, findings)) {
      return Value.getDefaultInstance();
    }
    return switch (node) {
      case MappingNode mapping ->
          Value.newBuilder().setStructValue(struct(mapping, path, findings, budget)).build();
      case SequenceNode sequence -> {
        budget.enter();
        ListValue.Builder list = ListValue.newBuilder();
        int index = 0;
        for (Node element : sequence.getValue()) {
          list.addValues(value(element, path + "[" + index++ + "]", findings, budget));
        }
        budget.leave();
        yield Value.newBuilder().setListValue(list).build();
      }
      case ScalarNode scalar -> scalar(scalar, path, findings);
      default -> throw new IllegalStateException("Not a node of a document: " + node);
    };
  }

  static Struct struct(MappingNode mapping, String path, Findings findings, Budget budget) {
    budget.enter();
    Struct.Builder struct = Struct.newBuilder();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        findings.add(Position.of(tuple.getKeyNode()), path, "a key must be text");
        continue;
      }
      String keyPath = MessageReader.keyPath(path, key.getValue());
      if (struct.containsFields(key.getValue())) {
        findings.add(Position.of(key), keyPath, "is there twice; remove one");
        continue;
      }
      struct.putFields(key.getValue(), value(tuple.getValueNode(), keyPath, findings, budget));
    }
    budget.leave();
    return struct.build();
  }

  private static Value scalar(ScalarNode node, String path, Findings findings) {
    Value.Builder value = Value.newBuilder();
    if (isNull(node)) {
      return value.setNullValue(NullValue.NULL_VALUE).build();
    }
    if (isText(node)) {
      return value.setStringValue(node.getValue()).build();
    }
    Optional<Boolean> bool = bool(node);
    if (bool.isPresent()) {
      return value.setBoolValue(bool.get()).build();
    }
    Optional<Double> number = number(node);
    if (number.isEmpty()) {
      findings.add(
          Position.of(node), path, describe(node) + " is nothing that JSON can hold; quote it");
      return value.build();
    }
    if (integer(node).filter(whole -> whole.abs().compareTo(EXACT) > 0).isPresent()) {
      findings.add(
          Position.of(node),
          path,
          describe(node) + " is above 2^53 and would lose digits as a JSON number; quote it");
    }
    return value.setNumberValue(number.get()).build();
  }

  /** What somebody wrote, for messages. */
  static String describe(Node node) {
    if (node instanceof MappingNode) {
      return "a mapping";
    }
    if (node instanceof SequenceNode) {
      return "a list";
    }
    String text = node instanceof ScalarNode scalar ? scalar.getValue() : "";
    String echo = text.length() > ECHO ? text.substring(0, ECHO) + "..." : text;
    if (isNull(node)) {
      return "nothing";
    }
    if (isText(node)) {
      return "the text \"" + echo.replace("\n", "\\n") + "\"";
    }
    if (node.getTag().equals(Tag.INT) || node.getTag().equals(Tag.FLOAT)) {
      return "the number " + echo;
    }
    return node.getTag().equals(Tag.BOOL) ? echo : "the " + node.getTag().getValue() + " " + echo;
  }
}
