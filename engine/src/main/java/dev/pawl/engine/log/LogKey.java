package dev.pawl.engine.log;

import dev.pawl.engine.execution.ExecutionId;

/** Names the log of one attempt. */
public record LogKey(ExecutionId execution, long fence) {}
