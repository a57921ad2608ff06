package dev.pawl.definition;

import com.google.protobuf.MessageLite;
import dev.pawl.v1.Parameter;
import dev.pawl.v1.Profile;
import dev.pawl.v1.ValueType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules of what workflows and tasks both have. */
final class HeadCheck {
  private static final int MAX_BYTES = 3 * 1024 * 1024;
  private static final int MAX_LABELS = 64;

  private final Findings findings;

  HeadCheck(Findings findings) {
    this.findings = findings;
  }

  void checkSize(FieldPath path, MessageLite spec) {
    if (spec.getSerializedSize() > MAX_BYTES) {
      findings.add(
          path,
          "has %s bytes when stored; at most %s (3 MiB): move scripts and data out of it"
              .formatted(Texts.count(spec.getSerializedSize()), Texts.count(MAX_BYTES)));
    }
  }

  void checkProfile(FieldPath path, Profile profile) {
    if (profile == Profile.UNRECOGNIZED) {
      findings.add(path, "is unknown; give one of OPS, OFFLINE, DISTRIBUTED, STREAM");
    }
  }

  void checkFolder(FieldPath path, String folder) {
    if (folder.isEmpty()) {
      return;
    }
    for (String part : folder.split("/", -1)) {
      if (!Texts.isName(part)) {
        findings.add(
            path,
            "%s is not a folder: give names joined by \"/\", such as \"databases/core\""
                .formatted(Texts.quote(folder)));
        return;
      }
    }
  }

  void checkOwners(FieldPath path, List<String> owners) {
    for (int i = 0; i < owners.size(); i++) {
      if (owners.get(i).isBlank()) {
        findings.add(path.index(i), "is empty: give a principal");
      }
      Texts.checkText(findings, path.index(i), owners.get(i));
    }
  }

  void checkLabels(FieldPath path, Map<String, String> labels) {
    if (labels.size() > MAX_LABELS) {
      findings.add(
          path, "has %s labels; at most %d".formatted(Texts.count(labels.size()), MAX_LABELS));
    }
    labels.forEach(
        (key, value) -> {
          Texts.checkName(findings, path.key(key), key);
          Texts.checkText(findings, path.key(key), value);
        });
  }

  /** Checks parameters and returns their names. */
  Set<String> checkParameters(FieldPath path, List<Parameter> parameters) {
    Uniqueness names = unique("parameters");
    for (int i = 0; i < parameters.size(); i++) {
      FieldPath at = path.index(i);
      Parameter parameter = parameters.get(i);
      Texts.checkVariable(findings, at.field("name"), parameter.getName());
      names.check(at.field("name"), parameter.getName(), i);
      checkType(at.field("type"), parameter.getType(), parameter.getTypeValue());
      if (parameter.hasDefault()) {
        Values.mismatch(parameter.getType(), parameter.getDefault())
            .or(() -> ValueDepth.fault(parameter.getDefault()))
            .ifPresent(fault -> findings.add(at.field("default"), fault));
      }
    }
    return names.firstByName.keySet();
  }

  void checkType(FieldPath path, ValueType type, int number) {
    if (type == ValueType.UNRECOGNIZED) {
      findings.add(
          path,
          "%d is unknown; give one of STRING, INTEGER, NUMBER, BOOLEAN, LIST, OBJECT"
              .formatted(number));
    }
  }

  Uniqueness unique(String list) {
    return new Uniqueness(list);
  }

  /** Names that may come once in a list. */
  final class Uniqueness {
    private final String list;
    private final Map<String, Integer> firstByName = new HashMap<>();

    private Uniqueness(String list) {
      this.list = list;
    }

    void check(FieldPath path, String name, int index) {
      Integer first = firstByName.putIfAbsent(name, index);
      if (first != null && !name.isEmpty()) {
        findings.add(
            path, "%s is already the name of %s[%d]".formatted(Texts.quote(name), list, first));
      }
    }
  }
}
