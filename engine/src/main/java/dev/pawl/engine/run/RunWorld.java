package dev.pawl.engine.run;

import dev.pawl.engine.definition.Plans;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.ExecutionMessage;
import dev.pawl.engine.journal.Births;
import java.time.InstantSource;
import java.util.function.BiConsumer;

/**
 * What a run's entity leans on.
 *
 * @param toExecution tells one of its executions something
 * @param births told of executions that nobody has addressed before
 */
public record RunWorld(
    Plans plans,
    BiConsumer<ExecutionId, ExecutionMessage> toExecution,
    InstantSource clock,
    Births births) {}
