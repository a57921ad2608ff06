package dev.pawl.engine.run;

import dev.pawl.engine.content.Payload;
import dev.pawl.engine.definition.ParameterPlan;
import dev.pawl.engine.run.RunRejection.Mistake;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Whether a start's parameters fit what a definition declares; and the defaults for the rest. */
final class ParameterCheck {
  private static final int NAMED = 20;

  private ParameterCheck() {}

  /** Every mistake, those of declared parameters in their order first. */
  static List<Mistake> mistakes(List<ParameterPlan> declared, Map<String, Payload> given) {
    List<Mistake> mistakes = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (ParameterPlan parameter : declared) {
      names.add(parameter.name());
      Payload value = given.get(parameter.name());
      if (value == null) {
        if (parameter.defaultValue().isEmpty()) {
          mistakes.add(
              new Mistake(
                  parameter.name(), "required (%s) and not given".formatted(parameter.type())));
        }
      } else if (!parameter.type().accepts(value.type())) {
        mistakes.add(
            new Mistake(
                parameter.name(), "expected %s, got %s".formatted(parameter.type(), value.type())));
      }
    }
    // What is declared is told once, and not with each of perhaps many names.
    String known = "; " + known(declared);
    for (String name : new TreeMap<>(given).keySet()) {
      if (!names.contains(name)) {
        mistakes.add(new Mistake(name, "not declared by the definition" + known));
        known = "";
      }
    }
    return mistakes;
  }

  private static String known(List<ParameterPlan> declared) {
    if (declared.isEmpty()) {
      return "it declares none";
    }
    String first =
        declared.stream().limit(NAMED).map(ParameterPlan::name).collect(Collectors.joining(", "));
    return declared.size() <= NAMED
        ? "it declares " + first
        : "it declares %s and %d more".formatted(first, declared.size() - NAMED);
  }

  /** The given parameters with defaults for those that are not. */
  static Map<String, Payload> complete(List<ParameterPlan> declared, Map<String, Payload> given) {
    Map<String, Payload> all = new HashMap<>(given);
    for (ParameterPlan parameter : declared) {
      parameter
          .defaultValue()
          .ifPresent(value -> all.putIfAbsent(parameter.name(), new Payload.Inline(value)));
    }
    return all;
  }
}
