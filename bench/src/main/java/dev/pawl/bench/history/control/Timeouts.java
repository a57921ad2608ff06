package dev.pawl.bench.history.control;

import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Work;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.ExecutionCase;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import dev.pawl.bench.history.reference.RunMachine;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** D-4. */
public final class Timeouts extends Invariant {
  public Timeouts() {
    super(
        "D-4",
        "a timeout (of a run, an attempt, a stop, a lease) fires when it is due, never before, and"
            + " no later than a little and the time that faults took");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (RunCase run : evidence.runs()) {
      run.created()
          .ifPresent(
              created -> {
                deadline(run, created, findings);
                if (created.deadline().isPresent()) {
                  long first = run.journal().facts().getFirst().at();
                  run(evidence, run, created.deadline().getAsLong() - first, findings);
                }
              });
      for (ExecutionCase execution : run.executions()) {
        execution.task().ifPresent(task -> execution(evidence, execution, task, findings));
      }
    }
  }

  /** A run's deadline is its beginning and its definition's timeout. */
  private static void deadline(RunCase run, Change.RunCreated created, Findings findings) {
    Optional<Definition> definition = run.definition();
    Fact first = run.journal().facts().getFirst();
    if (definition.isEmpty()) {
      return;
    }
    OptionalLong wanted =
        definition.get().timeout().isPresent()
            ? OptionalLong.of(first.at() + definition.get().timeout().getAsLong())
            : OptionalLong.empty();
    if (!wanted.equals(created.deadline())) {
      findings.violated(run.entity(), "its deadline is not its definition's", first);
    }
  }

  /** It counts anew when the run goes on after its end, and not while it is taken back. */
  private static void run(Evidence evidence, RunCase run, long timeout, Findings findings) {
    List<Fact> facts = run.journal().facts();
    Fact from = facts.getFirst();
    boolean counts = true;
    for (Fact fact : facts) {
      if (fact.change() instanceof Change.RunStopBegan(var reason)
          && reason.equals("RUN_TIMED_OUT")) {
        findings.judged();
        fired(
            evidence, run.entity(), "the run's timeout", from.at() + timeout, from, fact, findings);
        counts = false;
      } else if (fact.change() instanceof Change.RunStopBegan || RunMachine.ended(fact.after())) {
        if (counts) {
          late(
              evidence,
              run.entity(),
              "the run's timeout",
              from.at() + timeout,
              from,
              fact,
              findings);
        }
        counts = false;
      } else if (RunMachine.ended(fact.before())) {
        from = fact;
        counts = !fact.after().equals("ROLLING_BACK");
      }
    }
    if (!counts) {
      return;
    }
    long due = from.at() + timeout;
    Fact since = from;
    evidence
        .settled()
        .filter(
            settled ->
                settled.askedAt() - due - evidence.settings().lateness()
                    > evidence.faults().within(due, settled.askedAt()))
        .ifPresent(
            settled -> findings.violated(run.entity(), "its timeout never fired", since, settled));
  }

  private static void execution(
      Evidence evidence, ExecutionCase execution, Definition.Task task, Findings findings) {
    Fact leased = null;
    Fact stopping = null;
    OptionalLong timeout = OptionalLong.empty();
    long grace = 0;
    for (Fact fact : execution.journal().facts()) {
      if (fact.change() instanceof Change.Leased lease) {
        timeout = task.timeoutOf(lease.operation());
        grace = task.graceOf(lease.operation()) + evidence.settings().leaseGrace();
        leased = fact;
        stopping = null;
        continue;
      }
      if (fact.change() instanceof Change.StopBegan) {
        stopping = fact;
        continue;
      }
      if (leased == null) {
        continue;
      }
      String timer = fact.cause() instanceof Cause.Timer(var name) ? name : "";
      switch (timer) {
        case "ATTEMPT_TIMEOUT" -> {
          findings.judged();
          if (timeout.isEmpty()) {
            findings.violated(
                execution.entity(), "an attempt timed out that has no timeout", leased, fact);
          } else {
            fired(
                evidence,
                execution.entity(),
                "the attempt's timeout",
                leased.at() + timeout.getAsLong() + grace,
                leased,
                fact,
                findings);
          }
        }
        case "LEASE_EXPIRY" -> {
          findings.judged();
          lost(evidence, execution, leased, fact, findings);
        }
        case "STOP_GRACE" -> {
          findings.judged();
          if (stopping == null) {
            findings.violated(
                execution.entity(), "it was fenced without having been told to stop", leased, fact);
          } else {
            fired(
                evidence,
                execution.entity(),
                "the stop's grace",
                stopping.at() + grace,
                stopping,
                fact,
                findings);
          }
        }
        default -> {
          if (timeout.isPresent() && stopping == null) {
            findings.judged();
            told(evidence, execution, timeout.getAsLong(), leased, fact, findings);
            late(
                evidence,
                execution.entity(),
                "the attempt's timeout",
                leased.at() + timeout.getAsLong() + grace,
                leased,
                fact,
                findings);
          }
        }
      }
      leased = null;
    }
  }

  /** A worker that says that its work timed out has waited for it. */
  private static void told(
      Evidence evidence,
      ExecutionCase execution,
      long timeout,
      Fact leased,
      Fact fact,
      Findings findings) {
    boolean timedOut =
        fact.change() instanceof Change.AttemptFailed failed
            ? failed.status().equals("TIMED_OUT")
            : fact.change() instanceof Change.Ended ended && ended.status().equals("TIMED_OUT");
    if (timedOut) {
      early(
          evidence,
          execution.entity(),
          "the attempt's timeout",
          leased.at() + timeout,
          leased,
          fact,
          findings);
    }
  }

  /**
   * A lease is lost when nobody can have spoken for it long enough, or its worker's process went.
   */
  private static void lost(
      Evidence evidence, ExecutionCase execution, Fact leased, Fact fact, Findings findings) {
    long patience = evidence.settings().leaseTimeToLive() + evidence.settings().leaseGrace();
    if (fact.at() >= leased.at() + patience - evidence.settings().clockTolerance()
        || !(leased.change() instanceof Change.Leased lease)) {
      return;
    }
    long latest = fact.at() + evidence.settings().lateness();
    boolean processWent =
        evidence.workers().getOrDefault(lease.worker(), List.of()).stream()
            .anyMatch(
                work ->
                    work.at() <= latest
                        && ((work instanceof Work.ProcessDied
                                && work.incarnation().equals(lease.incarnation()))
                            || (work instanceof Work.SessionBegan
                                && !work.incarnation().equals(lease.incarnation())
                                && work.at() >= leased.at())));
    if (!processWent) {
      findings.violated(
          execution.entity(),
          "its lease was taken for lost after %,d ms, while its worker's process lived"
              .formatted((fact.at() - leased.at()) / 1_000),
          leased,
          fact);
    }
  }

  private static void fired(
      Evidence evidence,
      String entity,
      String what,
      long due,
      Fact from,
      Fact fact,
      Findings findings) {
    early(evidence, entity, what, due, from, fact, findings);
    late(evidence, entity, what, due, from, fact, findings);
  }

  private static void early(
      Evidence evidence,
      String entity,
      String what,
      long due,
      Fact from,
      Fact fact,
      Findings findings) {
    if (fact.at() < due - evidence.settings().clockTolerance()) {
      findings.violated(
          entity,
          "%s fired %,d ms before it was due".formatted(what, (due - fact.at()) / 1_000),
          from,
          fact);
    }
  }

  private static void late(
      Evidence evidence,
      String entity,
      String what,
      long due,
      Fact from,
      Fact fact,
      Findings findings) {
    long late = fact.at() - due - evidence.settings().lateness();
    if (late > 0 && late > evidence.faults().within(due, fact.at())) {
      findings.violated(
          entity, "%s was %,d ms late".formatted(what, (fact.at() - due) / 1_000), from, fact);
    }
  }
}
