package dev.pawl.bench.history.invariant;

import dev.pawl.bench.history.Observation;
import dev.pawl.bench.history.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What one invariant found. */
public final class Findings {
  /** Of so many violations the records are kept; a broken system breaks one thing everywhere. */
  private static final int SHOWN = 20;

  private final String invariant;
  private final List<Violation> shown = new ArrayList<>();
  private final Map<String, Long> seen = new TreeMap<>();
  private long judged;
  private long violated;

  public Findings(String invariant) {
    this.invariant = invariant;
  }

  /** One more case in which it could have been broken. */
  public void judged() {
    judged++;
  }

  /** So many more. */
  public void judged(long more) {
    judged += more;
  }

  /**
   * One more of a special kind of case, which a history needs enough of.
   *
   * @param kind its name, after the invariant's id
   */
  public void seen(String kind) {
    seen.merge(invariant + " " + kind, 1L, Long::sum);
  }

  /** It was broken. */
  public void violated(String entity, String sentence, Observation... records) {
    violated++;
    if (shown.size() < SHOWN) {
      shown.add(new Violation(invariant, entity, sentence, List.of(records)));
    }
  }

  public long countJudged() {
    return judged;
  }

  public long countViolated() {
    return violated;
  }

  /** The special kinds, by name. */
  public Map<String, Long> countSeen() {
    return seen;
  }

  public List<Violation> violations() {
    return shown;
  }
}
