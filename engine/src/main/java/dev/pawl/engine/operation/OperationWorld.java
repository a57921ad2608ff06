package dev.pawl.engine.operation;

import dev.pawl.engine.content.ContentStore;
import dev.pawl.engine.run.Runs;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What an operation's entity leans on.
 *
 * @param contents that hold the lists of runs
 * @param wake wakes an operation wherever it lives next
 * @param fit whether this node may answer readers; else it says nothing
 */
public record OperationWorld(
    Runs runs,
    ContentStore contents,
    Exporter exporter,
    InstantSource clock,
    Consumer<OperationId> wake,
    BooleanSupplier fit) {}
