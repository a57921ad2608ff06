package dev.pawl.bench.history.control;

import dev.pawl.bench.history.Call;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Work;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.ExecutionCase;
import dev.pawl.bench.history.evidence.Operation;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import dev.pawl.bench.history.reference.RunMachine;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** D-3. */
public final class StopHolds extends Invariant {
  public StopHolds() {
    super(
        "D-3",
        "a run whose stop was answered ends by it, leases nothing more but clean-ups until it is"
            + " told to go on, and what it had at work is gone within grace");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (RunCase run : evidence.runs()) {
      for (Operation operation : run.operations()) {
        Optional<Call.Answered> answer = operation.answer();
        if (operation.invoked().verb() == Call.Verb.STOP && answer.isPresent()) {
          findings.judged();
          ends(run, operation, answer.get(), findings);
          leases(evidence, run, operation, answer.get(), findings);
        }
      }
    }
    Map<String, List<Work>> workers = evidence.workers();
    Map<String, Long> deaths = new HashMap<>();
    workers
        .values()
        .forEach(
            work ->
                work.forEach(
                    one -> {
                      if (one instanceof Work.ProcessDied died) {
                        deaths.put(died.worker() + " " + died.incarnation(), died.at());
                      }
                    }));
    for (RunCase run : evidence.runs()) {
      for (ExecutionCase execution : run.executions()) {
        gone(evidence, execution, deaths, findings);
      }
    }
  }

  private static void ends(
      RunCase run, Operation operation, Call.Answered answer, Findings findings) {
    Optional<Fact> end =
        run.journal().facts().stream()
            .filter(
                fact ->
                    fact.change() instanceof Change.RunEnded && fact.sequence() > answer.sequence())
            .findFirst();
    if (end.isEmpty()) {
      // That it must end at all is C-1.
      return;
    }
    String status = ((Change.RunEnded) end.get().change()).status();
    String before = run.journal().stateAt(answer.sequence());
    String wanted =
        before.equals("ROLLING_BACK")
            ? "ROLLBACK_FAILED"
            : timedOutFirst(run, answer.sequence()) ? "FAILED" : "TERMINATED";
    // The last undo may have been over before the stop could hinder it.
    if (!status.equals(wanted)
        && !(before.equals("ROLLING_BACK") && status.equals("ROLLED_BACK"))) {
      findings.violated(
          run.entity(),
          "its stop was answered, and then it ended %s".formatted(status),
          operation.invoked(),
          answer,
          end.get());
    }
  }

  /** Whether the stop found the run being stopped by its own timeout. */
  private static boolean timedOutFirst(RunCase run, long sequence) {
    return run.journal().facts().stream()
        .filter(fact -> fact.sequence() <= sequence)
        .filter(fact -> fact.change() instanceof Change.RunStopBegan)
        .reduce((_, last) -> last)
        .filter(
            fact ->
                fact.change() instanceof Change.RunStopBegan(var reason)
                    && reason.equals("RUN_TIMED_OUT"))
        .isPresent();
  }

  private static void leases(
      Evidence evidence,
      RunCase run,
      Operation operation,
      Call.Answered answer,
      Findings findings) {
    long after = answer.at() + evidence.settings().clockTolerance();
    long goesOn =
        run.journal().facts().stream()
            .filter(fact -> fact.sequence() > answer.sequence())
            .filter(fact -> RunMachine.ended(fact.before()) && !RunMachine.ended(fact.after()))
            .mapToLong(Fact::ordering)
            .findFirst()
            .orElse(Long.MAX_VALUE);
    for (Fact lease : Leases.of(run)) {
      if (lease.at() > after && lease.ordering() < goesOn && !Leases.cleansUp(lease)) {
        findings.violated(
            run.entity(),
            "%s was leased %,d ms after the stop was answered"
                .formatted(lease.entity(), (lease.at() - answer.at()) / 1_000),
            operation.invoked(),
            answer,
            lease);
      }
    }
  }

  /** What a worker was told to stop runs no longer than it was given. */
  private static void gone(
      Evidence evidence, ExecutionCase execution, Map<String, Long> deaths, Findings findings) {
    Set<Long> told = new HashSet<>();
    for (Work.OfLease work : execution.work()) {
      if (!(work instanceof Work.StopReceived stop) || !told.add(stop.fence())) {
        continue;
      }
      findings.judged();
      long end = end(execution, stop, deaths);
      long grace = stop.force() ? 0 : stop.grace();
      long over = end - stop.at() - grace - evidence.settings().lateness();
      if (over > 0 && over > evidence.faults().within(stop.at(), end)) {
        findings.violated(
            execution.entity(),
            end == Long.MAX_VALUE
                ? "worker %s never said that it had stopped it".formatted(stop.worker())
                : "worker %s ran it for %,d ms after it was told to stop within %,d ms"
                    .formatted(stop.worker(), (end - stop.at()) / 1_000, grace / 1_000),
            stop);
      }
    }
  }

  private static long end(
      ExecutionCase execution, Work.StopReceived stop, Map<String, Long> deaths) {
    boolean began = false;
    for (Work.OfLease work : execution.work()) {
      if (work.fence() == stop.fence() && work.incarnation().equals(stop.incarnation())) {
        if (work instanceof Work.Began) {
          began = true;
        } else if (work instanceof Work.Ended ended) {
          return ended.at();
        }
      }
    }
    return began
        ? deaths.getOrDefault(stop.worker() + " " + stop.incarnation(), Long.MAX_VALUE)
        : stop.at();
  }
}
