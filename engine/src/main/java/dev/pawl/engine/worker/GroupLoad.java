package dev.pawl.engine.worker;

import dev.pawl.engine.wire.ClusterMessage;
import java.time.Instant;
import java.util.Optional;

/**
 * What a worker group has to do, and who does it.
 *
 * @param workers that are connected
 * @param draining of these, those that take no more leases
 * @param slots of all its workers
 * @param busy slots with a lease, or with one on its way
 * @param waiting executions that wait for a slot
 * @param oldestWait since when the one waits that waits longest
 */
public record GroupLoad(
    int workers, int draining, int slots, int busy, int waiting, Optional<Instant> oldestWait)
    implements ClusterMessage {}
