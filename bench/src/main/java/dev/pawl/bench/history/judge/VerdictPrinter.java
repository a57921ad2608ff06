package dev.pawl.bench.history.judge;

import dev.pawl.bench.Output;
import dev.pawl.bench.history.HistoryWriter;
import dev.pawl.bench.history.Observation;
import dev.pawl.bench.history.Verdict;
import dev.pawl.bench.history.Verdict.FaultTally;
import dev.pawl.bench.history.Verdict.Shortfall;
import dev.pawl.bench.history.Verdict.Tally;
import dev.pawl.bench.history.Violation;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Prints a verdict: for people with its evidence, for programs as one JSON object on one line. */
public final class VerdictPrinter {
  private final PrintStream out;

  public VerdictPrinter(PrintStream out) {
    this.out = out;
  }

  /**
   * What programs read.
   *
   * @param verdict valid, invalid or vacuous
   */
  record Printed(
      String file,
      String verdict,
      List<Violation> violations,
      List<Shortfall> shortfalls,
      Map<String, Long> totals,
      List<FaultTally> faults,
      List<Tally> invariants) {}

  /** valid, invalid or vacuous. */
  public static String word(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Valid _ -> "valid";
      case Verdict.Invalid _ -> "invalid";
      case Verdict.Vacuous _ -> "vacuous";
    };
  }

  /** 0 for a valid history only; 1 for an invalid one, 2 for one that says nothing. */
  public static int exitCode(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Valid _ -> 0;
      case Verdict.Invalid _ -> 1;
      case Verdict.Vacuous _ -> 2;
    };
  }

  /** As one JSON object. */
  public void json(String file, Verdict verdict) {
    Output.json(
        out,
        new Printed(
            file,
            word(verdict),
            verdict instanceof Verdict.Invalid invalid ? invalid.violations() : List.of(),
            verdict instanceof Verdict.Vacuous vacuous ? vacuous.shortfalls() : List.of(),
            verdict.counts().totals(),
            verdict.counts().faults(),
            verdict.counts().tallies()));
  }

  /** As text. */
  public void text(String file, Verdict verdict) {
    out.printf("%s is %s%n%n", file, word(verdict));
    switch (verdict) {
      case Verdict.Valid _ -> {}
      case Verdict.Invalid invalid -> violations(invalid);
      case Verdict.Vacuous vacuous -> {
        vacuous
            .shortfalls()
            .forEach(missing -> out.printf("%s  %s%n", missing.condition(), missing.sentence()));
        out.println();
      }
    }
    verdict.counts().totals().forEach((name, count) -> out.printf("%,12d  %s%n", count, name));
    out.println();
    if (!verdict.counts().faults().isEmpty()) {
      Output.table(out, verdict.counts().faults());
      out.println();
    }
    out.printf("%-5s %12s %9s  %s%n", "", "JUDGED", "VIOLATED", "WHAT MUST HOLD");
    for (Tally tally : verdict.counts().tallies()) {
      if (tally.notYet().isEmpty()) {
        out.printf(
            "%-5s %,12d %,9d  %s%n",
            tally.invariant(), tally.judged(), tally.violated(), tally.promise());
      }
    }
    out.println();
    for (Tally tally : verdict.counts().tallies()) {
      if (!tally.notYet().isEmpty()) {
        out.printf("%-5s not yet: %s  (%s)%n", tally.invariant(), tally.promise(), tally.notYet());
      }
    }
    out.flush();
  }

  private void violations(Verdict.Invalid invalid) {
    Map<String, Long> counts = new LinkedHashMap<>();
    invalid.counts().tallies().forEach(tally -> counts.put(tally.invariant(), tally.violated()));
    Map<String, Long> shown = new LinkedHashMap<>();
    for (Violation violation : invalid.violations()) {
      shown.merge(violation.invariant(), 1L, Long::sum);
      out.printf("%s  %s: %s%n", violation.invariant(), violation.entity(), violation.sentence());
      for (Observation record : violation.records()) {
        out.println("      " + HistoryWriter.text(record));
      }
    }
    shown.forEach(
        (invariant, count) -> {
          long all = counts.getOrDefault(invariant, count);
          if (all > count) {
            out.printf("%s  and %,d more%n", invariant, all - count);
          }
        });
    out.println();
  }
}
