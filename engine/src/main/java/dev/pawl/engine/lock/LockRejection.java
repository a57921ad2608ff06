package dev.pawl.engine.lock;

import dev.pawl.engine.access.Permission;
import dev.pawl.engine.run.RunId;
import java.time.Instant;
import java.util.Optional;

/** Why the locks of a scope refuse a command. */
public sealed interface LockRejection {

  /**
   * Another run holds one that conflicts.
   *
   * @param wanted the first one that cannot be had
   * @param held what stands against it
   * @param initiator who started the holder
   */
  record Held(LockName wanted, LockName held, RunId holder, String initiator, Instant since)
      implements LockRejection {}

  /**
   * The run had let go of it, or lost it, and another run has had it since.
   *
   * @param by that other run; empty when it was too long ago to know
   */
  record Superseded(LockName wanted, Optional<RunId> by) implements LockRejection {}

  /** Nobody holds it. */
  record NotHeld(LockName lock) implements LockRejection {}

  /** Nobody has held it as far back as is known. */
  record NotFound(LockName lock) implements LockRejection {}

  /** The caller lacks what the command needs. */
  record NotPermitted(Permission wanted) implements LockRejection {}

  /** The request id came with another body before. */
  record RequestIdReused() implements LockRejection {}

  /** The lock is not as the caller met it. */
  record VersionMismatch(LockName lock, long expected, long actual) implements LockRejection {}
}
