package dev.pawl.cli.definition;

import dev.pawl.definition.Suggestions;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Finds the known word that somebody probably meant. */
public final class Nearest {
  private Nearest() {}

  /** The nearest by edit distance, or nothing when none is near. */
  public static Optional<String> to(String word, Collection<String> known) {
    Map<String, String> unfolded = new LinkedHashMap<>();
    known.forEach(candidate -> unfolded.putIfAbsent(fold(candidate), candidate));
    return Suggestions.nearest(fold(word), unfolded.keySet()).map(unfolded::get);
  }

  /** Case and separators are the commonest slips. */
  private static String fold(String word) {
    return word.toLowerCase(Locale.ROOT).replaceAll("[_-]", "");
  }
}
