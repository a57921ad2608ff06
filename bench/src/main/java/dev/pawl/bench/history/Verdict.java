package dev.pawl.bench.history;

import java.util.List;
import java.util.Map;

/** What a history says about the system. */
public sealed interface Verdict {

  Counts counts();

  /** Everything held, and enough happened for that to mean something. */
  record Valid(Counts counts) implements Verdict {}

  /**
   * Something must never have been.
   *
   * @param violations the first of each invariant; {@link Tally#violated} counts them all
   */
  record Invalid(List<Violation> violations, Counts counts) implements Verdict {
    public Invalid {
      violations = List.copyOf(violations);
    }
  }

  /** Nothing wrong was seen, but too little happened, or too little was recorded, to say so. */
  record Vacuous(List<Shortfall> shortfalls, Counts counts) implements Verdict {
    public Vacuous {
      shortfalls = List.copyOf(shortfalls);
    }
  }

  /**
   * What was missing.
   *
   * @param condition its id, such as V-3
   */
  record Shortfall(String condition, String sentence) {}

  /**
   * How much was judged.
   *
   * @param totals observations and what they amount to, by name
   * @param tallies one for each invariant
   */
  record Counts(Map<String, Long> totals, List<Tally> tallies) {
    public Counts {
      tallies = List.copyOf(tallies);
    }
  }

  /**
   * What became of one invariant.
   *
   * @param promise what must hold
   * @param judged how often it could have been broken
   * @param violated how often it was
   * @param notYet why it is not judged yet; empty when it is
   */
  record Tally(String invariant, String promise, long judged, long violated, String notYet) {}
}
