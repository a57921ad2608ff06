package dev.pawl.engine.lock;

import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.journal.Cause;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/**
 * The locks of this cluster.
 *
 * <p>Stages fail with {@link dev.pawl.engine.decider.Unavailable} when the outcome is unknown and
 * with {@link dev.pawl.engine.decider.Overloaded} when the node lets no more commands in.
 */
public interface Locks {

  /** A lock, held or not; refused when nobody is known to have held it. */
  CompletionStage<Answer<LockView, LockRejection>> describe(String project, LockName lock);

  /**
   * Takes a lock from its holder, whatever that does: its run goes on, and shows that it lost the
   * lock.
   *
   * @param expected refuse unless the lock is at this version
   * @param dryRun answers as if, and stores nothing
   */
  CompletionStage<Answer<LockView, LockRejection>> force(
      String project, LockName lock, Cause.Command cause, OptionalLong expected, boolean dryRun);
}
