package dev.pawl.definition;

import com.google.protobuf.Value;
import dev.pawl.v1.LockSpec;
import dev.pawl.v1.Parameter;
import dev.pawl.v1.Source;
import dev.pawl.v1.ValueType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rules of the locks that a workflow's runs hold. */
final class LockCheck {
  private final Findings findings;
  private final Map<String, Parameter> parameters = new HashMap<>();

  LockCheck(Findings findings, List<Parameter> parameters) {
    this.findings = findings;
    parameters.forEach(parameter -> this.parameters.putIfAbsent(parameter.getName(), parameter));
  }

  void check(FieldPath path, List<LockSpec> locks) {
    if (locks.size() > LockKeys.MOST) {
      findings.add(path, "has %s; at most %d".formatted(Texts.count(locks.size()), LockKeys.MOST));
    }
    for (int i = 0; i < locks.size(); i++) {
      LockSpec lock = locks.get(i);
      FieldPath at = path.index(i);
      if (!lock.getScope().isEmpty()) {
        Texts.checkName(findings, at.field("scope"), lock.getScope());
      }
      if (lock.hasKey()) {
        checkKey(at.field("key"), lock.getKey());
      }
    }
  }

  private void checkKey(FieldPath path, Source key) {
    switch (key.getSourceCase()) {
      case VALUE -> checkValue(path.field("value"), key.getValue());
      case PARAMETER -> checkParameter(path.field("parameter"), key.getParameter());
      case OUTPUT ->
          findings.add(
              path.field("output"),
              "locks are taken before any task runs; use a value or a parameter");
      case EXPRESSION ->
          findings.unsupported(
              path.field("expression"), "expression", Feature.DISTRIBUTED_EXECUTION);
      case SOURCE_NOT_SET ->
          findings.add(
              path,
              "has no source: give exactly one of value, parameter; leave `key` out for a global"
                  + " lock");
    }
  }

  private void checkParameter(FieldPath path, String name) {
    Parameter parameter = parameters.get(name);
    if (parameter == null) {
      findings.add(
          path,
          "there is no parameter %s".formatted(Texts.quote(name)),
          () -> Suggestions.nearest(name, parameters.keySet()));
      return;
    }
    ValueType type = parameter.getType();
    boolean fits =
        switch (type) {
          case VALUE_TYPE_UNSPECIFIED,
              VALUE_TYPE_STRING,
              VALUE_TYPE_INTEGER,
              VALUE_TYPE_LIST,
              UNRECOGNIZED ->
              true;
          case VALUE_TYPE_NUMBER, VALUE_TYPE_BOOLEAN, VALUE_TYPE_OBJECT -> false;
        };
    if (!fits) {
      findings.add(
          path,
          "parameter %s is a %s; a key comes from a STRING, an INTEGER or a LIST"
              .formatted(Texts.quote(name), type.name().substring("VALUE_TYPE_".length())));
    }
    if (fits && parameter.hasDefault()) {
      checkValue(path, parameter.getDefault());
    }
  }

  private void checkValue(FieldPath path, Value value) {
    LockKeys.fault(value).ifPresent(fault -> findings.add(path, fault));
  }
}
