package dev.pawl.bench.chaos;

import dev.pawl.bench.Output;
import dev.pawl.bench.chaos.outage.Outage;
import dev.pawl.bench.chaos.outage.Quantiles;
import dev.pawl.bench.history.Fault;
import dev.pawl.bench.history.Verdict;
import dev.pawl.bench.history.Violation;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What a run of the harness came to.
 *
 * @param verdict valid, invalid or vacuous
 * @param command that does the same again
 * @param history the file; absent when it was not kept
 * @param totals what was seen, by name
 * @param shortfalls what was missing for the history to say anything
 * @param failures of the harness itself
 */
record ChaosReport(
    String verdict,
    long number,
    String command,
    @Nullable String history,
    Map<String, Long> totals,
    List<FaultLine> faults,
    List<InvariantLine> invariants,
    List<ViolationLine> violations,
    List<String> shortfalls,
    List<String> failures) {

  /**
   * One kind of fault.
   *
   * @param bit how many have proof of an effect
   * @param ackP50Millis until a command was answered that was sent after the fault
   * @param runs how many owed something when a fault struck
   * @param movedP50Millis until such a run moved
   */
  record FaultLine(
      String fault,
      int count,
      int bit,
      @Nullable Double ackP50Millis,
      @Nullable Double ackP99Millis,
      int runs,
      @Nullable Double movedP50Millis,
      @Nullable Double movedP99Millis) {}

  /** One invariant. */
  record InvariantLine(String invariant, long judged, long violated, String notYet) {}

  /** The first violation of an invariant. */
  record ViolationLine(String invariant, String entity, String sentence) {}

  static ChaosReport of(
      Setting setting,
      Verdict verdict,
      List<Outage> outages,
      @Nullable String history,
      List<String> failures) {
    return new ChaosReport(
        switch (verdict) {
          case Verdict.Valid _ -> "valid";
          case Verdict.Invalid _ -> "invalid";
          case Verdict.Vacuous _ -> "vacuous";
        },
        setting.number(),
        setting.command(),
        history,
        verdict.counts().totals(),
        faults(outages),
        verdict.counts().tallies().stream()
            .map(
                tally ->
                    new InvariantLine(
                        tally.invariant(), tally.judged(), tally.violated(), tally.notYet()))
            .toList(),
        verdict instanceof Verdict.Invalid(var violations, _)
            ? violations.stream().map(ChaosReport::line).toList()
            : List.of(),
        verdict instanceof Verdict.Vacuous(var shortfalls, _)
            ? shortfalls.stream()
                .map(shortfall -> shortfall.condition() + ": " + shortfall.sentence())
                .toList()
            : List.of(),
        failures);
  }

  private static ViolationLine line(Violation violation) {
    return new ViolationLine(violation.invariant(), violation.entity(), violation.sentence());
  }

  private static List<FaultLine> faults(List<Outage> outages) {
    List<FaultLine> lines = new ArrayList<>();
    for (Fault.Kind kind : Fault.Kind.values()) {
      List<Outage> some = outages.stream().filter(outage -> outage.fault().kind() == kind).toList();
      if (!some.isEmpty()) {
        Quantiles answers =
            new Quantiles(
                some.stream()
                    .flatMapToLong(outage -> outage.acknowledged().stream())
                    .boxed()
                    .toList());
        List<Long> moves = some.stream().flatMap(outage -> outage.moved().stream()).toList();
        Quantiles moved = new Quantiles(moves);
        lines.add(
            new FaultLine(
                kind.name().toLowerCase(Locale.ROOT),
                some.size(),
                (int) some.stream().filter(Outage::bit).count(),
                rounded(answers.millis(50)),
                rounded(answers.millis(99)),
                moves.size(),
                rounded(moved.millis(50)),
                rounded(moved.millis(99))));
      }
    }
    return lines;
  }

  private static @Nullable Double rounded(OptionalDouble millis) {
    return millis.isPresent() ? (double) Math.round(millis.getAsDouble()) : null;
  }

  /** The same, once its history was deleted. */
  ChaosReport withoutHistory() {
    return new ChaosReport(
        verdict,
        number,
        command,
        null,
        totals,
        faults,
        invariants,
        violations,
        shortfalls,
        failures);
  }

  boolean isValid() {
    return verdict.equals("valid") && failures.isEmpty();
  }

  void print(PrintStream out, Output.Format format) {
    switch (format) {
      case JSON -> Output.json(out, this);
      case TABLE -> printTables(out);
    }
  }

  private void printTables(PrintStream out) {
    out.println();
    Output.table(out, faults);
    out.println();
    Output.table(out, invariants);
    out.println();
    totals.forEach((name, total) -> out.printf("%s: %,d%n", name, total));
    violations.forEach(
        violation ->
            out.printf(
                "VIOLATED %s by %s: %s%n",
                violation.invariant(), violation.entity(), violation.sentence()));
    shortfalls.forEach(shortfall -> out.println("MISSING " + shortfall));
    failures.forEach(failure -> out.println("FAILED " + failure));
    out.printf("%nverdict: %s%n", verdict);
    if (history != null) {
      out.printf("history: %s%n", history);
    }
    out.printf("again:   %s%n", command);
    out.flush();
  }
}
