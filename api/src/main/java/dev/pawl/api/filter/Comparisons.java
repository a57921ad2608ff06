package dev.pawl.api.filter;

import static dev.pawl.api.filter.FilterErrors.found;
import static dev.pawl.api.filter.FilterErrors.refuse;

import dev.pawl.api.filter.Filter.Comparison;
import dev.pawl.api.filter.Filter.Word;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What comparisons of one kind of field take. */
public final class Comparisons {
  private Comparisons() {}

  /** A comparison with one of a closed set of words, in capital letters; only {@code =}. */
  public static String word(Comparison comparison, String what, List<String> known) {
    only(comparison, Operator.EQUAL);
    String word = comparison.value().text().toUpperCase(Locale.ROOT);
    if (!known.contains(word)) {
      throw FilterErrors.noneOf(new Word(word, comparison.value().column()), what, known);
    }
    return word;
  }

  /** A comparison with true or false; only {@code =}. */
  public static boolean truth(Comparison comparison) {
    return word(comparison, "true or false", List.of("TRUE", "FALSE")).equals("TRUE");
  }

  /** Whether a text has to contain the value; otherwise it has to be it. */
  public static boolean contains(Comparison comparison) {
    only(comparison, Operator.EQUAL, Operator.HAS);
    return comparison.operator() == Operator.HAS;
  }

  /** A comparison with an instant; no {@code :}. */
  public static Instant instant(Comparison comparison) {
    ordered(comparison);
    String text = comparison.value().text();
    try {
      Instant instant =
          text.length() == "2026-11-20".length()
              ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
              : OffsetDateTime.parse(text.toUpperCase(Locale.ROOT)).toInstant();
      int year = instant.atOffset(ZoneOffset.UTC).getYear();
      if (year >= 1 && year <= 9999) {
        return instant.truncatedTo(ChronoUnit.MICROS);
      }
    } catch (DateTimeException _) {
      // Refused below, as one of another year is.
    }
    throw refuse(
        comparison.value().column(),
        "expected a time such as 2026-11-20T02:30:00Z or a day such as 2026-11-20, found "
            + found(text));
  }

  /** A comparison with a whole number; no {@code :}. */
  public static long number(Comparison comparison) {
    ordered(comparison);
    String text = comparison.value().text();
    if (!text.matches("-?[0-9]{1,18}")) {
      throw refuse(comparison.value().column(), "expected a whole number, found " + found(text));
    }
    return Long.parseLong(text);
  }

  private static void ordered(Comparison comparison) {
    only(
        comparison,
        Operator.EQUAL,
        Operator.LESS,
        Operator.LESS_OR_EQUAL,
        Operator.GREATER,
        Operator.GREATER_OR_EQUAL);
  }

  private static void only(Comparison comparison, Operator... taken) {
    if (!Arrays.asList(taken).contains(comparison.operator())) {
      throw refuse(
          comparison.operatorColumn(),
          "expected %s behind %s, found %s"
              .formatted(
                  Arrays.stream(taken)
                      .map(Operator::sign)
                      .map(sign -> sign.equals("=") ? "=, !=" : sign)
                      .collect(Collectors.joining(", ")),
                  comparison.field().text(),
                  comparison.operator().sign()));
    }
  }
}
