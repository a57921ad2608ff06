package dev.pawl.definition;

import com.google.protobuf.Value;
import dev.pawl.v1.Each;
import dev.pawl.v1.Parameter;
import dev.pawl.v1.Source;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.ValueType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rules of tasks that are split over a list (OCP-41). */
final class EachCheck {
  private static final int MOST = 1_000;
  private static final String ITEM = "item";

  private final Findings findings;
  private final Map<String, Parameter> parameters = new HashMap<>();

  EachCheck(Findings findings, List<Parameter> parameters) {
    this.findings = findings;
    parameters.forEach(parameter -> this.parameters.putIfAbsent(parameter.getName(), parameter));
  }

  void check(FieldPath task, TaskSpec spec) {
    Each each = spec.getEach();
    FieldPath path = task.field("each");
    if (each.hasOver()) {
      checkOver(path.field("over"), each.getOver());
    } else {
      findings.add(path.field("over"), "is missing: give a value or a parameter of type LIST");
    }
    if (each.hasParallel() && (each.getParallel() < 1 || each.getParallel() > MOST)) {
      findings.add(
          path.field("parallel"),
          "is %s; give 1 to %s, or leave it out for no limit but `maxInFlight`"
              .formatted(Texts.count(each.getParallel()), Texts.count(MOST)));
    }
    if (spec.containsInputs(ITEM)) {
      findings.add(
          task.field("inputs").key(ITEM),
          "a task that is split is handed its element by this name; choose another one");
    }
  }

  private void checkOver(FieldPath path, Source over) {
    switch (over.getSourceCase()) {
      case VALUE -> {
        checkList(path.field("value"), over.getValue());
        ValueDepth.fault(over.getValue())
            .ifPresent(fault -> findings.add(path.field("value"), fault));
      }
      case PARAMETER -> checkParameter(path.field("parameter"), over.getParameter());
      case OUTPUT ->
          findings.add(
              path.field("output"),
              "what a run is split into is fixed when it starts; use a value or a parameter");
      case EXPRESSION ->
          findings.unsupported(
              path.field("expression"), "expression", Feature.DISTRIBUTED_EXECUTION);
      case SOURCE_NOT_SET ->
          findings.add(path, "has no source: give exactly one of value, parameter");
    }
  }

  private void checkParameter(FieldPath path, String name) {
    Parameter parameter = parameters.get(name);
    if (parameter == null) {
      findings.add(
          path,
          "there is no parameter %s".formatted(Texts.quote(name)),
          () -> Suggestions.nearest(name, parameters.keySet()));
    } else if (parameter.getType() != ValueType.VALUE_TYPE_LIST) {
      findings.add(
          path,
          "parameter %s is of type %s; a task is split over a LIST"
              .formatted(
                  Texts.quote(name), parameter.getType().name().substring("VALUE_TYPE_".length())));
    } else if (parameter.hasDefault() && parameter.getDefault().hasListValue()) {
      checkList(path, parameter.getDefault());
    }
  }

  private void checkList(FieldPath path, Value value) {
    int count = value.getListValue().getValuesCount();
    if (!value.hasListValue()) {
      findings.add(path, "must be a list");
    } else if (count == 0 || count > MOST) {
      findings.add(
          path,
          "has %s elements; a task is split over 1 to %s"
              .formatted(Texts.count(count), Texts.count(MOST)));
    }
  }
}
