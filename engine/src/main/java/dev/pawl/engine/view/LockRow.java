package dev.pawl.engine.view;

import dev.pawl.engine.lock.LockName;
import dev.pawl.engine.run.RunId;
import java.time.Instant;

/**
 * A lock that is held, as lists show it.
 *
 * @param version the lock's
 */
public record LockRow(
    String project, LockName lock, RunId run, String initiator, Instant since, long version) {}
