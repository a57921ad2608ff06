package dev.pawl.cli.definition;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known word that somebody probably meant. */
public final class Nearest {
  private Nearest() {}

  /** The nearest by edit distance, or nothing when none is near. */
  public static Optional<String> to(String word, Collection<String> known) {
    String folded = fold(word);
    int allowed = Math.max(1, Math.min(3, folded.length() / 3));
    record Candidate(String word, int distance) {}
    return known.stream()
        .map(candidate -> new Candidate(candidate, distance(folded, fold(candidate))))
        .filter(candidate -> candidate.distance() <= allowed)
        .min(Comparator.comparingInt(Candidate::distance))
        .map(Candidate::word);
  }

  /** Case and separators are the commonest slips. */
  private static String fold(String word) {
    return word.toLowerCase(Locale.ROOT).replaceAll("[_-]", "");
  }

  private static int distance(String a, String b) {
    if (Math.abs(a.length() - b.length()) > 3) {
      return Integer.MAX_VALUE;
    }
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j < previous.length; j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replace = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replace, 1 + Math.min(previous[j], row[j - 1]));
      }
      previous = row;
    }
    return previous[b.length()];
  }
}
