package dev.pawl.engine.lock;

import dev.pawl.engine.run.RunId;
import java.util.List;
import java.util.OptionalLong;

/** What the locks of one scope can be told. */
public sealed interface LockCommand {

  /**
   * A run wants all of these, or none.
   *
   * @param version of the run, once it has begun or gone on with them
   * @param initiator who started the run
   * @param goingOn whether the run goes on from where it stands, so that nobody else may have had
   *     what it has let go of
   */
  record Take(RunId run, long version, String initiator, List<LockName> locks, boolean goingOn)
      implements LockCommand {
    public Take {
      locks = List.copyOf(locks);
    }
  }

  /**
   * A run is done with what it holds.
   *
   * @param version of the run as it says so: what it took afterwards it keeps
   */
  record Release(RunId run, long version) implements LockCommand {}

  /** A run says of some locks that it does not hold them: what it has of them is free again. */
  record Disown(RunId run, List<LockName> locks) implements LockCommand {
    public Disown {
      locks = List.copyOf(locks);
    }
  }

  /**
   * A lock is taken from its holder, whatever that does.
   *
   * @param expected the version of the lock that the caller met
   */
  record Force(LockName lock, OptionalLong expected) implements LockCommand {}

  /**
   * A run has heard that a lock was taken from it.
   *
   * @param number of that loss
   */
  record Heard(RunId run, long number) implements LockCommand {}
}
