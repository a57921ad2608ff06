package dev.pawl.engine.feed;

import dev.pawl.engine.execution.ExecutionEvent;
import dev.pawl.engine.execution.ExecutionFact;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.SampleFacts;
import dev.pawl.engine.run.RunEvent;
import dev.pawl.engine.run.RunFact;
import dev.pawl.engine.run.RunHeader;
import dev.pawl.engine.run.RunId;
import java.time.Instant;
import java.util.Optional;

/** Entries of the feed for tests that need no journal. */
public final class SampleEntries {
  public static final RunId RUN = new RunId("01h5xw7v6k8m9n0p1q2r3s4t5v");
  private static final Cause CAUSE = new Cause.Timer("T");

  private SampleEntries() {}

  public static FeedEntry.OfRun run(long sequence, RunEvent event, String after, Instant at) {
    return run(sequence, event, after, at, SampleFacts.header());
  }

  public static FeedEntry.OfRun run(
      long sequence, RunEvent event, String after, Instant at, RunHeader header) {
    return new FeedEntry.OfRun(
        new FeedPosition(1, sequence, sequence),
        RUN,
        header,
        sequence,
        at,
        new RunFact(event, CAUSE, at, "RUNNING", after));
  }

  public static FeedEntry.OfExecution execution(
      long sequence, ExecutionEvent event, String after, Instant at) {
    return new FeedEntry.OfExecution(
        new FeedPosition(1, sequence, sequence),
        new ExecutionId(RUN, "load", 0),
        SampleFacts.header(),
        sequence,
        at,
        new ExecutionFact(event, CAUSE, at, "RUNNING", after));
  }

  /** The sample header with another deadline. */
  public static RunHeader header(Optional<Instant> deadline) {
    RunHeader sample = SampleFacts.header();
    return new RunHeader(
        sample.definition(),
        sample.definitionVersion(),
        sample.definitionHash(),
        sample.taskCount(),
        sample.parameters(),
        sample.labels(),
        sample.initiator(),
        sample.requestId(),
        sample.bodyHash(),
        sample.traceparent(),
        sample.createdAt(),
        deadline);
  }
}
