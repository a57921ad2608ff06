package dev.pawl.bench.history.ack;

import dev.pawl.bench.history.Call;
import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Work;
import dev.pawl.bench.history.evidence.EntityJournal;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.ExecutionCase;
import dev.pawl.bench.history.evidence.Names;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.List;
import java.util.Optional;

/** */
public final class Provenance extends Invariant {
  private static final String ROLLBACK = "ROLLBACK";
  private static final String CANCEL = "CANCEL";

  public Provenance() {
    super(
        "A-7",
        "every fact is explained by a call that was made, a report that was sent, a timer that may"
            + " do it, or a fact of its run or execution");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (EntityJournal journal : evidence.journals()) {
      for (Fact fact : journal.facts()) {
        findings.judged();
        judge(evidence, fact).ifPresent(problem -> findings.violated(fact.entity(), problem, fact));
      }
    }
  }

  private static Optional<String> judge(Evidence evidence, Fact fact) {
    String operation = operation(evidence, fact);
    if (!fits(fact.change(), fact.cause(), operation)) {
      return Optional.of(
          "%s does not come of %s"
              .formatted(fact.change().getClass().getSimpleName(), fact.cause().shown()));
    }
    return switch (fact.cause()) {
      case Cause.Command command -> command(evidence, fact, command);
      case Cause.Report report -> report(evidence, fact, report, operation);
      case Cause.Timer _ -> Optional.empty();
      case Cause.Parent parent -> parent(evidence, fact, parent);
    };
  }

  /** What the lease that a fact of an execution is about was for; empty when it had none. */
  private static String operation(Evidence evidence, Fact fact) {
    return Names.kind(fact.entity()).equals("execution")
        ? evidence.execution(Names.bare(fact.entity())).stream()
            .flatMap(execution -> execution.journal().facts().stream())
            .filter(before -> before.sequence() < fact.sequence())
            .map(Fact::change)
            .filter(Change.Leased.class::isInstance)
            .map(Change.Leased.class::cast)
            .map(Change.Leased::operation)
            .reduce("", (_, last) -> last)
        : "";
  }

  /** Which facts may come of which causes. */
  private static boolean fits(Change change, Cause cause, String operation) {
    return switch (change) {
      case Change.Submitted _,
          Change.RunCreated _,
          Change.PauseBegan _,
          Change.StepPassed _,
          Change.StepStopBegan _,
          Change.RunPassed _ ->
          cause instanceof Cause.Command;
      case Change.Continued _ ->
          cause instanceof Cause.Command
              || (cause instanceof Cause.Timer(var name) && name.equals("PAUSE_UNTIL"));
      case Change.LockLost _ -> cause instanceof Cause.Parent;
      case Change.Stopped _ -> cause instanceof Cause.Report || cause instanceof Cause.Timer;
      case Change.WentOn(var how, _) ->
          how.equals("REOPENED") ? cause instanceof Cause.Parent : cause instanceof Cause.Command;
      case Change.RunStopBegan _ ->
          cause instanceof Cause.Command
              || (cause instanceof Cause.Timer(var name) && name.equals("RUN_TIMEOUT"));
      case Change.Paused _, Change.RunEnded _ -> cause instanceof Cause.Parent;
      // A step that waits is stopped or passed at once.
      case Change.StepsEnded _ -> cause instanceof Cause.Parent || cause instanceof Cause.Command;
      case Change.Leased _, Change.StopBegan _ -> cause instanceof Cause.Parent;
      case Change.Undone _ -> cause instanceof Cause.Report;
      case Change.AttemptFailed failed -> over(failed.status(), failed.reason(), cause, operation);
      case Change.Ended ended ->
          switch (cause) {
            case Cause.Parent _ -> ended.status().equals("TERMINATED");
            case Cause.Timer(var name) when name.equals("STOP_GRACE") ->
                ended.status().equals("TERMINATED")
                    || operation.equals(ROLLBACK) && ended.status().equals("ROLLBACK_FAILED");
            case Cause.Timer(var name) when name.equals("CLEAN_UP_TIMEOUT") ->
                ended.status().equals("TERMINATED");
            case Cause.Timer _, Cause.Command _, Cause.Report _ ->
                over(ended.status(), ended.reason(), cause, operation);
          };
    };
  }

  private static boolean over(String status, String reason, Cause cause, String operation) {
    return switch (cause) {
      case Cause.Report _ -> true;
      case Cause.Timer(var name) ->
          switch (name) {
            case "LEASE_EXPIRY", "ATTEMPT_TIMEOUT" ->
                switch (operation) {
                  // What it comes to changes nothing: it had been stopped.
                  case CANCEL -> status.equals("TERMINATED");
                  case ROLLBACK ->
                      status.equals("ROLLBACK_FAILED")
                          || status.equals("FAILED") && reason.equals("UNDO_FAILED");
                  default ->
                      name.equals("LEASE_EXPIRY")
                          ? status.equals("FAILED") && reason.equals("WORKER_LOST")
                          : status.equals("TIMED_OUT");
                };
            default -> false;
          };
      case Cause.Command _, Cause.Parent _ -> false;
    };
  }

  private static Optional<String> command(Evidence evidence, Fact fact, Cause.Command command) {
    long latest = fact.at() + evidence.settings().clockTolerance();
    boolean asked =
        evidence.request(command.requestId()).stream()
            .anyMatch(
                operation ->
                    (Commands.fits(operation.invoked().verb(), fact.change())
                                && Commands.concerns(evidence, operation.invoked(), fact.change())
                            || Commands.follows(evidence, fact, command.requestId()))
                        && operation.invoked().at() <= latest
                        && aims(operation.invoked(), fact));
    return asked
        ? Optional.empty()
        : Optional.of("nobody had asked for it with request id " + command.requestId());
  }

  private static boolean aims(Call.Invoked invoked, Fact fact) {
    return fact.change() instanceof Change.RunCreated created
        ? invoked.entity().equals(created.definition())
        : invoked.entity().equals(fact.entity());
  }

  private static Optional<String> report(
      Evidence evidence, Fact fact, Cause.Report report, String operation) {
    long latest = fact.at() + evidence.settings().clockTolerance();
    List<Work.OfLease> work =
        evidence.execution(Names.bare(fact.entity())).map(ExecutionCase::work).orElse(List.of());
    boolean sent = false;
    for (Work.OfLease one : work) {
      if (one instanceof Work.Reported said
          && said.fence() == report.fence()
          && said.worker().equals(report.worker())
          && said.at() <= latest) {
        sent = true;
        if (says(said, fact, operation)) {
          return Optional.empty();
        }
      }
    }
    return Optional.of(
        sent
            ? "worker %s reported under fence %d, but not this"
                .formatted(report.worker(), report.fence())
            : "worker %s had sent no report under fence %d"
                .formatted(report.worker(), report.fence()));
  }

  private static boolean says(Work.Reported said, Fact fact, String operation) {
    return switch (fact.change()) {
      // What a clean-up comes to changes nothing.
      case Change.Ended ended when operation.equals(CANCEL) -> ended.status().equals("TERMINATED");
      case Change.Ended ended when operation.equals(ROLLBACK) ->
          switch (ended.status()) {
            case "ROLLED_BACK" -> said.result().equals("SUCCEEDED");
            // Stopped between its undo and its next attempt.
            case "TERMINATED" ->
                said.result().equals("STOPPED")
                    || said.result().equals("SUCCEEDED") && fact.before().equals("TERMINATING");
            default -> !said.result().equals("SUCCEEDED");
          };
      case Change.Undone _ -> said.result().equals("SUCCEEDED");
      case Change.Stopped _ -> said.result().equals("STOPPED");
      case Change.AttemptFailed failed -> says(said, failed.status(), failed.reason());
      case Change.Ended ended ->
          ended.status().equals("SUCCEEDED")
              ? said.result().equals("SUCCEEDED") && sameOutputs(said, ended)
              : says(said, ended.status(), ended.reason());
      case Change.Submitted _,
          Change.RunCreated _,
          Change.PauseBegan _,
          Change.Paused _,
          Change.Continued _,
          Change.WentOn _,
          Change.StepPassed _,
          Change.StepStopBegan _,
          Change.LockLost _,
          Change.RunPassed _,
          Change.RunStopBegan _,
          Change.StepsEnded _,
          Change.RunEnded _,
          Change.Leased _,
          Change.StopBegan _ ->
          false;
    };
  }

  private static boolean says(Work.Reported said, String status, String reason) {
    return switch (status) {
      case "FAILED" ->
          switch (reason) {
            // Said of a success whose outputs cannot be kept.
            case "RESULT_TOO_LARGE", "OUTPUT_INVALID" -> !said.result().equals("STOPPED");
            default -> said.result().equals("FAILED") && said.reason().equals(reason);
          };
      case "TIMED_OUT" -> said.result().equals("FAILED") && said.reason().equals("TIMED_OUT");
      case "TERMINATED" -> said.result().equals("STOPPED");
      default -> false;
    };
  }

  private static boolean sameOutputs(Work.Reported said, Change.Ended ended) {
    return said.outputsHash().isEmpty()
        || ended.outputsHash().isEmpty()
        || said.outputsHash().equals(ended.outputsHash());
  }

  private static Optional<String> parent(Evidence evidence, Fact fact, Cause.Parent parent) {
    Optional<RunCase> found = evidence.findRun(Names.run(Names.bare(fact.entity())));
    if (found.isEmpty()) {
      return Optional.of("it names a parent, and is of no run");
    }
    RunCase run = found.get();
    if (!Names.run(parent.entity()).equals(run.id())) {
      return Optional.of("it names a parent of another run: " + parent.entity());
    }
    EntityJournal journal =
        parent.entity().equals(run.id())
            ? run.journal()
            : run.execution(parent.entity())
                .map(ExecutionCase::journal)
                .orElseGet(() -> new EntityJournal(parent.entity(), List.of()));
    return journal.facts().stream().anyMatch(before -> before.ordering() < fact.ordering())
        ? Optional.empty()
        : Optional.of("its parent %s had no fact yet".formatted(parent.entity()));
  }
}
