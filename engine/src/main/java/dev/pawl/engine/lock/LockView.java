package dev.pawl.engine.lock;

import dev.pawl.engine.lock.LockState.Hold;
import dev.pawl.engine.run.RunId;
import java.util.Optional;

/**
 * A lock as its entity answers it.
 *
 * @param hold in whose hand it is, or was before the command that this answers
 * @param last the run that took it last, or, of a global lock, that took any lock of the scope last
 * @param sequence the count of facts of the lock's scope
 */
public record LockView(LockName lock, Optional<Hold> hold, Optional<RunId> last, long sequence) {}
