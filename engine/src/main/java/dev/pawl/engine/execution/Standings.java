package dev.pawl.engine.execution;

import dev.pawl.engine.content.AdditionalData;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.execution.Directive.Order;
import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.execution.ExecutionState.Absent;
import dev.pawl.engine.execution.ExecutionState.CleanUpWait;
import dev.pawl.engine.execution.ExecutionState.Ended;
import dev.pawl.engine.execution.ExecutionState.Lease;
import dev.pawl.engine.execution.ExecutionState.Leased;
import dev.pawl.engine.execution.ExecutionState.Past;
import dev.pawl.engine.execution.ExecutionState.RetryWait;
import dev.pawl.engine.execution.ExecutionState.Terminating;
import dev.pawl.engine.run.StepEnd;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What others are told of an execution's state. */
final class Standings {
  private Standings() {}

  /**
   * The execution for its readers.
   *
   * @param directive what its run wants of it, as far as it has said so
   */
  static Optional<ExecutionView> of(
      ExecutionId id, ExecutionState state, Optional<Directive> directive) {
    return directive
        .filter(given -> isPast(state, given) && given.order() != Order.STOP)
        .map(given -> anew(id, state, given))
        .orElseGet(() -> of(id, state).map(view -> view.publishing(data(state))));
  }

  /** What the attempts of its round published, together. */
  private static AdditionalData data(ExecutionState state) {
    return past(state).map(Past::data).orElse(AdditionalData.NONE);
  }

  /** An execution that had ended and waits to be leased anew. */
  private static Optional<ExecutionView> anew(
      ExecutionId id, ExecutionState state, Directive directive) {
    return past(state)
        .map(
            past ->
                new ExecutionView(
                    id,
                    directive.work() == Directive.Work.UNDO
                        ? ExecutionStatus.ROLLING_BACK
                        : ExecutionStatus.READY,
                    "",
                    "",
                    past.attempts(),
                    Optional.empty(),
                    Map.of(),
                    past.sequence(),
                    // A new round begins with nothing.
                    lastAttempt(state)
                        .filter(last -> last.round() == directive.round())
                        .map(_ -> past.data())
                        .orElse(AdditionalData.NONE)));
  }

  private static Optional<ExecutionView> of(ExecutionId id, ExecutionState state) {
    return past(state)
        .map(
            past ->
                switch (state) {
                  case Ended ended ->
                      new ExecutionView(
                          id,
                          ended.status(),
                          ended.reason(),
                          ended.message(),
                          past.attempts(),
                          Optional.empty(),
                          ended.outputs(),
                          past.sequence());
                  case RetryWait retry -> {
                    AttemptView last = past.attempts().getLast();
                    yield new ExecutionView(
                        id,
                        ExecutionStatus.RETRY_WAIT,
                        last.reason(),
                        last.message(),
                        past.attempts(),
                        Optional.of(retry.due()),
                        Map.of(),
                        past.sequence());
                  }
                  case CleanUpWait wait ->
                      new ExecutionView(
                          id,
                          ExecutionStatus.TERMINATING,
                          wait.reason(),
                          wait.message(),
                          past.attempts(),
                          Optional.empty(),
                          Map.of(),
                          past.sequence());
                  case Absent _, Leased _, Terminating _ ->
                      new ExecutionView(
                          id,
                          ExecutionDecider.status(state),
                          state instanceof Terminating t ? t.reason() : "",
                          "",
                          open(state, past),
                          Optional.empty(),
                          Map.of(),
                          past.sequence());
                });
  }

  private static List<AttemptView> open(ExecutionState state, Past past) {
    List<AttemptView> attempts = new ArrayList<>(past.attempts());
    ExecutionDecider.lease(state)
        .ifPresent(
            lease ->
                attempts.add(
                    new AttemptView(
                        lease.round(),
                        lease.attempt(),
                        lease.operation(),
                        lease.fence(),
                        lease.worker(),
                        lease.since(),
                        Optional.empty(),
                        ExecutionDecider.status(state),
                        "",
                        "")));
    return attempts;
  }

  /** Where the execution is, for its run. */
  static Standing standing(ExecutionId id, ExecutionState state, Optional<Directive> directive) {
    boolean again = directive.filter(given -> isPast(state, given)).isPresent();
    Optional<Lease> lease =
        switch (state) {
          case Absent _, Ended _ -> Optional.empty();
          case Leased leased -> Optional.of(leased.lease());
          case RetryWait retry -> Optional.of(retry.last());
          case CleanUpWait wait -> Optional.of(wait.last());
          case Terminating terminating -> Optional.of(terminating.lease());
        };
    return new Standing(
        id,
        directive.map(Directive::revision).orElse(0L),
        again ? ExecutionStatus.READY : ExecutionDecider.status(state),
        directive.filter(given -> atRest(state, given)).isPresent(),
        lease.map(Lease::attempt).orElse(0),
        lease.map(Lease::fence).orElse(0L),
        lease.map(Lease::worker).orElse(""),
        past(state).map(Past::startedAt),
        state instanceof RetryWait retry ? Optional.of(retry.due()) : Optional.empty(),
        state instanceof Ended ended && !again ? Optional.of(end(ended)) : Optional.empty());
  }

  /** Whether it has ended, and the run wants the work done once more. */
  static boolean isPast(ExecutionState state, Directive directive) {
    return state instanceof Ended ended && ended.fence() <= directive.after();
  }

  private static boolean atRest(ExecutionState state, Directive directive) {
    Order order = directive.order();
    return switch (state) {
      case Absent _ -> order != Order.GO;
      case RetryWait _ -> order == Order.HOLD;
      case Leased _, Terminating _, CleanUpWait _ -> false;
      case Ended _ -> order != Order.GO || !isPast(state, directive);
    };
  }

  private static StepEnd end(Ended ended) {
    Optional<AttemptView> last = lastAttempt(ended);
    return new StepEnd(
        ended.spec().taskIndex(),
        outcome(ended.status()),
        ended.reason(),
        ended.message(),
        ended.lastLogLine(),
        last.map(AttemptView::attempt).orElse(0),
        ended.fence(),
        last.map(AttemptView::worker).orElse(""),
        last.map(_ -> ended.past().startedAt()),
        ended.at(),
        ended.outputs(),
        false,
        last.filter(Standings::tookBack).isPresent(),
        ended.past().data());
  }

  /** Whether it was an undo that succeeded and that another attempt was to follow. */
  private static boolean tookBack(AttemptView attempt) {
    return attempt.operation() == Operation.ROLLBACK
        && attempt.status() == ExecutionStatus.SUCCEEDED;
  }

  private static StepEnd.Outcome outcome(ExecutionStatus status) {
    return switch (status) {
      case SUCCEEDED -> StepEnd.Outcome.SUCCEEDED;
      case FAILED, TIMED_OUT -> StepEnd.Outcome.FAILED;
      case TERMINATED -> StepEnd.Outcome.TERMINATED;
      case ROLLED_BACK -> StepEnd.Outcome.ROLLED_BACK;
      case ROLLBACK_FAILED -> StepEnd.Outcome.ROLLBACK_FAILED;
      case READY, RUNNING, RETRY_WAIT, TERMINATING, ROLLING_BACK ->
          throw new IllegalStateException(status + " is no end");
    };
  }

  /** What it gave when it last succeeded. */
  static Map<String, Payload> outputs(ExecutionState state) {
    return past(state).map(Past::outputs).orElse(Map.of());
  }

  static Optional<AttemptView> lastAttempt(ExecutionState state) {
    return past(state)
        .map(Past::attempts)
        .filter(attempts -> !attempts.isEmpty())
        .map(List::getLast);
  }

  static Optional<Instant> lastAt(ExecutionState state) {
    return past(state).map(Past::lastAt);
  }

  private static Optional<Past> past(ExecutionState state) {
    return switch (state) {
      case Absent _ -> Optional.empty();
      case Leased leased -> Optional.of(leased.past());
      case RetryWait retry -> Optional.of(retry.past());
      case CleanUpWait wait -> Optional.of(wait.past());
      case Terminating terminating -> Optional.of(terminating.past());
      case Ended ended -> Optional.of(ended.past());
    };
  }
}
