package dev.pawl.engine.node;

import java.time.Duration;

/**
 * What a node has done since it began.
 *
 * @param commits of the journal, each with many facts
 * @param commitDuration what they took together
 * @param leases handed to workers
 * @param reports that came from workers
 * @param staleReports reports that were answered as stale
 * @param storedLogBytes as packed by the workers
 * @param droppedAudit refused commands that found no room on their way into the audit
 */
public record NodeTotals(
    long commits,
    Duration commitDuration,
    long facts,
    long leases,
    long reports,
    long staleReports,
    long storedLogBytes,
    long droppedAudit) {}
