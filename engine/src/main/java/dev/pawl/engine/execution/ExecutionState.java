package dev.pawl.engine.execution;

import dev.pawl.engine.content.AdditionalData;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.execution.ExecutionEvent.Operation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Where one execution stands. */
public sealed interface ExecutionState {

  /** Nothing was stored of it: it may wait for a slot, and that is not stored. */
  record Absent() implements ExecutionState {}

  /** A worker has it. */
  record Leased(WorkSpec spec, Lease lease, Past past) implements ExecutionState {}

  /** An attempt failed and another is due. */
  record RetryWait(WorkSpec spec, Lease last, Instant due, Past past) implements ExecutionState {}

  /** A worker has it and is told to stop. */
  record Terminating(WorkSpec spec, Lease lease, String reason, Instant since, Past past)
      implements ExecutionState {}

  /**
   * Its attempt was stopped, and the clean-up waits for a worker.
   *
   * @param reason why it was told to stop
   * @param since when the attempt was over
   */
  record CleanUpWait(
      WorkSpec spec, Lease last, String reason, String message, Instant since, Past past)
      implements ExecutionState {}

  /** It has ended. */
  record Ended(
      WorkSpec spec,
      long fence,
      ExecutionStatus status,
      String reason,
      String message,
      String lastLogLine,
      Map<String, Payload> outputs,
      Instant at,
      Past past)
      implements ExecutionState {}

  /**
   * One attempt that has begun.
   *
   * @param incarnation of the worker's process
   * @param backward whether it ends with the undo that this is
   * @param attemptsBefore those of the round that were made before somebody wanted the work done
   *     once more: they count against no limit
   */
  record Lease(
      long fence,
      int round,
      int attempt,
      Operation operation,
      boolean backward,
      String worker,
      String incarnation,
      Instant since,
      int attemptsBefore) {

    /** Whether it takes back what an attempt did. */
    boolean undoes() {
      return operation == Operation.ROLLBACK;
    }

    /** Whether it cleans up after an attempt that was stopped. */
    boolean cleansUp() {
      return operation == Operation.CANCEL;
    }
  }

  /**
   * What every stored execution carries.
   *
   * @param sequence its count of facts
   * @param startedAt the first lease of its round
   * @param attempts those that are closed, oldest first, the newest 100
   * @param outputs what it gave when it last succeeded: an undo is handed them
   * @param data what the attempts of its round published, together
   */
  record Past(
      long sequence,
      Instant lastAt,
      Instant startedAt,
      List<AttemptView> attempts,
      Map<String, Payload> outputs,
      AdditionalData data) {
    private static final int MOST = 100;

    public Past {
      attempts = List.copyOf(attempts);
      outputs = Map.copyOf(outputs);
    }

    /** That of an execution with which nothing was published. */
    Past(
        long sequence,
        Instant lastAt,
        Instant startedAt,
        List<AttemptView> attempts,
        Map<String, Payload> outputs) {
      this(sequence, lastAt, startedAt, attempts, outputs, AdditionalData.NONE);
    }

    Past after(Instant at) {
      return new Past(sequence + 1, at, startedAt, attempts, outputs, data);
    }

    /** The same as a new round begins with it. */
    Past newRound(Instant at) {
      return new Past(sequence + 1, at, at, attempts, Map.of());
    }

    Past closing(AttemptView attempt, Instant at) {
      List<AttemptView> all = new ArrayList<>(attempts);
      all.add(attempt);
      return new Past(
          sequence + 1,
          at,
          startedAt,
          all.size() > MOST ? all.subList(all.size() - MOST, all.size()) : all,
          outputs,
          data);
    }

    Past giving(Map<String, Payload> given) {
      return new Past(sequence, lastAt, startedAt, attempts, given, data);
    }

    Past publishing(AdditionalData more) {
      return new Past(
          sequence,
          lastAt,
          startedAt,
          attempts,
          outputs,
          data.and(more, AdditionalData.OF_EXECUTION));
    }
  }
}
