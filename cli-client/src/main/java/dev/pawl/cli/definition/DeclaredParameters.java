package dev.pawl.cli.definition;

import dev.pawl.cli.render.Json;
import dev.pawl.v1.Parameter;
import dev.pawl.v1.ValueType;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The parameters that a definition declares, as people read them. */
public final class DeclaredParameters {
  private DeclaredParameters() {}

  /** One line per parameter: its name, its type, and its default or that it must be given. */
  public static String text(List<Parameter> parameters) {
    return parameters.stream().map(DeclaredParameters::line).collect(Collectors.joining("\n"));
  }

  private static String line(Parameter parameter) {
    ValueType type =
        parameter.getType() == ValueType.VALUE_TYPE_UNSPECIFIED
            ? ValueType.VALUE_TYPE_STRING
            : parameter.getType();
    String name = type.name().replaceFirst("^VALUE_TYPE_", "").toLowerCase(Locale.ROOT);
    return parameter.getName()
        + "  "
        + name
        + (parameter.hasDefault() ? " = " + Json.value(parameter.getDefault()) : ", required");
  }
}
