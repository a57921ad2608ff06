package dev.pawl.engine.run;

import dev.pawl.engine.access.Rights;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.decider.Unavailable;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.explain.Explanation;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.run.RunMessage.HeadAnswer;
import dev.pawl.engine.run.RunMessage.StepsAnswer;
import dev.pawl.engine.wire.Admission;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.japi.function.Function;

/** Runs as sharded entities. */
public final class ShardedRuns implements Runs {
  private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

  private final RunShards shards;
  private final Admission admission;
  private final Duration timeout;
  private final InstantSource clock;

  public ShardedRuns(RunShards shards, Admission admission, Duration timeout, InstantSource clock) {
    this.shards = shards;
    this.admission = admission;
    this.timeout = timeout;
    this.clock = clock;
  }

  @Override
  public CompletionStage<Answer<RunHead, RunRejection>> start(
      RunId id, RunHeader header, String reason, Rights rights) {
    return head(id, replyTo -> new RunMessage.Start(header, reason, rights, false, replyTo));
  }

  @Override
  public CompletionStage<Answer<RunHead, RunRejection>> preview(RunId id, RunHeader header) {
    return head(id, replyTo -> new RunMessage.Start(header, "", Rights.CHECKED, true, replyTo));
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
    return head(
        id,
        replyTo ->
            new RunMessage.Execute(
                project, verb, step, until, cause, expectedSequence, dryRun, replyTo));
  }

  @Override
  public CompletionStage<Answer<RunHead, RunRejection>> describe(String project, RunId id) {
    return head(id, replyTo -> new RunMessage.Describe(project, replyTo));
  }

  /**
   * Asks again every few seconds: who waits is known to the run in memory only, and the run may
   * leave memory, or move.
   */
  @Override
  public CompletionStage<Answer<RunHead, RunRejection>> await(
      String project, RunId id, Duration atMost) {
    if (!atMost.isPositive()) {
      // Whoever cannot wait, because a deadline is near, is told where the run stands.
      return describe(project, id);
    }
    Duration now = atMost.compareTo(ASK_AGAIN) > 0 ? ASK_AGAIN : atMost;
    Duration left = atMost.minus(now);
    return admission
        .<HeadAnswer>askUncounted(
            "run " + id,
            () ->
                shards
                    .run(id)
                    .ask(
                        replyTo ->
                            new RunMessage.Await(project, clock.instant().plus(now), replyTo),
                        now))
        .thenApply(HeadAnswer::answer)
        .exceptionallyCompose(
            failure -> {
              if (!(cause(failure) instanceof Unavailable)) {
                return CompletableFuture.failedFuture(failure);
              }
              return await(project, id, left);
            });
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  @Override
  public CompletionStage<Answer<StepPage, RunRejection>> steps(
      String project, RunId id, int fromIndex, int size, Set<StepStatus> statuses) {
    return stepPage(
        id, replyTo -> new RunMessage.ListSteps(project, fromIndex, size, statuses, replyTo));
  }

  @Override
  public CompletionStage<Answer<StepPage, RunRejection>> step(
      String project, RunId id, String task) {
    return stepPage(id, replyTo -> new RunMessage.DescribeStep(project, task, replyTo));
  }

  @Override
  public CompletionStage<Answer<Explanation, RunRejection>> explain(
      String project, RunId id, Optional<StepRef> step) {
    return admission
        .<RunMessage.Explained>ask(
            "run " + id,
            () ->
                shards
                    .run(id)
                    .ask(replyTo -> new RunMessage.Explain(project, step, replyTo), timeout))
        .thenApply(RunMessage.Explained::answer);
  }

  @Override
  public CompletionStage<Answer<Location, RunRejection>> locate(
      String project, RunId id, Sought sought) {
    return admission
        .<RunMessage.Located>ask(
            "run " + id,
            () ->
                shards
                    .run(id)
                    .ask(replyTo -> new RunMessage.Locate(project, sought, replyTo), timeout))
        .thenApply(RunMessage.Located::answer);
  }

  private CompletionStage<Answer<RunHead, RunRejection>> head(
      RunId id, Function<ActorRef<HeadAnswer>, RunFamily> question) {
    return admission
        .<HeadAnswer>ask("run " + id, () -> shards.run(id).ask(question, timeout))
        .thenApply(HeadAnswer::answer);
  }

  private CompletionStage<Answer<StepPage, RunRejection>> stepPage(
      RunId id, Function<ActorRef<StepsAnswer>, RunFamily> question) {
    return admission
        .<StepsAnswer>ask("run " + id, () -> shards.run(id).ask(question, timeout))
        .thenApply(StepsAnswer::answer);
  }
}
