package dev.pawl.engine.lock;

import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunMessage;
import java.time.InstantSource;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * What the entities of locks lean on.
 *
 * @param toRun tells a run something
 * @param fit whether this node may answer without having stored; else it says nothing
 */
public record LockWorld(
    BiConsumer<RunId, RunMessage> toRun, InstantSource clock, BooleanSupplier fit) {}
