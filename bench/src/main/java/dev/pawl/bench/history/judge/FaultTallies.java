package dev.pawl.bench.history.judge;

import dev.pawl.bench.history.Fault;
import dev.pawl.bench.history.Verdict.FaultTally;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.FaultTimes.Injected;
import dev.pawl.bench.history.evidence.Operation;
import dev.pawl.bench.history.evidence.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What callers felt of the faults. */
final class FaultTallies {
  private final Evidence evidence;
  private final long[] oks;

  FaultTallies(Evidence evidence) {
    this.evidence = evidence;
    this.oks =
        evidence.operations().stream()
            .filter(operation -> operation.outcome() == Outcome.OK)
            .mapToLong(Operation::endedAt)
            .sorted()
            .toArray();
  }

  List<FaultTally> all() {
    List<FaultTally> tallies = new ArrayList<>();
    for (Fault.Kind kind : Fault.Kind.values()) {
      List<Injected> faults =
          evidence.faults().all().stream().filter(fault -> fault.began().kind() == kind).toList();
      if (!faults.isEmpty()) {
        tallies.add(tally(kind, faults));
      }
    }
    return tallies;
  }

  private FaultTally tally(Fault.Kind kind, List<Injected> faults) {
    long[] outcomes = new long[Outcome.values().length];
    for (Operation operation : evidence.operations()) {
      long end = operation.end().map(last -> last.at()).orElse(operation.invoked().at());
      if (faults.stream().anyMatch(fault -> fault.began().at() <= end && end <= fault.until())) {
        outcomes[operation.outcome().ordinal()]++;
      }
    }
    long[] silences = faults.stream().mapToLong(this::silence).sorted().toArray();
    return new FaultTally(
        kind,
        faults.size(),
        faults.stream().filter(FaultTallies::bit).count(),
        outcomes[Outcome.OK.ordinal()],
        outcomes[Outcome.REFUSED.ordinal()],
        outcomes[Outcome.UNKNOWN.ordinal()],
        silences[(silences.length - 1) / 2] / 1_000,
        silences[(int) Math.min(silences.length - 1L, silences.length * 99L / 100)] / 1_000,
        silences[silences.length - 1] / 1_000);
  }

  private static boolean bit(Injected fault) {
    return fault.ended().filter(Fault.Ended::bit).isPresent();
  }

  /** The longest time without an OK that touches the fault, up to when it must be healed. */
  private long silence(Injected fault) {
    long from = fault.began().at();
    long heal = evidence.settings().heal();
    long to = fault.until() > Long.MAX_VALUE - heal ? Long.MAX_VALUE : fault.until() + heal;
    int place = Arrays.binarySearch(oks, from);
    int next = place < 0 ? -place - 1 : place;
    long before = from;
    long longest = 0;
    for (; next < oks.length && before < to; next++) {
      longest = Math.max(longest, oks[next] - before);
      before = oks[next];
    }
    return longest;
  }
}
