package dev.pawl.engine.execution;

import dev.pawl.engine.definition.Plans;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.worker.GroupMessage;
import dev.pawl.engine.worker.LeaseTokens;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * What an execution's entity leans on.
 *
 * @param toRun tells a run where its execution is
 * @param toGroup tells a worker group something, by the group's name
 * @param rollCall who is told when a worker group was born again
 * @param fit whether this node may answer readers; else it says nothing
 * @param subRuns what steps lean on that start runs
 * @param leaseTimeToLive how long a worker may go without a heartbeat
 * @param leaseGrace how much longer the server waits, for a heartbeat as for the answer to a stop
 */
public record ExecutionWorld(
    Plans plans,
    BiConsumer<RunId, Standing> toRun,
    BiConsumer<String, GroupMessage> toGroup,
    RollCall rollCall,
    BooleanSupplier fit,
    LeaseTokens tokens,
    SubRunWorld subRuns,
    InstantSource clock,
    Duration leaseTimeToLive,
    Duration leaseGrace) {

  /** The longest that a lease is believed in without a word of its worker. */
  Duration leasePatience() {
    return leaseTimeToLive.plus(leaseGrace);
  }
}
