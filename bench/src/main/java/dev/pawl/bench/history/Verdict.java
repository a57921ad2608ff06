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
   * @param faults one for each class of faults that came
   * @param tallies one for each invariant
   */
  record Counts(Map<String, Long> totals, List<FaultTally> faults, List<Tally> tallies) {
    public Counts {
      faults = List.copyOf(faults);
      tallies = List.copyOf(tallies);
    }
  }

  /**
   * What was seen of one class of faults.
   *
   * @param count how many came
   * @param bit how many are proven to have had an effect
   * @param ok operations that ended OK while such a fault was under way, as the next two
   * @param silenceP50Millis of each fault the longest time without an OK, from its beginning until
   *     it was healed: the median
   * @param silenceMostMillis the longest of all
   */
  record FaultTally(
      Fault.Kind kind,
      long count,
      long bit,
      long ok,
      long refused,
      long unknown,
      long silenceP50Millis,
      long silenceP99Millis,
      long silenceMostMillis) {}

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
