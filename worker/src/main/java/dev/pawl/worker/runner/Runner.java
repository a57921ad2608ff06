package dev.pawl.worker.runner;

/**
 * One way to do work: a script, a request, a handler.
 *
 * <p>{@link #run} returns when nothing of the work is left running, and not before: what comes
 * after may be another worker's turn.
 */
@FunctionalInterface
public interface Runner {
  /** Does the work on the calling (virtual) thread. */
  Result run(Work work) throws Exception;
}
