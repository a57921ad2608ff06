package dev.pawl.bench.history.vacuity;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.RunCase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** V-0, beyond the page. */
public final class Whole extends Condition {
  public Whole() {
    super(
        "V-0",
        "the observers' records fit together: every operation, stream and fault that goes on has"
            + " begun, every definition is known, the end was looked at");
  }

  @Override
  public List<String> missing(Evidence evidence, Minima minima, Map<String, Long> judged) {
    List<String> missing = new ArrayList<>();
    evidence.misfits().stream()
        .limit(10)
        .forEach(misfit -> missing.add(misfit.problem() + ": " + misfit.observation()));
    if (evidence.settled().isEmpty()) {
      missing.add("nobody says when the system was left alone");
    }
    for (RunCase run : evidence.runs()) {
      if (run.created().map(Change.RunCreated::definitionHash).isPresent()
          && run.definition().isEmpty()) {
        missing.add(
            "the definition of run %s is not in the history: %s"
                .formatted(
                    run.id(), run.created().map(Change.RunCreated::definitionHash).orElseThrow()));
      }
      if (missing.size() > 20) {
        break;
      }
    }
    return missing;
  }
}
