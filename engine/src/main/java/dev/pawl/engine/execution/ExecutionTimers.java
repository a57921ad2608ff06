package dev.pawl.engine.execution;

import dev.pawl.engine.definition.CleanUpPlan;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.definition.UndoPlan;
import dev.pawl.engine.execution.ExecutionMessage.Own;
import dev.pawl.engine.execution.ExecutionState.Absent;
import dev.pawl.engine.execution.ExecutionState.CleanUpWait;
import dev.pawl.engine.execution.ExecutionState.Ended;
import dev.pawl.engine.execution.ExecutionState.Lease;
import dev.pawl.engine.execution.ExecutionState.Leased;
import dev.pawl.engine.execution.ExecutionState.RetryWait;
import dev.pawl.engine.execution.ExecutionState.Terminating;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** What an execution waits for by the clock: never stored, it follows from the state. */
final class ExecutionTimers {
  private static final String WAIT = "wait";
  private static final String LEASE = "lease";
  private static final String UNANSWERED = "unanswered";
  private static final String ATTEMPT = "attempt";
  private static final String STOP = "stop";
  private static final String TELL = "tell";
  private static final String PLAN = "plan";

  private static final Duration LEASE_ANSWER = Duration.ofSeconds(5);
  private static final Duration TELL_AGAIN = Duration.ofSeconds(5);
  private static final Duration PLAN_AGAIN = Duration.ofSeconds(5);

  /** The scheduler refuses more than some 248 days: what is due later is looked at again. */
  static final Duration LONGEST = Duration.ofDays(1);

  private final TimerScheduler<ExecutionMessage> timers;
  private final ExecutionWorld world;

  ExecutionTimers(TimerScheduler<ExecutionMessage> timers, ExecutionWorld world) {
    this.timers = timers;
    this.world = world;
  }

  /** Those of a lease, an attempt and a stop, as they follow from the state. */
  void arm(ExecutionState state, TaskPlan task, Instant renewed) {
    switch (state) {
      case Absent _ -> {}
      case RetryWait _ -> {
        timers.cancel(LEASE);
        timers.cancel(ATTEMPT);
      }
      case CleanUpWait(_, var last, _, _, var since, _) -> {
        timers.cancel(LEASE);
        timers.cancel(ATTEMPT);
        timers.startSingleTimer(
            STOP,
            new Own.CleanUpOver(last.fence()),
            until(since.plus(task.cleanUp().map(CleanUpPlan::timeout).orElse(Duration.ZERO))));
      }
      case Leased(_, var lease, _) -> {
        timers.cancel(WAIT);
        timers.cancel(STOP);
        checkLease(renewed);
        attemptEnd(lease, task)
            .ifPresent(
                end ->
                    timers.startSingleTimer(
                        ATTEMPT, new Own.AttemptOver(lease.fence()), until(end)));
      }
      case Terminating(_, var lease, _, var since, _) -> {
        timers.cancel(ATTEMPT);
        if (task.subRun().isPresent()) {
          checkLease(renewed);
        } else {
          timers.cancel(LEASE);
          timers.startSingleTimer(
              STOP,
              new Own.StopOver(lease.fence()),
              until(since.plus(grace(lease, task)).plus(world.leaseGrace())));
        }
      }
      case Ended _ -> {
        timers.cancel(LEASE);
        timers.cancel(ATTEMPT);
        timers.cancel(STOP);
        timers.cancel(WAIT);
      }
    }
  }

  private void checkLease(Instant renewed) {
    timers.startSingleTimer(
        LEASE, new Own.LeaseCheckDue(), until(renewed.plus(world.leasePatience())));
  }

  /** Whether an attempt is over even for a worker that had its grace and says nothing. */
  boolean attemptOver(Lease lease, TaskPlan task) {
    return attemptEnd(lease, task).filter(end -> until(end).isPositive()).isEmpty();
  }

  /** When nobody is waited for any more; a run that a step started always ends once told to. */
  private Optional<Instant> attemptEnd(Lease lease, TaskPlan task) {
    return timeout(lease, task)
        .filter(_ -> task.subRun().isEmpty())
        .map(
            timeout ->
                lease.since().plus(timeout).plus(grace(lease, task)).plus(world.leaseGrace()));
  }

  /** How long what a lease is for may take. */
  static Optional<Duration> timeout(Lease lease, TaskPlan task) {
    if (lease.cleansUp()) {
      return task.cleanUp().map(CleanUpPlan::timeout);
    }
    return lease.undoes() ? task.undo().flatMap(UndoPlan::timeout) : task.timeout();
  }

  /** How long what a lease is for has between the polite signal and the kill. */
  static Duration grace(Lease lease, TaskPlan task) {
    if (lease.cleansUp()) {
      return task.cleanUp().map(CleanUpPlan::grace).orElse(task.grace());
    }
    return lease.undoes() ? task.undo().map(UndoPlan::grace).orElse(task.grace()) : task.grace();
  }

  /** Ask the group for a slot (again) after so long. */
  void waitFor(Duration in) {
    timers.startSingleTimer(WAIT, new Own.WaitDue(), in);
  }

  void stopWaiting() {
    timers.cancel(WAIT);
  }

  /** The lease is lost unless somebody speaks for it. */
  void awaitWordOf(long fence) {
    timers.startSingleTimer(UNANSWERED, new Own.LeaseUnanswered(fence), LEASE_ANSWER);
  }

  void heard() {
    timers.cancel(UNANSWERED);
  }

  void tellAgain() {
    timers.startSingleTimer(TELL, new Own.TellRunDue(), TELL_AGAIN);
  }

  void told() {
    timers.cancel(TELL);
  }

  void loadPlanAgain() {
    timers.startSingleTimer(PLAN, new Own.PlanDue(), PLAN_AGAIN);
  }

  /** How long until then: not negative, and no longer than the scheduler takes. */
  Duration until(Instant due) {
    Duration wait = Duration.between(world.clock().instant(), due);
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }
}
