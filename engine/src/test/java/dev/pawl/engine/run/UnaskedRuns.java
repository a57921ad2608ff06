package dev.pawl.engine.run;

import dev.pawl.engine.access.Rights;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.explain.Explanation;
import dev.pawl.engine.journal.Cause;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Runs of which a test expects no call but of what it overrides. */
public abstract class UnaskedRuns implements Runs {
  private static <T> CompletionStage<T> unasked() {
    return CompletableFuture.failedStage(new AssertionError("nobody was to ask for this"));
  }

  @Override
  public CompletionStage<Answer<RunHead, RunRejection>> start(
      RunId id, RunHeader header, String reason, Rights rights) {
    return unasked();
  }

  @Override
  public CompletionStage<Answer<RunHead, RunRejection>> preview(RunId id, RunHeader header) {
    return unasked();
  }

  @Override
  public CompletionStage<Answer<RunHead, RunRejection>> command(
      String project,
      RunId id,
      RunVerb verb,
      Optional<StepRef> step,
      Optional<Instant> until,
      Cause.Command cause,
      OptionalLong expectedSequence,
      boolean dryRun) {
    return unasked();
  }

  @Override
  public CompletionStage<Answer<RunHead, RunRejection>> describe(String project, RunId id) {
    return unasked();
  }

  @Override
  public CompletionStage<Answer<RunHead, RunRejection>> await(
      String project, RunId id, Duration atMost) {
    return unasked();
  }

  @Override
  public CompletionStage<Answer<StepPage, RunRejection>> steps(
      String project, RunId id, int fromIndex, int size, Set<StepStatus> statuses) {
    return unasked();
  }

  @Override
  public CompletionStage<Answer<StepPage, RunRejection>> step(
      String project, RunId id, String task) {
    return unasked();
  }

  @Override
  public CompletionStage<Answer<Explanation, RunRejection>> explain(
      String project, RunId id, Optional<StepRef> step) {
    return unasked();
  }

  @Override
  public CompletionStage<Answer<Location, RunRejection>> locate(
      String project, RunId id, Sought sought) {
    return unasked();
  }
}
