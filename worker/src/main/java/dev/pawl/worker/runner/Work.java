package dev.pawl.worker.runner;

import com.google.protobuf.Struct;
import dev.pawl.v1.Action;
import dev.pawl.v1.Lease;
import dev.pawl.v1.LeaseSpec;
import dev.pawl.v1.Operation;
import dev.pawl.worker.log.AttemptLog;

/**
 * What a runner is handed: one attempt of one execution.
 *
 * @param name whose work it is
 * @param lease under which it is done
 * @param spec what is to be done
 * @param log where its lines go
 * @param stop tells when it must end early
 * @param begun to be run once the work really runs
 * @param publication takes what is published beside the outputs
 */
public record Work(
    ExecutionName name,
    Lease lease,
    LeaseSpec spec,
    AttemptLog log,
    StopSignal stop,
    Runnable begun,
    Publication publication) {

  /** The number that every start of work on this execution raises. */
  public long fence() {
    return lease.getFence();
  }

  /** 1, 2, 3 ... within a round. */
  public int attempt() {
    return lease.getAttempt();
  }

  /** Forward, again, or backward. */
  public Operation operation() {
    return lease.getOperation();
  }

  /** What the action is handed. */
  public Struct inputs() {
    return lease.getInputs();
  }

  /** What the work gave that is to be taken back; empty unless this is an undo of a success. */
  public Struct outputs() {
    return lease.getOutputs();
  }

  /** What is to be done. */
  public Action action() {
    return spec.getAction();
  }

  /** The name of the task. */
  public String task() {
    return spec.getTask().isEmpty() ? name.task() : spec.getTask();
  }
}
