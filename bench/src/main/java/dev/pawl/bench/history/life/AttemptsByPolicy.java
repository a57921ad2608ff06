package dev.pawl.bench.history.life;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Work;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.ExecutionCase;
import dev.pawl.bench.history.evidence.RunCase;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import dev.pawl.bench.history.life.Attempts.Attempt;
import java.util.List;
import java.util.Optional;

/**
 * C-7.
 *
 * <p>Outside OPS the first three attempts that are lost with their worker do not count, and are
 * repeated at once; every other one is by the task's policy.
 */
public final class AttemptsByPolicy extends Invariant {
  private static final String WORKER_LOST = "WORKER_LOST";

  public AttemptsByPolicy() {
    super(
        "C-7",
        "attempts are 1, 2, 3 ..., no more than the policy gives and no fewer, each after its"
            + " back-off; a permanent failure is the last");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (RunCase run : evidence.runs()) {
      for (ExecutionCase execution : run.executions()) {
        Attempts attempts = Attempts.of(execution.journal().facts());
        if (!attempts.all().isEmpty()) {
          judge(evidence, run, execution, attempts.all(), findings);
        }
      }
    }
  }

  /** What counts for the policy: the attempts since somebody wanted the work done (again). */
  private static final class Tally {
    private int round;
    private int attempt;
    private int before;
    private int lost;

    /** The next lease; what is wrong with its number, if anything. */
    Optional<String> take(Attempt next, int inRound) {
      Change.Leased lease = next.lease();
      boolean extra = next.extra();
      if (inRound > round) {
        round = inRound;
        attempt = 0;
      }
      int expected = extra ? attempt : attempt + 1;
      String operation = expected == 1 ? "EXECUTE" : "RETRY";
      Optional<String> problem =
          lease.attempt() != expected || lease.round() != round
              ? Optional.of(
                  "attempt %d is called attempt %d of round %d"
                      .formatted(expected, lease.attempt(), lease.round()))
              : !extra && !lease.operation().equals(operation)
                  ? Optional.of(
                      "attempt %d is %s and not %s"
                          .formatted(expected, lease.operation(), operation))
                  : Optional.empty();
      if (Goes.begins(next.began())) {
        before = attempt;
        lost = 0;
      }
      attempt = expected;
      if (!extra && next.reason().equals(WORKER_LOST)) {
        lost++;
      }
      return problem;
    }

    int counted(Definition.Retry retry) {
      return attempt - before - Math.min(lost, retry.forgivenLosses());
    }
  }

  private static void judge(
      Evidence evidence,
      RunCase run,
      ExecutionCase execution,
      List<Attempt> attempts,
      Findings findings) {
    String profile = run.definition().map(Definition::profile).orElse("");
    Tally tally = new Tally();
    for (int i = 0; i < attempts.size(); i++) {
      Attempt attempt = attempts.get(i);
      findings.judged();
      tally
          .take(attempt, round(run, execution, attempt.began()))
          .ifPresent(problem -> findings.violated(execution.entity(), problem, attempt.began()));
      Optional<Attempt> next =
          i + 1 < attempts.size() ? Optional.of(attempts.get(i + 1)) : Optional.empty();
      execution
          .task()
          .ifPresent(
              task -> {
                Definition.Retry retry = task.retry();
                attempt
                    .closing()
                    .ifPresent(
                        closing ->
                            closed(evidence, execution, attempt, closing, retry, tally, findings));
                next.ifPresent(
                    later -> {
                      if (!endedBefore(execution, attempt, later)) {
                        began(evidence, execution, attempt, later, findings);
                      }
                      follows(task, profile, execution, attempt, later, findings);
                    });
              });
    }
  }

  /** How often all of a run, or this task of it, was done once more before a lease. */
  private static int round(RunCase run, ExecutionCase execution, Fact lease) {
    int index = execution.task().map(Definition.Task::index).orElse(-1);
    return (int)
        run.journal().facts().stream()
            .filter(fact -> fact.ordering() < lease.ordering())
            .filter(
                fact ->
                    fact.change() instanceof Change.WentOn(var how, var steps)
                        && (how.equals("REDONE")
                            || how.equals("STEP_REDONE") && steps.contains(index)))
            .count();
  }

  /** In OPS what failed is taken back before it is tried again, where that can be. */
  private static void follows(
      Definition.Task task,
      String profile,
      ExecutionCase execution,
      Attempt attempt,
      Attempt next,
      Findings findings) {
    if (attempt.closing().filter(fact -> fact.change() instanceof Change.AttemptFailed).isEmpty()
        || endedBefore(execution, attempt, next)) {
      return;
    }
    boolean undo = profile.equals("OPS") && task.undo().isPresent();
    if (undo != next.lease().operation().equals("ROLLBACK")) {
      findings.violated(
          execution.entity(),
          "after attempt %d that failed comes %s"
              .formatted(attempt.lease().attempt(), next.lease().operation()),
          attempt.began(),
          next.began());
    }
  }

  /** Whether it was stopped while it waited: what follows then is what its run was told. */
  private static boolean endedBefore(ExecutionCase execution, Attempt attempt, Attempt next) {
    return execution.journal().facts().stream()
        .filter(fact -> fact.ordering() < next.began().ordering())
        .anyMatch(
            fact ->
                fact.change() instanceof Change.Ended ended
                    && ended.fence() == attempt.lease().fence());
  }

  private static void closed(
      Evidence evidence,
      ExecutionCase execution,
      Attempt attempt,
      Fact closing,
      Definition.Retry retry,
      Tally tally,
      Findings findings) {
    int counted = tally.counted(retry);
    if (closing.change() instanceof Change.AttemptFailed failed) {
      if (counted >= retry.maxAttempts()) {
        findings.violated(
            execution.entity(),
            "attempt %d counts as %d of %d, and another is to follow"
                .formatted(attempt.lease().attempt(), counted, retry.maxAttempts()),
            attempt.began(),
            closing);
      } else if (permanent(execution, attempt)) {
        findings.violated(
            execution.entity(),
            "attempt %d failed for good, and another is to follow"
                .formatted(attempt.lease().attempt()),
            attempt.began(),
            closing);
      }
      wait(evidence, execution, attempt, closing, failed, retry, tally, findings);
    } else if (!attempt.extra()
        && gaveUp(closing)
        && counted < retry.maxAttempts()
        && !permanent(execution, attempt)) {
      findings.violated(
          execution.entity(),
          "it gave up after attempt %d, which counts as %d of %d"
              .formatted(attempt.lease().attempt(), counted, retry.maxAttempts()),
          attempt.began(),
          closing);
    }
  }

  /** Whether it ended without success and without having been told to stop. */
  private static boolean gaveUp(Fact closing) {
    return closing.change() instanceof Change.Ended ended
        && !ended.status().equals("SUCCEEDED")
        && closing.before().equals("RUNNING");
  }

  private static boolean permanent(ExecutionCase execution, Attempt attempt) {
    return execution.work().stream()
        .anyMatch(
            work ->
                work instanceof Work.Reported reported
                    && reported.fence() == attempt.lease().fence()
                    && reported.permanent()
                    && attempt.reason().equals(reported.reason()));
  }

  private static void wait(
      Evidence evidence,
      ExecutionCase execution,
      Attempt attempt,
      Fact closing,
      Change.AttemptFailed failed,
      Definition.Retry retry,
      Tally tally,
      Findings findings) {
    boolean forgiven = failed.reason().equals(WORKER_LOST) && tally.lost <= retry.forgivenLosses();
    int counted = tally.counted(retry);
    // Whether a forgiven attempt lengthens the waits after it, the policy does not say.
    long least = forgiven ? 0 : retry.waitAfter(Math.max(1, counted));
    long most = forgiven ? 0 : retry.waitAfter(attempt.lease().attempt() - tally.before);
    long given = failed.nextAttemptAt() - closing.at();
    long tolerance = evidence.settings().clockTolerance();
    if (given < least - tolerance || given > most + tolerance) {
      findings.violated(
          execution.entity(),
          "after attempt %d it waits %,d ms, where the policy says %s"
              .formatted(
                  attempt.lease().attempt(),
                  given / 1_000,
                  least == most
                      ? "%,d".formatted(least / 1_000)
                      : "%,d to %,d".formatted(least / 1_000, most / 1_000)),
          attempt.began(),
          closing);
    }
  }

  private static void began(
      Evidence evidence,
      ExecutionCase execution,
      Attempt attempt,
      Attempt next,
      Findings findings) {
    attempt
        .closing()
        .ifPresent(
            closing -> {
              if (closing.change() instanceof Change.AttemptFailed failed
                  && next.began().at()
                      < failed.nextAttemptAt() - evidence.settings().clockTolerance()) {
                findings.violated(
                    execution.entity(),
                    "attempt %d began %,d ms before it was due"
                        .formatted(
                            next.lease().attempt(),
                            (failed.nextAttemptAt() - next.began().at()) / 1_000),
                    closing,
                    next.began());
              }
            });
  }
}
