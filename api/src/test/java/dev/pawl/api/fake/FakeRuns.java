package dev.pawl.api.fake;

import dev.pawl.engine.access.Rights;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.explain.Explanation;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunHeader;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunRejection;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.Runs;
import dev.pawl.engine.run.StepCounts;
import dev.pawl.engine.run.StepRef;
import dev.pawl.engine.run.StepStatus;
import dev.pawl.engine.run.StepView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Runs in memory: what was started stands there, and any refusal that a test asks for. */
public final class FakeRuns implements Runs {
  /** One command that arrived. */
  public record Commanded(
      RunId id,
      RunVerb verb,
      Optional<StepRef> step,
      Optional<Instant> until,
      Cause.Command cause,
      OptionalLong expected,
      boolean dryRun) {}

  public final Map<RunId, RunHead> heads = new ConcurrentHashMap<>();
  public final Map<RunId, List<StepView>> steps = new ConcurrentHashMap<>();
  public final List<Commanded> commands = new CopyOnWriteArrayList<>();
  public final List<Sought> sought = new CopyOnWriteArrayList<>();

  /** What every question for reasons is answered with. */
  public final AtomicReference<Explanation> explanation =
      new AtomicReference<>(new Explanation(RunStatus.RUNNING, List.of(), List.of()));

  public final List<Duration> waits = new CopyOnWriteArrayList<>();
  public volatile Optional<RunRejection> refusal = Optional.empty();
  public volatile Optional<Throwable> failure = Optional.empty();

  /** What every start waits for. */
  public volatile CompletableFuture<?> gate = CompletableFuture.completedFuture(null);

  /** What every wait for an end waits for. */
  public volatile CompletableFuture<?> awaited = CompletableFuture.completedFuture(null);

  /** A head as a run that begins has it. */
  public static RunHead head(RunId id, RunHeader header, RunStatus status) {
    return head(id, header, status, true);
  }

  /**
   * The same.
   *
   * @param changed whether the command that it answers was news
   */
  public static RunHead head(RunId id, RunHeader header, RunStatus status, boolean changed) {
    return new RunHead(
        id,
        header,
        Profile.OFFLINE,
        status,
        "",
        Map.<String, Payload>of(),
        Optional.empty(),
        status.ended() ? Optional.of(Instant.EPOCH) : Optional.empty(),
        StepCounts.none(header.taskCount()),
        List.of(
            new RunHead.VerbOption(RunVerb.PAUSE, !status.ended(), status.ended() ? "ended" : "")),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        List.of(),
        List.of(),
        1,
        changed);
  }

  @Override
  public CompletionStage<Answer<RunHead, RunRejection>> start(
      RunId id, RunHeader header, String reason, Rights rights) {
    return gate.thenCompose(
        _ -> answered(() -> heads.computeIfAbsent(id, _ -> head(id, header, RunStatus.RUNNING))));
  }

  @Override
  public CompletionStage<Answer<RunHead, RunRejection>> preview(RunId id, RunHeader header) {
    return answered(() -> head(id, header, RunStatus.RUNNING));
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
    commands.add(new Commanded(id, verb, step, until, cause, expectedSequence, dryRun));
    return describe(project, id);
  }

  @Override
  public CompletionStage<Answer<RunHead, RunRejection>> describe(String project, RunId id) {
    return found(project, id)
        ? answered(() -> heads.get(id))
        : CompletableFuture.completedFuture(new Answer.Refused<>(new RunRejection.NotFound()));
  }

  private boolean found(String project, RunId id) {
    RunHead head = heads.get(id);
    return head != null && head.header().project().equals(project);
  }

  @Override
  public CompletionStage<Answer<RunHead, RunRejection>> await(
      String project, RunId id, Duration atMost) {
    waits.add(atMost);
    return awaited.thenCompose(_ -> describe(project, id));
  }

  @Override
  public CompletionStage<Answer<StepPage, RunRejection>> steps(
      String project, RunId id, int fromIndex, int size, Set<StepStatus> statuses) {
    if (!found(project, id)) {
      return CompletableFuture.completedFuture(new Answer.Refused<>(new RunRejection.NotFound()));
    }
    List<StepView> wanted = new ArrayList<>();
    OptionalLong next = OptionalLong.empty();
    int total = 0;
    for (StepView step : steps.getOrDefault(id, List.of())) {
      if (statuses.isEmpty() || statuses.contains(step.status())) {
        total++;
        if (step.index() >= fromIndex) {
          if (wanted.size() < size) {
            wanted.add(step);
          } else if (next.isEmpty()) {
            next = OptionalLong.of(step.index());
          }
        }
      }
    }
    return CompletableFuture.completedFuture(
        new Answer.Accepted<>(new StepPage(wanted, next, total)));
  }

  @Override
  public CompletionStage<Answer<StepPage, RunRejection>> step(
      String project, RunId id, String task) {
    if (!found(project, id)) {
      return CompletableFuture.completedFuture(new Answer.Refused<>(new RunRejection.NotFound()));
    }
    List<StepView> one =
        steps.getOrDefault(id, List.of()).stream()
            .filter(step -> step.task().equals(task))
            .toList();
    return CompletableFuture.completedFuture(
        new Answer.Accepted<>(new StepPage(one, OptionalLong.empty(), one.size())));
  }

  @Override
  public CompletionStage<Answer<Explanation, RunRejection>> explain(
      String project, RunId id, Optional<StepRef> step) {
    if (!found(project, id)) {
      return CompletableFuture.completedFuture(new Answer.Refused<>(new RunRejection.NotFound()));
    }
    return CompletableFuture.completedFuture(new Answer.Accepted<>(explanation.get()));
  }

  @Override
  public CompletionStage<Answer<Location, RunRejection>> locate(
      String project, RunId id, Sought what) {
    sought.add(what);
    if (!found(project, id)) {
      return CompletableFuture.completedFuture(new Answer.Refused<>(new RunRejection.NotFound()));
    }
    List<StepView> all = steps.getOrDefault(id, List.of());
    List<StepView> fitting =
        all.stream()
            .filter(step -> step.task().contains(what.text()))
            .filter(step -> what.statuses().isEmpty() || what.statuses().contains(step.status()))
            .toList();
    return CompletableFuture.completedFuture(
        new Answer.Accepted<>(
            new Location(
                fitting.stream().filter(step -> step.index() >= what.from()).findFirst(),
                fitting.size(),
                all.size())));
  }

  private CompletionStage<Answer<RunHead, RunRejection>> answered(Supplier<RunHead> head) {
    if (failure.isPresent()) {
      return CompletableFuture.failedFuture(failure.get());
    }
    return CompletableFuture.completedFuture(
        refusal
            .<Answer<RunHead, RunRejection>>map(Answer.Refused::new)
            .orElseGet(() -> new Answer.Accepted<>(head.get())));
  }
}
