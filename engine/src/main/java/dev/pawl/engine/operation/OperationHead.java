package dev.pawl.engine.operation;

import dev.pawl.engine.journal.Cause;
import java.time.Instant;
import java.util.Optional;

/**
 * An operation without its items, as its owner and the lists show it.
 *
 * @param origin who asked for it, by which request, and why
 * @param cancelling whether it was cancelled, and so begins no further item
 * @param attempt of an export that is or was written: 1, 2 ...; 0 before the first
 * @param reason why it ended as it did; empty otherwise
 * @param sequence its count of stored facts
 */
public record OperationHead(
    String project,
    OperationWork work,
    Cause.Command origin,
    OperationStatus status,
    boolean cancelling,
    OperationCounts counts,
    int attempt,
    String reason,
    String message,
    Optional<OperationFile> file,
    Instant createdAt,
    Optional<Instant> endedAt,
    long sequence) {

  /** The head after a fact: this is what the rules, the owner and the lists agree on. */
  public static OperationHead after(Optional<OperationHead> before, OperationFact fact) {
    if (fact.event() instanceof OperationEvent.Created(var project, var work)) {
      return begun(project, work, fact);
    }
    OperationHead head =
        before.orElseThrow(
            () -> new IllegalStateException("the first fact of an operation is " + fact.event()));
    return switch (fact.event()) {
      case OperationEvent.Created(var project, var work) -> begun(project, work, fact);
      case OperationEvent.Advanced(var begun, var results) ->
          head.next(
              OperationStatus.RUNNING,
              head.cancelling,
              head.counts.with(begun, results),
              head.attempt);
      case OperationEvent.ExportBegan(var attempt) ->
          head.next(OperationStatus.RUNNING, head.cancelling, head.counts, attempt);
      case OperationEvent.CancelBegan _ -> head.next(head.status, true, head.counts, head.attempt);
      case OperationEvent.Ended(var status, var reason, var message, var file) ->
          new OperationHead(
              head.project,
              head.work,
              head.origin,
              status,
              head.cancelling,
              head.counts.closed(),
              head.attempt,
              reason,
              message,
              file,
              head.createdAt,
              Optional.of(fact.at()),
              head.sequence + 1);
    };
  }

  private static OperationHead begun(String project, OperationWork work, OperationFact fact) {
    if (!(fact.cause() instanceof Cause.Command origin)) {
      throw new IllegalStateException("an operation was begun by no caller: " + fact.cause());
    }
    return new OperationHead(
        project,
        work,
        origin,
        OperationStatus.INIT,
        false,
        OperationCounts.none(
            switch (work) {
              case OperationWork.Command command -> command.count();
              case OperationWork.Export _ -> 0;
            }),
        0,
        "",
        "",
        Optional.empty(),
        fact.at(),
        Optional.empty(),
        1);
  }

  private OperationHead next(
      OperationStatus nextStatus, boolean nowCancelling, OperationCounts next, int nextAttempt) {
    return new OperationHead(
        project,
        work,
        origin,
        nextStatus,
        nowCancelling,
        next,
        nextAttempt,
        reason,
        message,
        file,
        createdAt,
        endedAt,
        sequence + 1);
  }
}
