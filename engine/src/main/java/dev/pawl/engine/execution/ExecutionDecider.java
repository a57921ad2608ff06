package dev.pawl.engine.execution;

import static dev.pawl.engine.decider.Decision.accept;
import static dev.pawl.engine.decider.Decision.reject;
import static dev.pawl.engine.decider.Decision.unchanged;

import dev.pawl.engine.content.AdditionalData;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.definition.CleanUpPlan;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.definition.UndoPlan;
import dev.pawl.engine.execution.Directive.Work;
import dev.pawl.engine.execution.ExecutionCommand.Confirm;
import dev.pawl.engine.execution.ExecutionCommand.Fail;
import dev.pawl.engine.execution.ExecutionCommand.Fence;
import dev.pawl.engine.execution.ExecutionCommand.Grant;
import dev.pawl.engine.execution.ExecutionCommand.Lose;
import dev.pawl.engine.execution.ExecutionCommand.Stop;
import dev.pawl.engine.execution.ExecutionCommand.Succeed;
import dev.pawl.engine.execution.ExecutionCommand.TimeOut;
import dev.pawl.engine.execution.ExecutionEvent.AttemptFailed;
import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.execution.ExecutionEvent.StopBegan;
import dev.pawl.engine.execution.ExecutionEvent.Undone;
import dev.pawl.engine.execution.ExecutionState.Absent;
import dev.pawl.engine.execution.ExecutionState.CleanUpWait;
import dev.pawl.engine.execution.ExecutionState.Ended;
import dev.pawl.engine.execution.ExecutionState.Lease;
import dev.pawl.engine.execution.ExecutionState.Leased;
import dev.pawl.engine.execution.ExecutionState.Past;
import dev.pawl.engine.execution.ExecutionState.RetryWait;
import dev.pawl.engine.execution.ExecutionState.Terminating;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.run.RunEvent.StopReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The rules of one execution, as two pure functions: C2, C3.4 and C9 of the model. */
final class ExecutionDecider {
  private static final Absent ABSENT = new Absent();
  private static final String WORKER_LOST = "WORKER_LOST";

  private ExecutionDecider() {}

  static Absent absent() {
    return ABSENT;
  }

  /** What follows from a command; {@code task} is the one that it executes. */
  static Decision<ExecutionEvent, ExecutionRejection> decide(
      ExecutionState state, TaskPlan task, ExecutionCommand command, Instant now) {
    return switch (command) {
      case Grant grant -> grant(state, task, grant);
      case Succeed(var fence, var outputs, var line) ->
          held(state, fence)
              .map(lease -> succeeded(state, lease, line, outputs))
              .orElseGet(
                  () ->
                      late(
                          state,
                          fence,
                          Set.of(ExecutionStatus.SUCCEEDED, ExecutionStatus.ROLLED_BACK)));
      case Fail fail -> failed(state, task, fail, now);
      case Confirm confirm -> confirmed(state, task, confirm, now);
      case Lose(var fence, var message) ->
          over(state, task, fence, ExecutionStatus.FAILED, WORKER_LOST, message, "", now);
      case TimeOut(var fence) ->
          over(
              state,
              task,
              fence,
              ExecutionStatus.TIMED_OUT,
              "TIMED_OUT",
              "the attempt passed its timeout and its worker did not say so",
              "",
              now);
      case Stop stop -> stop(state, stop);
      case Fence(var fence) -> fence(state, task, fence);
      case ExecutionCommand.GiveUpCleanUp(var fence) -> giveUpCleanUp(state, task, fence);
    };
  }

  private static Decision<ExecutionEvent, ExecutionRejection> grant(
      ExecutionState state, TaskPlan task, Grant grant) {
    return switch (state) {
      case Absent _ ->
          leased(Optional.of(grant.spec()), 1, grant.round(), 1, Operation.EXECUTE, false, grant);
      case RetryWait(_, var last, _, _) -> {
        Operation next = next(task, last);
        yield leased(
            Optional.empty(),
            last.fence() + 1,
            last.round(),
            next == Operation.ROLLBACK ? last.attempt() : last.attempt() + 1,
            next,
            false,
            grant);
      }
      case CleanUpWait(_, var last, _, _, _, _) ->
          leased(
              Optional.empty(),
              last.fence() + 1,
              last.round(),
              last.attempt(),
              Operation.CANCEL,
              false,
              grant);
      case Ended ended -> {
        int last = lastAttempt(ended.past(), grant.round());
        Operation next = again(task, grant.work(), last);
        yield leased(
            // An undo is handed what the work was: of a run that goes back the steps before it may
            // not stand any more, nor what they gave.
            Optional.of(grant.spec())
                .filter(spec -> grant.work() != Work.UNDO && !spec.equals(ended.spec())),
            ended.fence() + 1,
            grant.round(),
            next == Operation.ROLLBACK ? last : last + 1,
            next,
            grant.work() == Work.UNDO,
            grant);
      }
      case Leased _, Terminating _ -> reject(new ExecutionRejection.NotWaiting());
    };
  }

  /** What follows an attempt that another is to follow. */
  private static Operation next(TaskPlan task, Lease last) {
    return !last.undoes() && task.undo().filter(UndoPlan::beforeRetry).isPresent()
        ? Operation.ROLLBACK
        : Operation.RETRY;
  }

  /** What an execution that had ended begins anew with. */
  private static Operation again(TaskPlan task, Work work, int lastAttempt) {
    boolean undo =
        switch (work) {
          case UNDO -> true;
          case UNDO_THEN_DO -> task.undo().isPresent() && lastAttempt > 0;
          case DO -> false;
        };
    if (undo) {
      return Operation.ROLLBACK;
    }
    return lastAttempt == 0 ? Operation.EXECUTE : Operation.RETRY;
  }

  private static Decision<ExecutionEvent, ExecutionRejection> leased(
      Optional<WorkSpec> spec,
      long fence,
      int round,
      int attempt,
      Operation operation,
      boolean backward,
      Grant grant) {
    return accept(
        new ExecutionEvent.Leased(
            spec, fence, round, attempt, operation, backward, grant.worker(), grant.incarnation()));
  }

  /** The number of the last attempt of a round; 0 when it has none yet. */
  private static int lastAttempt(Past past, int round) {
    return past.attempts().isEmpty() || past.attempts().getLast().round() != round
        ? 0
        : past.attempts().getLast().attempt();
  }

  private static Decision<ExecutionEvent, ExecutionRejection> succeeded(
      ExecutionState state, Lease lease, String line, Map<String, Payload> outputs) {
    if (lease.cleansUp()) {
      return cleanedUp(state, lease, ExecutionStatus.SUCCEEDED, "", line);
    }
    if (!lease.undoes()) {
      return ended(state, lease.fence(), ExecutionStatus.SUCCEEDED, "", "", line, outputs);
    }
    if (lease.backward()) {
      return ended(state, lease.fence(), ExecutionStatus.ROLLED_BACK, "", "", line, Map.of());
    }
    return state instanceof Terminating terminating
        ? accept(
            new ExecutionEvent.Ended(
                Optional.empty(),
                lease.fence(),
                lease.attempt(),
                ExecutionStatus.TERMINATED,
                terminating.reason(),
                "stopped between its undo and its next attempt",
                line,
                Map.of(),
                Optional.empty(),
                true))
        : accept(new Undone(lease.fence(), lease.attempt(), line));
  }

  /** The attempt that was stopped is over, and so is what there was to clean up after it. */
  private static Decision<ExecutionEvent, ExecutionRejection> cleanedUp(
      ExecutionState state, Lease lease, ExecutionStatus as, String trouble, String line) {
    AttemptView stopped = Standings.lastAttempt(state).orElseThrow();
    return accept(
        new ExecutionEvent.Ended(
            Optional.empty(),
            lease.fence(),
            lease.attempt(),
            ExecutionStatus.TERMINATED,
            stopped.reason(),
            trouble.isEmpty()
                ? stopped.message()
                : stopped.message() + "; its clean-up failed: " + trouble,
            line,
            Map.of(),
            Optional.of(as),
            false));
  }

  private static Decision<ExecutionEvent, ExecutionRejection> giveUpCleanUp(
      ExecutionState state, TaskPlan task, long fence) {
    return state instanceof CleanUpWait(_, var last, var reason, var message, _, _)
            && last.fence() == fence
        ? ended(
            state,
            fence,
            ExecutionStatus.TERMINATED,
            reason,
            "%s; its clean-up found no worker within %s"
                .formatted(message, task.cleanUp().map(CleanUpPlan::timeout).orElse(Duration.ZERO)),
            "",
            Map.of())
        : reject(new ExecutionRejection.Stale());
  }

  /** A stop is over: what was at work may have something to clean up. */
  private static Decision<ExecutionEvent, ExecutionRejection> stopped(
      ExecutionState state,
      TaskPlan task,
      Lease lease,
      String reason,
      String message,
      String line) {
    if (lease.undoes() || !cleansUp(task, reason)) {
      return ended(state, lease.fence(), stopped(lease), reason, message, line, Map.of());
    }
    return accept(
        new ExecutionEvent.Stopped(lease.fence(), lease.attempt(), reason, message, line));
  }

  /** What begins anew when its run continues is not cleaned up after. */
  private static boolean cleansUp(TaskPlan task, String reason) {
    return task.cleanUp().isPresent()
        && (reason.equals(StopReason.STOPPED.name())
            || reason.equals(StopReason.RUN_TIMED_OUT.name()));
  }

  /** An undo that did not succeed is not tried again by itself. */
  private static Decision<ExecutionEvent, ExecutionRejection> undoFailed(
      ExecutionState state, Lease lease, String reason, String message, String line) {
    return lease.backward()
        ? ended(
            state, lease.fence(), ExecutionStatus.ROLLBACK_FAILED, reason, message, line, Map.of())
        : ended(
            state,
            lease.fence(),
            ExecutionStatus.FAILED,
            "UNDO_FAILED",
            reason + (message.isEmpty() ? "" : ": " + message),
            line,
            Map.of());
  }

  private static Decision<ExecutionEvent, ExecutionRejection> failed(
      ExecutionState state, TaskPlan task, Fail fail, Instant now) {
    ExecutionStatus status =
        fail.reason().equals("TIMED_OUT") ? ExecutionStatus.TIMED_OUT : ExecutionStatus.FAILED;
    return held(state, fail.fence())
                .filter(lease -> !lease.undoes() && !lease.cleansUp())
                .isPresent()
            && fail.permanent()
        ? ended(
            state,
            fail.fence(),
            status,
            fail.reason(),
            fail.message(),
            fail.lastLogLine(),
            Map.of())
        : over(
            state,
            task,
            fail.fence(),
            status,
            fail.reason(),
            fail.message(),
            fail.lastLogLine(),
            now);
  }

  private static Decision<ExecutionEvent, ExecutionRejection> confirmed(
      ExecutionState state, TaskPlan task, Confirm confirm, Instant now) {
    return switch (state) {
      case Terminating(_, var lease, var reason, _, _) when lease.fence() == confirm.fence() ->
          stopped(
              state, task, lease, reason, "stopped: " + confirm.reason(), confirm.lastLogLine());
      case Leased _ ->
          over(
              state,
              task,
              confirm.fence(),
              ExecutionStatus.TERMINATED,
              confirm.reason(),
              "the worker stopped it without being told to",
              confirm.lastLogLine(),
              now);
      case Absent _, RetryWait _, Terminating _, CleanUpWait _, Ended _ ->
          late(state, confirm.fence(), Set.of(ExecutionStatus.TERMINATED));
    };
  }

  /** What an execution is that was stopped: an undo that did not end leaves it half undone. */
  private static ExecutionStatus stopped(Lease lease) {
    return lease.backward() ? ExecutionStatus.ROLLBACK_FAILED : ExecutionStatus.TERMINATED;
  }

  /**
   * A report whose attempt is closed: a repeat of what closed it is fine, anything else is stale.
   */
  private static Decision<ExecutionEvent, ExecutionRejection> late(
      ExecutionState state, long fence, Set<ExecutionStatus> repeats) {
    Optional<ExecutionStatus> closedAs =
        switch (state) {
          case RetryWait(_, _, _, var past) -> closedAs(past, fence);
          case CleanUpWait(_, _, _, _, _, var past) -> closedAs(past, fence);
          case Ended(_, _, _, _, _, _, _, _, var past) -> closedAs(past, fence);
          case Absent _, Leased _, Terminating _ -> Optional.empty();
        };
    return closedAs.filter(repeats::contains).isPresent()
        ? unchanged()
        : reject(new ExecutionRejection.Stale());
  }

  private static Optional<ExecutionStatus> closedAs(Past past, long fence) {
    return past.attempts().isEmpty() || past.attempts().getLast().fence() != fence
        ? Optional.empty()
        : Optional.of(past.attempts().getLast().status());
  }

  /** An attempt ended without success: another follows, or the execution ends. */
  private static Decision<ExecutionEvent, ExecutionRejection> over(
      ExecutionState state,
      TaskPlan task,
      long fence,
      ExecutionStatus status,
      String reason,
      String message,
      String lastLogLine,
      Instant now) {
    Optional<Lease> undo = held(state, fence).filter(Lease::undoes);
    if (undo.isPresent()) {
      return undoFailed(state, undo.get(), reason, message, lastLogLine);
    }
    Optional<Lease> cleanUp = held(state, fence).filter(Lease::cleansUp);
    if (cleanUp.isPresent()) {
      return cleanedUp(
          state,
          cleanUp.get(),
          status,
          reason + (message.isEmpty() ? "" : ": " + message),
          lastLogLine);
    }
    return switch (state) {
      case Leased(_, var lease, var past) when lease.fence() == fence ->
          counted(task, lease, past, reason) < task.retry().maxAttempts()
              ? accept(
                  new AttemptFailed(
                      fence,
                      lease.attempt(),
                      status,
                      reason,
                      message,
                      lastLogLine,
                      isForgiven(task, lease, past, reason)
                          ? now
                          : now.plus(
                              task.retry().waitAfter(lease.attempt() - lease.attemptsBefore()))))
              : ended(state, fence, status, reason, message, lastLogLine, Map.of());
      case Terminating(_, var lease, _, _, _) when lease.fence() == fence ->
          ended(state, fence, status, reason, message, lastLogLine, Map.of());
      case Absent _, Leased _, RetryWait _, Terminating _, CleanUpWait _, Ended _ ->
          late(
              state,
              fence,
              Set.of(
                  ExecutionStatus.FAILED,
                  ExecutionStatus.TIMED_OUT,
                  ExecutionStatus.TERMINATED,
                  ExecutionStatus.ROLLBACK_FAILED));
    };
  }

  /** A loss that does not count is made good at once. */
  private static boolean isForgiven(TaskPlan task, Lease lease, Past past, String reason) {
    return reason.equals(WORKER_LOST) && lost(lease, past) < task.retry().forgivenLosses();
  }

  private static long lost(Lease lease, Past past) {
    return past.attempts().stream()
        .filter(attempt -> attempt.round() == lease.round())
        .filter(attempt -> attempt.attempt() > lease.attemptsBefore())
        .filter(attempt -> attempt.operation() != Operation.ROLLBACK)
        .filter(attempt -> attempt.operation() != Operation.CANCEL)
        .filter(attempt -> attempt.reason().equals(WORKER_LOST))
        .count();
  }

  /**
   * The attempts that count, with the one that ends now for this reason: those since somebody
   * wanted the work done (again).
   */
  private static int counted(TaskPlan task, Lease lease, Past past, String reason) {
    long lost = lost(lease, past) + (reason.equals(WORKER_LOST) ? 1 : 0);
    return lease.attempt()
        - lease.attemptsBefore()
        - (int) Math.min(lost, task.retry().forgivenLosses());
  }

  private static Decision<ExecutionEvent, ExecutionRejection> stop(
      ExecutionState state, Stop stop) {
    return switch (state) {
      case Absent _, Terminating _, CleanUpWait _, Ended _ -> unchanged();
      case Leased(_, var lease, _) when lease.cleansUp() -> unchanged();
      case Leased(_, var lease, _) -> accept(new StopBegan(lease.fence(), stop.reason()));
      case RetryWait(_, var last, _, _) ->
          ended(
              state,
              last.fence(),
              ExecutionStatus.TERMINATED,
              stop.reason(),
              "stopped while it waited for its next attempt",
              "",
              Map.of());
    };
  }

  private static Decision<ExecutionEvent, ExecutionRejection> fence(
      ExecutionState state, TaskPlan task, long fence) {
    return state instanceof Terminating(_, var lease, var reason, _, _) && lease.fence() == fence
        ? stopped(
            state,
            task,
            lease,
            reason,
            "fenced: worker %s did not confirm the stop".formatted(lease.worker()),
            "")
        : reject(new ExecutionRejection.Stale());
  }

  /** The lease under a fence, when work under it is awaited. */
  private static Optional<Lease> held(ExecutionState state, long fence) {
    return lease(state).filter(lease -> lease.fence() == fence);
  }

  /** The lease that is at work. */
  static Optional<Lease> lease(ExecutionState state) {
    return switch (state) {
      case Leased leased -> Optional.of(leased.lease());
      case Terminating terminating -> Optional.of(terminating.lease());
      case Absent _, RetryWait _, CleanUpWait _, Ended _ -> Optional.empty();
    };
  }

  private static Decision<ExecutionEvent, ExecutionRejection> ended(
      ExecutionState state,
      long fence,
      ExecutionStatus status,
      String reason,
      String message,
      String lastLogLine,
      Map<String, Payload> outputs) {
    return accept(
        new ExecutionEvent.Ended(
            Optional.empty(),
            fence,
            attempt(state),
            status,
            reason,
            message,
            lastLogLine,
            outputs));
  }

  /** The fence of the last attempt; 0 when there was none. */
  static long lastFence(ExecutionState state) {
    return switch (state) {
      case Absent _ -> 0;
      case Leased leased -> leased.lease().fence();
      case Terminating terminating -> terminating.lease().fence();
      case RetryWait retry -> retry.last().fence();
      case CleanUpWait wait -> wait.last().fence();
      case Ended ended -> ended.fence();
    };
  }

  /** The number of the attempt that is at work, or was last. */
  private static int attempt(ExecutionState state) {
    return switch (state) {
      case Absent _ -> 0;
      case Leased leased -> leased.lease().attempt();
      case Terminating terminating -> terminating.lease().attempt();
      case RetryWait retry -> retry.last().attempt();
      case CleanUpWait wait -> wait.last().attempt();
      case Ended ended ->
          ended.past().attempts().isEmpty() ? 0 : ended.past().attempts().getLast().attempt();
    };
  }

  static ExecutionState evolve(ExecutionState state, ExecutionFact fact) {
    return follow(fact.data().empty() ? state : publishing(state, fact), fact);
  }

  /** The same attempt, which is about to end, with what it published. */
  private static ExecutionState publishing(ExecutionState state, ExecutionFact fact) {
    return switch (state) {
      case Leased(var spec, var lease, var past) ->
          new Leased(spec, lease, past.publishing(fact.data()));
      case Terminating(var spec, var lease, var reason, var since, var past) ->
          new Terminating(spec, lease, reason, since, past.publishing(fact.data()));
      case Absent _, RetryWait _, CleanUpWait _, Ended _ -> throw contradiction(state, fact);
    };
  }

  private static ExecutionState follow(ExecutionState state, ExecutionFact fact) {
    return switch (fact.event()) {
      case ExecutionEvent.Leased leased -> leased(state, leased, fact.at());
      case AttemptFailed failed when state instanceof Leased(var spec, var lease, var past) ->
          new RetryWait(
              spec,
              lease,
              failed.nextAttemptAt(),
              past.closing(
                  closed(lease, failed.status(), failed.reason(), failed.message(), fact.at()),
                  fact.at()));
      case Undone _ when state instanceof Leased(var spec, var lease, var past) ->
          new RetryWait(
              spec,
              lease,
              fact.at(),
              past.closing(closed(lease, ExecutionStatus.SUCCEEDED, "", "", fact.at()), fact.at()));
      case StopBegan(_, var reason) when state instanceof Leased(var spec, var lease, var past) ->
          new Terminating(spec, lease, reason, fact.at(), past.after(fact.at()));
      case ExecutionEvent.Stopped(_, _, var reason, var message, _)
          when state instanceof Terminating(var spec, var lease, _, _, var past) ->
          new CleanUpWait(
              spec,
              lease,
              reason,
              message,
              fact.at(),
              past.closing(
                  closed(lease, ExecutionStatus.TERMINATED, reason, message, fact.at()),
                  fact.at()));
      case ExecutionEvent.Ended ended -> ended(state, ended, fact.at());
      case AttemptFailed _, Undone _, StopBegan _, ExecutionEvent.Stopped _ ->
          throw contradiction(state, fact);
    };
  }

  private static ExecutionState leased(
      ExecutionState state, ExecutionEvent.Leased leased, Instant at) {
    Lease lease =
        new Lease(
            leased.fence(),
            leased.round(),
            leased.attempt(),
            leased.operation(),
            leased.backward(),
            leased.worker(),
            leased.incarnation(),
            at,
            attemptsBefore(state, leased));
    return switch (state) {
      case Absent _ ->
          new Leased(leased.spec().orElseThrow(), lease, new Past(1, at, at, List.of(), Map.of()));
      case RetryWait(var spec, _, _, var past) -> new Leased(spec, lease, past.after(at));
      case CleanUpWait(var spec, _, _, _, _, var past) -> new Leased(spec, lease, past.after(at));
      case Ended ended ->
          new Leased(
              leased.spec().orElse(ended.spec()),
              lease,
              leased.operation() == Operation.EXECUTE
                  ? ended.past().newRound(at)
                  : ended.past().after(at));
      case Leased _, Terminating _ ->
          throw new IllegalStateException("%s cannot follow %s".formatted(leased, state));
    };
  }

  private static int attemptsBefore(ExecutionState state, ExecutionEvent.Leased leased) {
    return switch (state) {
      case RetryWait(_, var last, _, _) -> last.attemptsBefore();
      case CleanUpWait(_, var last, _, _, _, _) -> last.attemptsBefore();
      case Absent _, Ended _, Leased _, Terminating _ ->
          leased.operation() == Operation.ROLLBACK ? leased.attempt() : leased.attempt() - 1;
    };
  }

  private static ExecutionState ended(
      ExecutionState state, ExecutionEvent.Ended ended, Instant at) {
    return switch (state) {
      case Absent _ ->
          end(ended.spec().orElseThrow(), ended, at, new Past(1, at, at, List.of(), Map.of()));
      case Leased(var spec, var lease, var past) ->
          end(spec, ended, at, close(lease, past, ended, at));
      case Terminating(var spec, var lease, _, _, var past) ->
          end(spec, ended, at, close(lease, past, ended, at));
      case RetryWait(var spec, _, _, var past) -> end(spec, ended, at, past.after(at));
      case CleanUpWait(var spec, _, _, _, _, var past) -> end(spec, ended, at, past.after(at));
      case Ended _ ->
          throw new IllegalStateException("%s cannot follow %s".formatted(ended, state));
    };
  }

  private static Past close(Lease lease, Past past, ExecutionEvent.Ended ended, Instant at) {
    return past.closing(
        ended.undone()
            ? closed(lease, ExecutionStatus.SUCCEEDED, "", "", at)
            : closed(
                lease, ended.cleanUp().orElse(ended.status()), ended.reason(), ended.message(), at),
        at);
  }

  private static Ended end(WorkSpec spec, ExecutionEvent.Ended ended, Instant at, Past past) {
    return new Ended(
        spec,
        ended.fence(),
        ended.status(),
        ended.reason(),
        ended.message(),
        ended.lastLogLine(),
        ended.outputs(),
        at,
        ended.status() == ExecutionStatus.SUCCEEDED ? past.giving(ended.outputs()) : past);
  }

  private static AttemptView closed(
      Lease lease, ExecutionStatus status, String reason, String message, Instant at) {
    return new AttemptView(
        lease.round(),
        lease.attempt(),
        lease.operation(),
        lease.fence(),
        lease.worker(),
        lease.since(),
        Optional.of(at),
        status,
        reason,
        message);
  }

  private static IllegalStateException contradiction(ExecutionState state, ExecutionFact fact) {
    return new IllegalStateException("%s cannot follow %s".formatted(fact, state));
  }

  /** The state by the model's name. */
  static ExecutionStatus status(ExecutionState state) {
    return switch (state) {
      case Absent _ -> ExecutionStatus.READY;
      case Leased(_, var lease, _) -> {
        if (lease.cleansUp()) {
          yield ExecutionStatus.TERMINATING;
        }
        yield lease.backward() ? ExecutionStatus.ROLLING_BACK : ExecutionStatus.RUNNING;
      }
      case CleanUpWait _ -> ExecutionStatus.TERMINATING;
      case RetryWait _ -> ExecutionStatus.RETRY_WAIT;
      case Terminating _ -> ExecutionStatus.TERMINATING;
      case Ended ended -> ended.status();
    };
  }

  /** The fact that an event makes of a state. */
  static ExecutionFact fact(ExecutionState state, ExecutionEvent event, Cause cause, Instant at) {
    return fact(state, event, cause, at, AdditionalData.NONE);
  }

  /** The same; {@code data} is what the attempt published that the event ends. */
  static ExecutionFact fact(
      ExecutionState state, ExecutionEvent event, Cause cause, Instant at, AdditionalData data) {
    String before = state instanceof Absent ? "" : status(state).name();
    ExecutionFact bare = new ExecutionFact(event, cause, at, before, "");
    return new ExecutionFact(event, cause, at, before, status(evolve(state, bare)).name(), data);
  }
}
