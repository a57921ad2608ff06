package dev.pawl.api.filter;

import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.definition.Suggestions;
import dev.pawl.v1.ErrorReason;
import java.util.List;
import java.util.Map;

/** How filters are refused: with the column, and what was expected there. */
public final class FilterErrors {
  private FilterErrors() {}

  /** A mistake at a column, from 1. */
  public static RuntimeException refuse(int column, String message) {
    return ApiErrors.of(
        ErrorReason.ERROR_REASON_INVALID_FILTER,
        "filter, column %d: %s".formatted(column, message),
        Map.of("column", Integer.toString(column)));
  }

  /** A field that there is not. */
  public static RuntimeException unknown(Filter.Word field, List<String> known) {
    return refuse(
        field.column(),
        "expected a field (%s), found %s%s"
            .formatted(String.join(", ", known), found(field.text()), meant(field.text(), known)));
  }

  /** A value that is none of those that there are. */
  public static RuntimeException noneOf(Filter.Word value, String what, List<String> known) {
    return refuse(
        value.column(),
        "expected %s (%s), found %s%s"
            .formatted(
                what, String.join(", ", known), found(value.text()), meant(value.text(), known)));
  }

  /** A suggestion, or nothing. */
  static String meant(String text, List<String> known) {
    return Suggestions.nearest(text, known)
        .map(nearest -> "; did you mean %s?".formatted(nearest))
        .orElse("");
  }

  /** What stood in a place. */
  static String found(String text) {
    return text.isEmpty() ? "nothing" : ResourceNames.quote(text);
  }
}
