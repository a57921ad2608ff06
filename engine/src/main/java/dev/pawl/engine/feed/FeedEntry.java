package dev.pawl.engine.feed;

import dev.pawl.engine.definition.DefinitionFact;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.execution.ExecutionFact;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.journal.Fact;
import dev.pawl.engine.lock.LockFact;
import dev.pawl.engine.lock.LockId;
import dev.pawl.engine.operation.OperationFact;
import dev.pawl.engine.operation.OperationId;
import dev.pawl.engine.run.RunFact;
import dev.pawl.engine.run.RunHeader;
import dev.pawl.engine.run.RunId;
import java.time.Instant;

/** One stored fact as the feed shows it: decoded once per node. */
public sealed interface FeedEntry {

  FeedPosition position();

  /** The entity's count of facts up to this one: 1, 2, 3 ... */
  long sequence();

  /** When this node read it. */
  Instant readAt();

  Fact fact();

  /** A fact of a workflow or of a task that stands alone. */
  record OfDefinition(
      FeedPosition position, DefinitionId id, long sequence, Instant readAt, DefinitionFact fact)
      implements FeedEntry {}

  /** A fact of a run, with the run's header. */
  record OfRun(
      FeedPosition position,
      RunId id,
      RunHeader header,
      long sequence,
      Instant readAt,
      RunFact fact)
      implements FeedEntry {}

  /** A fact of the locks of one scope. */
  record OfLock(FeedPosition position, LockId id, long sequence, Instant readAt, LockFact fact)
      implements FeedEntry {}

  /** A fact of an execution, with its run's header. */
  record OfExecution(
      FeedPosition position,
      ExecutionId id,
      RunHeader header,
      long sequence,
      Instant readAt,
      ExecutionFact fact)
      implements FeedEntry {}

  /** A fact of an operation. */
  record OfOperation(
      FeedPosition position, OperationId id, long sequence, Instant readAt, OperationFact fact)
      implements FeedEntry {}
}
