package dev.pawl.engine.run;

import dev.pawl.engine.definition.Plans;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.ExecutionMessage;
import dev.pawl.engine.journal.Births;
import dev.pawl.engine.lock.LockId;
import dev.pawl.engine.lock.LockMessage;
import java.time.InstantSource;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What a run's entity leans on.
 *
 * @param toExecution tells one of its executions something
 * @param toLock tells the locks of a scope something
 * @param births told of executions that nobody has addressed before
 * @param wake wakes a run wherever it lives next
 * @param fit whether this node may answer readers; else it says nothing
 */
public record RunWorld(
    Plans plans,
    BiConsumer<ExecutionId, ExecutionMessage> toExecution,
    BiConsumer<LockId, LockMessage> toLock,
    InstantSource clock,
    Births births,
    Consumer<RunId> wake,
    BooleanSupplier fit) {}
