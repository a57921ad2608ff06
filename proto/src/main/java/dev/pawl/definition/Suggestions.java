package dev.pawl.definition;

import java.util.Optional;

/** Finds what was probably meant: the nearest of the known words, by edit distance. */
public final class Suggestions {
  private Suggestions() {}

  /** The nearest, or nothing when none is near. */
  public static Optional<String> nearest(String word, Iterable<String> known) {
    int allowed = Math.min(3, Math.max(1, word.length() / 3));
    Optional<String> best = Optional.empty();
    if (word.length() > Texts.NAME_LENGTH + allowed) {
      return best;
    }
    for (String candidate : known) {
      int distance = distance(word, candidate, allowed);
      if (distance <= allowed) {
        best = Optional.of(candidate);
        allowed = distance - 1;
        if (allowed < 0) {
          break;
        }
      }
    }
    return best;
  }

  /**
   * The edit distance (insert, delete, replace, swap two neighbours), or more than {@code limit}.
   */
  static int distance(String a, String b, int limit) {
    if (Math.abs(a.length() - b.length()) > limit) {
      return limit + 1;
    }
    int[] beforePrevious = new int[b.length() + 1];
    int[] previous = new int[b.length() + 1];
    int[] current = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      current[0] = i;
      int least = i;
      for (int j = 1; j <= b.length(); j++) {
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int cost =
            Math.min(Math.min(current[j - 1], previous[j]) + 1, previous[j - 1] + (same ? 0 : 1));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          cost = Math.min(cost, beforePrevious[j - 2] + 1);
        }
        current[j] = cost;
        least = Math.min(least, cost);
      }
      if (least > limit) {
        return limit + 1;
      }
      int[] spare = beforePrevious;
      beforePrevious = previous;
      previous = current;
      current = spare;
    }
    return previous[b.length()];
  }
}
