package dev.pawl.engine.view;

import dev.pawl.engine.operation.OperationHead;
import dev.pawl.engine.operation.OperationId;

/** One operation as lists show it. */
public record OperationRow(OperationId id, OperationHead head) {}
