package dev.pawl.engine.worker;

import dev.pawl.engine.wire.ClusterMessage;
import java.util.OptionalInt;

/**
 * What stands between an execution and a slot. Of an execution that only one worker may take, all
 * of it is about that worker and those that wait for it.
 *
 * @param workers that are connected
 * @param draining of these, those that take no more leases
 * @param slots of those that do
 * @param busy of these slots, those with a lease or an offer
 * @param waiting executions that wait in the same line
 * @param place in that line, from 1; empty when it does not wait there (yet)
 * @param offered whether a slot is offered to it right now
 * @param settling whether the group offers nothing yet, since it was born a moment ago
 */
public record GroupPlace(
    int workers,
    int draining,
    int slots,
    int busy,
    int waiting,
    OptionalInt place,
    boolean offered,
    boolean settling)
    implements ClusterMessage {}
