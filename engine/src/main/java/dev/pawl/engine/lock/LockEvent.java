package dev.pawl.engine.lock;

import dev.pawl.engine.run.RunId;
import java.util.List;

/** What happened to the locks of one scope. */
public sealed interface LockEvent {

  /**
   * A run holds these from now on, or goes on holding them.
   *
   * @param version of the run, once it has begun or gone on with them
   * @param initiator who started the run
   */
  record Taken(RunId run, long version, String initiator, List<LockName> locks)
      implements LockEvent {
    public Taken {
      locks = List.copyOf(locks);
    }
  }

  /** A run let go of all that it held. */
  record Released(RunId run) implements LockEvent {}

  /** A lock was taken from its holder. */
  record Forced(LockName lock, RunId run) implements LockEvent {}

  /**
   * A run has heard that a lock was taken from it.
   *
   * @param number of that loss
   */
  record LossHeard(RunId run, long number) implements LockEvent {}
}
