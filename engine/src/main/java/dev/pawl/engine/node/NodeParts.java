package dev.pawl.engine.node;

import dev.pawl.engine.audit.PostgresAudit;
import dev.pawl.engine.feed.PostgresFeed;
import dev.pawl.engine.journal.Database;
import dev.pawl.engine.log.LogHubs;
import dev.pawl.engine.view.Projector;
import dev.pawl.engine.wire.Admission;
import dev.pawl.engine.worker.ShardedWorkers;

/** The parts of a node that have something to say of themselves. */
public record NodeParts(
    Database database,
    PostgresFeed feed,
    Projector projector,
    Admission admission,
    ShardedWorkers workers,
    LogHubs logs,
    PostgresAudit audit) {}
