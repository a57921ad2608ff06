package dev.pawl.bench.history.journal;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Final;
import dev.pawl.bench.history.Observation;
import dev.pawl.bench.history.evidence.EntityJournal;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.Names;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import dev.pawl.bench.history.reference.ExecutionMachine;
import dev.pawl.bench.history.reference.RunMachine;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** B-7. */
public final class ViewsAgree extends Invariant {
  public ViewsAgree() {
    super(
        "B-7",
        "in the end each row of a view is what its entity's facts come to; none is missing, none is"
            + " left over");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    Set<String> shown = new HashSet<>();
    for (Final.RunRow row : evidence.runRows()) {
      findings.judged();
      if (!shown.add(row.run())) {
        findings.violated(Names.RUN + row.run(), "the list has two rows of it", row);
      }
    }
    for (RunCase run : evidence.runs()) {
      if (!evidence.runRows().isEmpty()
          && !run.journal().facts().isEmpty()
          && !shown.contains(run.id())) {
        findings.violated(
            run.entity(), "the list has no row of it", run.journal().last().orElseThrow());
      }
      for (Final found : run.finals()) {
        switch (found) {
          case Final.RunRow row -> row(run, row, findings);
          case Final.Listed listed -> listed(run, listed, findings);
          case Final.Settled _,
              Final.Run _,
              Final.Step _,
              Final.DefinitionRow _,
              Final.WakeRow _,
              Final.Worker _ -> {}
        }
      }
    }
    definitions(evidence, findings);
    wakeRows(evidence, findings);
  }

  private static void row(RunCase run, Final.RunRow row, Findings findings) {
    Optional<Fact> last = run.journal().last();
    Optional<Change.RunCreated> created = run.created();
    if (last.isEmpty() || created.isEmpty()) {
      findings.violated(run.entity(), "the list has a row of a run that never was", row);
      return;
    }
    RunMachine machine = new RunMachine(run.definition());
    run.journal().facts().forEach(machine::take);
    Optional<String> reason =
        switch (last.get().change()) {
          case Change.RunEnded ended -> Optional.of(ended.reason());
          case Change.RunPassed _ -> Optional.of("PASSED");
          default -> Optional.empty();
        };
    Final.RunRow wanted =
        new Final.RunRow(
            run.id(),
            created.get().definition(),
            created.get().definitionVersion(),
            created.get().definitionHash(),
            last.get().after(),
            RunMachine.ended(last.get().after()),
            reason.orElse(""),
            reason.isPresent() ? OptionalLong.of(last.get().at()) : OptionalLong.empty(),
            created.get().tasks(),
            machine.count("SUCCEEDED"),
            machine.count("FAILED"),
            machine.count("TERMINATED"),
            0,
            last.get().sequence());
    if (!wanted.equals(row)) {
      findings.violated(
          run.entity(), "the list's row differs from the journal", row, last.get(), wanted);
    }
  }

  private static void listed(RunCase run, Final.Listed listed, Findings findings) {
    findings.judged();
    Optional<Fact> last = run.journal().last();
    if (last.isEmpty()
        || last.get().sequence() != listed.sequence()
        || !last.get().after().equals(listed.state())) {
      findings.violated(
          run.entity(),
          "in the end a list shows it %s at sequence %d, which is not where the journal ends"
              .formatted(listed.state(), listed.sequence()),
          last.map(fact -> new Observation[] {listed, fact})
              .orElseGet(() -> new Observation[] {listed}));
    }
  }

  private static void definitions(Evidence evidence, Findings findings) {
    Set<String> shown = new HashSet<>();
    for (Final.DefinitionRow row : evidence.definitionRows()) {
      findings.judged();
      shown.add(row.entity());
      Optional<Fact> last = evidence.journal(row.entity()).flatMap(EntityJournal::last);
      boolean agrees =
          last.isPresent()
              && last.get().change() instanceof Change.Submitted(var version, var hash)
              && last.get().sequence() == row.sequence()
              && version == row.version()
              && hash.equals(row.hash());
      if (!agrees) {
        findings.violated(
            row.entity(),
            "its row differs from the journal",
            last.map(fact -> new Observation[] {row, fact})
                .orElseGet(() -> new Observation[] {row}));
      }
    }
    if (!evidence.definitionRows().isEmpty()) {
      for (EntityJournal journal : evidence.others()) {
        if (!shown.contains(journal.entity())) {
          findings.violated(
              journal.entity(), "the list has no row of it", journal.facts().getLast());
        }
      }
    }
  }

  /** Who has ended owes nothing. */
  private static void wakeRows(Evidence evidence, Findings findings) {
    for (Final.WakeRow row : evidence.wakeRows()) {
      findings.judged();
      Optional<Fact> last = evidence.journal(row.entity()).flatMap(EntityJournal::last);
      if (last.isEmpty()) {
        findings.violated(row.entity(), "it is to be woken, but it never was", row);
      } else if (Names.kind(row.entity()).equals("run")
          ? RunMachine.ended(last.get().after())
          : ExecutionMachine.ended(last.get().after())) {
        findings.violated(row.entity(), "it has ended and is still to be woken", row, last.get());
      }
    }
  }
}
