package dev.pawl.bench.history.vacuity;

import dev.pawl.bench.history.Fault;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.FaultTimes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** V-3. */
public final class FaultsBit extends Condition {
  public FaultsBit() {
    super(
        "V-3",
        "every class of faults that was wanted came, and each fault left evidence that it bit");
  }

  @Override
  public List<String> missing(Evidence evidence, Minima minima, Map<String, Long> judged) {
    List<String> missing = new ArrayList<>();
    Set<Fault.Kind> seen = EnumSet.noneOf(Fault.Kind.class);
    for (FaultTimes.Injected fault : evidence.faults().all()) {
      seen.add(fault.began().kind());
      if (fault.ended().isEmpty()) {
        missing.add(
            "fault %s (%s of %s) was never undone"
                .formatted(fault.began().fault(), fault.began().kind(), fault.began().target()));
      } else if (!fault.ended().get().bit() || fault.ended().get().evidence().isBlank()) {
        missing.add(
            "fault %s (%s of %s) left no evidence that it bit"
                .formatted(fault.began().fault(), fault.began().kind(), fault.began().target()));
      }
    }
    for (Fault.Kind kind : evidence.manifest().faults()) {
      if (!seen.contains(kind)) {
        missing.add("faults of class %s were wanted, and none came".formatted(kind));
      }
    }
    return missing;
  }
}
