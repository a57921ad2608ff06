package dev.pawl.engine.run;

import dev.pawl.engine.definition.Plans;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.ExecutionMessage;
import java.time.InstantSource;
import java.util.function.BiConsumer;

/**
 * What a run's entity leans on.
 *
 * @param toExecution tells one of its executions something
 * @param stored called after something was stored
 */
public record RunWorld(
    Plans plans,
    BiConsumer<ExecutionId, ExecutionMessage> toExecution,
    InstantSource clock,
    Runnable stored) {}
