package dev.pawl.bench.history.life;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.evidence.EntityJournal;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.ExecutionCase;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.Optional;

/** C-13. */
public final class OneVersion extends Invariant {
  public OneVersion() {
    super(
        "C-13",
        "a run pins a version that was submitted, and all its executions follow it, each its own"
            + " task");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (RunCase run : evidence.runs()) {
      Optional<Change.RunCreated> created = run.created();
      if (created.isEmpty()) {
        continue;
      }
      pinned(evidence, run, created.get(), findings);
      for (ExecutionCase execution : run.executions()) {
        for (Fact fact : execution.journal().facts()) {
          if (fact.change() instanceof Change.Leased lease) {
            findings.judged();
            lease(execution, created.get(), fact, lease, findings);
          }
        }
      }
    }
  }

  private static void pinned(
      Evidence evidence, RunCase run, Change.RunCreated created, Findings findings) {
    findings.judged();
    boolean submitted =
        evidence
            .journal(created.definition())
            .map(EntityJournal::facts)
            .filter(
                facts ->
                    facts.stream()
                        .anyMatch(
                            fact ->
                                fact.change() instanceof Change.Submitted(var version, var hash)
                                    && version == created.definitionVersion()
                                    && hash.equals(created.definitionHash())))
            .isPresent();
    if (!submitted) {
      findings.violated(
          run.entity(),
          "it follows version %d of %s, which was not submitted so"
              .formatted(created.definitionVersion(), created.definition()),
          run.journal().facts().getFirst());
    }
  }

  private static void lease(
      ExecutionCase execution,
      Change.RunCreated created,
      Fact fact,
      Change.Leased lease,
      Findings findings) {
    boolean first = fact.before().isEmpty();
    // One that begins anew may be handed other inputs.
    if (first && lease.definitionHash().isEmpty()
        || !first && !lease.definitionHash().isEmpty() && !Goes.begins(fact)) {
      findings.violated(
          execution.entity(),
          first ? "its first lease names no definition" : "a later lease names a definition anew",
          fact);
    } else if (lease.definitionHash().isEmpty()) {
      return;
    } else if (!lease.definitionHash().equals(created.definitionHash())) {
      findings.violated(execution.entity(), "it follows another definition than its run", fact);
    } else if (execution.task().isPresent()
        && (lease.taskIndex().isEmpty()
            || lease.taskIndex().getAsInt() != execution.task().get().index())) {
      findings.violated(execution.entity(), "it carries out another task than its own", fact);
    }
  }
}
