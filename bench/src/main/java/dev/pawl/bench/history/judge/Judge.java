package dev.pawl.bench.history.judge;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.History;
import dev.pawl.bench.history.Log;
import dev.pawl.bench.history.Observation;
import dev.pawl.bench.history.Verdict;
import dev.pawl.bench.history.Verdict.Counts;
import dev.pawl.bench.history.Verdict.Shortfall;
import dev.pawl.bench.history.Verdict.Tally;
import dev.pawl.bench.history.Violation;
import dev.pawl.bench.history.Watch;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.Operation;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import dev.pawl.bench.history.vacuity.Condition;
import dev.pawl.bench.history.vacuity.Minima;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** From a history to a verdict: a pure function. */
public final class Judge {
  private Judge() {}

  /** Judges a history by all of {@link Invariants}. */
  public static Verdict judge(History history) {
    Evidence evidence = new Evidence(history);
    List<Violation> violations = new ArrayList<>();
    List<Tally> tallies = new ArrayList<>();
    Map<String, Long> judged = new LinkedHashMap<>();
    for (Invariant invariant : Invariants.JUDGED) {
      Findings findings = new Findings(invariant.id());
      invariant.judge(evidence, findings);
      violations.addAll(findings.violations());
      judged.put(invariant.id(), findings.countJudged());
      judged.putAll(findings.countSeen());
      tallies.add(
          new Tally(
              invariant.id(),
              invariant.promise(),
              findings.countJudged(),
              findings.countViolated(),
              ""));
    }
    List<Shortfall> shortfalls = new ArrayList<>();
    Minima minima = new Minima(history.manifest());
    for (Condition condition : Invariants.CONDITIONS) {
      List<String> missing = condition.missing(evidence, minima, judged);
      missing.forEach(sentence -> shortfalls.add(new Shortfall(condition.id(), sentence)));
      tallies.add(new Tally(condition.id(), condition.promise(), 1, missing.size(), ""));
    }
    for (Invariants.NotYet notYet : Invariants.NOT_YET) {
      tallies.add(new Tally(notYet.id(), notYet.promise(), 0, 0, notYet.reason()));
    }
    Counts counts =
        new Counts(totals(history, evidence, judged), new FaultTallies(evidence).all(), tallies);
    if (!violations.isEmpty()) {
      return new Verdict.Invalid(violations, counts);
    }
    return shortfalls.isEmpty()
        ? new Verdict.Valid(counts)
        : new Verdict.Vacuous(shortfalls, counts);
  }

  private static Map<String, Long> totals(
      History history, Evidence evidence, Map<String, Long> judged) {
    Map<String, Long> totals = new LinkedHashMap<>();
    totals.put("observations", (long) history.observations().size());
    totals.put("operations", (long) evidence.operations().size());
    for (Operation operation : evidence.operations()) {
      add(totals, "operations " + operation.outcome().name().toLowerCase(Locale.ROOT));
    }
    totals.put("runs", (long) evidence.runs().size());
    totals.put(
        "executions", evidence.runs().stream().mapToLong(run -> run.executions().size()).sum());
    totals.put("facts", 0L);
    for (RunCase run : evidence.runs()) {
      run.journal().last().ifPresent(last -> add(totals, "runs " + last.after()));
    }
    for (Observation observation : history.observations()) {
      switch (observation) {
        case Fact fact -> {
          add(totals, "facts");
          if (fact.change() instanceof Change.Leased) {
            add(totals, "leases");
          }
        }
        case Watch.Delivered _ -> add(totals, "facts delivered");
        case Log.Produced _ -> add(totals, "lines written");
        case Log.Read _ -> add(totals, "lines read");
        default -> {}
      }
    }
    totals.put("subscribers", (long) evidence.subscribers().size());
    judged.forEach(
        (name, count) -> {
          if (name.indexOf(' ') > 0) {
            totals.put(name, count);
          }
        });
    return totals;
  }

  private static void add(Map<String, Long> totals, String name) {
    totals.merge(name, 1L, Long::sum);
  }
}
