package dev.pawl.bench.history.evidence;

import dev.pawl.bench.history.Fact;
import java.util.List;
import java.util.Optional;

/**
 * The facts of one entity, by sequence.
 *
 * @param entity as the journal names it
 */
public record EntityJournal(String entity, List<Fact> facts) {

  /** The last fact. */
  public Optional<Fact> last() {
    return facts.isEmpty() ? Optional.empty() : Optional.of(facts.getLast());
  }

  /** How far it goes; 0 without a fact. */
  public long sequence() {
    return last().map(Fact::sequence).orElse(0L);
  }

  /** The fact of a number. */
  public Optional<Fact> at(long sequence) {
    int low = 0;
    int high = facts.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      long found = facts.get(middle).sequence();
      if (found == sequence) {
        return Optional.of(facts.get(middle));
      }
      if (found < sequence) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return Optional.empty();
  }

  /** The state after the fact of a number; empty when there is none. */
  public String stateAt(long sequence) {
    return at(sequence).map(Fact::after).orElse("");
  }
}
