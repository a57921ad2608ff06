package dev.pawl.cli.definition;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Turns YAML nodes into a message by its descriptor, and notes where each field was. */
final class MessageReader {
  private static final Pattern PLAIN_KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final Findings findings;
  private final Positions positions;
  private final Budget budget = new Budget();
  private final ScalarReader scalars;
  private final Map<Descriptor, Map<String, FieldDescriptor>> fields = new HashMap<>();

  MessageReader(Findings findings, Positions positions) {
    this.findings = findings;
    this.positions = positions;
    this.scalars = new ScalarReader(findings);
  }

  /** Fills a message; what is wrong goes to the findings and is left out. */
  void read(Message.Builder message, Node node, String path) {
    if (!(node instanceof MappingNode mapping)) {
      findings.add(
          Position.of(node), path, "must be a mapping of fields, is " + Nodes.describe(node));
      return;
    }
    if (!budget.spend(node, path, findings)) {
      return;
    }
    budget.enter();
    Map<String, FieldDescriptor> known =
        fields.computeIfAbsent(message.getDescriptorForType(), MessageReader::fieldsOf);
    Map<String, Node> seen = new HashMap<>();
    Map<OneofDescriptor, FieldDescriptor> chosen = new HashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Node keyNode = tuple.getKeyNode();
      if (!(keyNode instanceof ScalarNode key)) {
        findings.add(
            Position.of(keyNode),
            path,
            "a field's name must be text, is " + Nodes.describe(keyNode));
        continue;
      }
      String name = key.getValue();
      String fieldPath = fieldPath(path, name);
      Node earlier = seen.putIfAbsent(name, key);
      if (earlier != null) {
        findings.add(
            Position.of(key),
            fieldPath,
            "is there twice, first in line " + Position.of(earlier).line() + "; remove one");
        continue;
      }
      FieldDescriptor field = known.get(name);
      if (field == null) {
        unknown(key, path, known);
        continue;
      }
      Node value = tuple.getValueNode();
      positions.put(fieldPath, Position.of(value instanceof ScalarNode ? value : key));
      if (Nodes.isNull(value) && !isAnyValue(field)) {
        // As in proto3 JSON: null is absent.
        positions.put(fieldPath, Position.of(key));
        continue;
      }
      OneofDescriptor oneof = field.getRealContainingOneof();
      FieldDescriptor other = oneof == null ? null : chosen.putIfAbsent(oneof, field);
      if (other != null) {
        findings.add(
            Position.of(key),
            fieldPath,
            "only one of %s may be there, and %s already is"
                .formatted(names(field.getRealContainingOneof()), other.getJsonName()));
        continue;
      }
      readField(message, field, value, fieldPath);
    }
    budget.leave();
  }

  private void readField(Message.Builder message, FieldDescriptor field, Node value, String path) {
    if (field.isMapField()) {
      readMap(message, field, value, path);
    } else if (field.isRepeated()) {
      readList(message, field, value, path);
    } else {
      Object read = readOne(message, field, value, path);
      if (read != null) {
        message.setField(field, read);
      }
    }
  }

  private void readList(Message.Builder message, FieldDescriptor field, Node value, String path) {
    if (!(value instanceof SequenceNode sequence)) {
      findings.add(Position.of(value), path, "must be a list, is " + Nodes.describe(value));
      return;
    }
    int index = 0;
    for (Node element : sequence.getValue()) {
      String elementPath = path + "[" + index++ + "]";
      positions.put(elementPath, Position.of(element));
      Object read = readOne(message, field, element, elementPath);
      if (read != null) {
        message.addRepeatedField(field, read);
      } else {
        // Keeps the places of those that follow.
        message.addRepeatedField(field, nothing(message, field));
      }
    }
  }

  private void readMap(Message.Builder message, FieldDescriptor field, Node value, String path) {
    if (!(value instanceof MappingNode mapping)) {
      findings.add(Position.of(value), path, "must be a mapping, is " + Nodes.describe(value));
      return;
    }
    FieldDescriptor keyField = field.getMessageType().findFieldByNumber(1);
    FieldDescriptor valueField = field.getMessageType().findFieldByNumber(2);
    Map<String, Node> seen = new HashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        findings.add(Position.of(tuple.getKeyNode()), path, "a key must be text");
        continue;
      }
      String entryPath = keyPath(path, key.getValue());
      Node earlier = seen.putIfAbsent(key.getValue(), key);
      if (earlier != null) {
        findings.add(
            Position.of(key),
            entryPath,
            "is there twice, first in line " + Position.of(earlier).line() + "; remove one");
        continue;
      }
      Node entryValue = tuple.getValueNode();
      positions.put(entryPath, Position.of(entryValue instanceof ScalarNode ? entryValue : key));
      Message.Builder entry = message.newBuilderForField(field);
      Object read = readOne(entry, valueField, entryValue, entryPath);
      if (read != null) {
        entry.setField(keyField, key.getValue());
        entry.setField(valueField, read);
        message.addRepeatedField(field, entry.build());
      }
    }
  }

  private @Nullable Object readOne(
      Message.Builder parent, FieldDescriptor field, Node value, String path) {
    if (!budget.spend(value, path, findings)) {
      return null;
    }
    if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
      return scalars.read(field, value, path);
    }
    return switch (field.getMessageType().getFullName()) {
      case "google.protobuf.Duration" -> scalars.readDuration(value, path);
      case "google.protobuf.Timestamp" -> scalars.readTimestamp(value, path);
      case "google.protobuf.Value" -> Nodes.value(value, path, findings, budget);
      case "google.protobuf.Struct" -> {
        if (value instanceof MappingNode mapping) {
          yield Nodes.struct(mapping, path, findings, budget);
        }
        findings.add(Position.of(value), path, "must be a mapping, is " + Nodes.describe(value));
        yield null;
      }
      default -> {
        Message.Builder message = parent.newBuilderForField(field);
        read(message, value, path);
        yield message.build();
      }
    };
  }

  private static Object nothing(Message.Builder parent, FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        ? parent.newBuilderForField(field).build()
        : field.getJavaType() == FieldDescriptor.JavaType.ENUM
            ? field.getEnumType().findValueByNumber(0)
            : field.getJavaType() == FieldDescriptor.JavaType.STRING ? "" : 0;
  }

  private void unknown(ScalarNode key, String path, Map<String, FieldDescriptor> known) {
    String name = key.getValue();
    if (name.equals("<<")) {
      findings.add(
          Position.of(key), path, "merge keys (<<) are no part of YAML 1.2; write the fields out");
      return;
    }
    Optional<String> meant = Nearest.to(name, known.keySet());
    String where = path.isEmpty() ? "" : " here";
    String message =
        meant.isPresent()
            ? "unknown field"
            : known.isEmpty()
                ? "unknown field; no field is known" + where
                : "unknown field; known%s: %s".formatted(where, String.join(", ", known.keySet()));
    findings.add(Position.of(key), fieldPath(path, name), message, meant);
    meant.ifPresent(field -> findings.blame(fieldPath(path, field)));
    findings.blameContent(path);
  }

  private static boolean isAnyValue(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && !field.isRepeated()
        && field.getMessageType().getFullName().equals(Value.getDescriptor().getFullName());
  }

  private static String names(@Nullable OneofDescriptor oneof) {
    List<FieldDescriptor> members = oneof == null ? List.of() : oneof.getFields();
    return String.join(", ", members.stream().map(FieldDescriptor::getJsonName).toList());
  }

  private static Map<String, FieldDescriptor> fieldsOf(Descriptor descriptor) {
    Map<String, FieldDescriptor> byName = new LinkedHashMap<>();
    descriptor.getFields().forEach(field -> byName.put(field.getJsonName(), field));
    return byName;
  }

  private static String fieldPath(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** The path of an entry of a map: as a field when its key looks like one, else quoted. */
  static String keyPath(String path, String key) {
    return PLAIN_KEY.matcher(key).matches() ? fieldPath(path, key) : path + "[\"" + key + "\"]";
  }

  /** Reads free JSON, such as the parameters of a run. */
  static Struct readStruct(Node node, Findings findings) {
    if (!(node instanceof MappingNode mapping)) {
      findings.add(Position.of(node), "", "must be a mapping of names, is " + Nodes.describe(node));
      return Struct.getDefaultInstance();
    }
    return Nodes.struct(mapping, "", findings, new Budget());
  }
}
