package dev.pawl.engine.worker;

import java.time.Instant;
import java.util.Map;

/** A connected worker. */
public record WorkerRow(
    String workerId,
    String incarnation,
    String group,
    int slots,
    int busy,
    Map<String, String> labels,
    Instant connectedAt,
    Instant heartbeatAt,
    boolean draining,
    String version) {}
