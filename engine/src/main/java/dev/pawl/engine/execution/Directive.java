package dev.pawl.engine.execution;

import java.util.Optional;

/**
 * What a run wants of one of its executions. It is not stored: a recovered execution does nothing
 * new until its run says so again.
 *
 * @param revision the run's sequence when it said so: a lower one than was seen is passed over
 * @param reason why it is to stop; empty with every other order
 * @param spec what is to be done; set with {@link Order#GO}
 * @param after the fence of what the run has taken for past: an execution that ended no later than
 *     under it begins anew; 0 when nothing is past
 * @param round that the work is part of
 * @param work what begins when an execution begins anew
 */
public record Directive(
    long revision,
    Order order,
    String reason,
    Optional<WorkSpec> spec,
    long after,
    int round,
    Work work) {

  /** What is to be done by an execution that begins anew. */
  public enum Work {
    /** The task. */
    DO,
    /** Take back what was done, if that is possible; then the task. */
    UNDO_THEN_DO,
    /** Take back what was done. */
    UNDO
  }

  /** What may happen from now on. */
  public enum Order {
    /** Be leased, and again after failures. */
    GO,
    /** Let work end that has begun, retries included; begin none. */
    FINISH,
    /** Let the attempt end that is at work; begin none. */
    HOLD,
    /** End what is at work. */
    STOP
  }
}
