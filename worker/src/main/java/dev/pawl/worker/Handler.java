package dev.pawl.worker;

/**
 * What a program does for tasks of kind {@code java} that name it.
 *
 * <p>It is called on a virtual thread of its own. When it is told to stop ({@link
 * Assignment#isStopping()}, {@link Assignment#onStop(Runnable)}) it should return or throw soon;
 * what it returns then is dropped. After the grace its thread is interrupted. Work that may be done
 * twice, since its worker or network died in between, is told apart by {@link
 * Assignment#idempotencyKey()}.
 */
@FunctionalInterface
public interface Handler {
  /** Does the work and gives the outputs that the task declares; throwing fails the attempt. */
  Outputs handle(Assignment assignment) throws Exception;
}
