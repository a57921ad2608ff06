package dev.pawl.engine.execution;

import com.google.protobuf.ByteString;
import dev.pawl.engine.access.Rights;
import dev.pawl.engine.content.ContentStore;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.decider.Unavailable;
import dev.pawl.engine.definition.DefinitionHead;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.DefinitionRejection;
import dev.pawl.engine.definition.DefinitionStatus;
import dev.pawl.engine.definition.Definitions;
import dev.pawl.engine.definition.LockPlan;
import dev.pawl.engine.definition.Placement;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.Plans;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.definition.RetryPlan;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.definition.SubRunPlan;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.log.LogChunk;
import dev.pawl.engine.log.LogKey;
import dev.pawl.engine.log.LogSection;
import dev.pawl.engine.log.Logs;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunHeader;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunRejection;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepCounts;
import dev.pawl.engine.run.StepRef;
import dev.pawl.engine.run.SubRuns;
import dev.pawl.engine.run.UnaskedRuns;
import dev.pawl.engine.worker.WorkerLease;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A step that starts a run, with all that it leans on played by hand. */
final class SubRunFixture {
  static final ExecutionId STEP = new ExecutionId(new RunId("run%023d".formatted(1)), "a", 0);
  static final RunId BELOW = SubRuns.id(STEP, 1);
  static final TaskPlan TASK =
      new TaskPlan(
          0,
          "a",
          "",
          List.of(),
          "default",
          Map.of(),
          Optional.empty(),
          Duration.ofSeconds(1),
          new RetryPlan(1, new RetryPlan.Backoff.Fixed(Duration.ofSeconds(1))),
          List.of(),
          false,
          new Placement.Any(),
          Set.of(),
          false,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.of(
              new SubRunPlan(
                  new SubRunPlan.Target("below", OptionalLong.empty()), Optional.empty())));

  private static final Instant BEGIN = Instant.parse("2026-12-01T10:00:00Z");

  final HandRuns runs = new HandRuns();
  final HandLogs logs = new HandLogs();
  volatile Instant now = BEGIN;

  SubRunWorld world() {
    return new SubRunWorld(
        new SubRuns(new OneWorkflow(), plans(), runs),
        logs,
        (_, text) -> ByteString.copyFromUtf8(text),
        () -> now);
  }

  static Plans plans() {
    return new Plans(
        new ContentStore() {
          @Override
          public CompletionStage<String> put(ByteString content) {
            return CompletableFuture.failedStage(new UnsupportedOperationException());
          }

          @Override
          public CompletionStage<ByteString> get(String hash) {
            return CompletableFuture.completedStage(ByteString.EMPTY);
          }
        },
        _ ->
            new Plan(
                DefinitionKind.WORKFLOW,
                "below",
                "",
                Profile.OFFLINE,
                "",
                List.of(),
                Map.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                1,
                Map.of(),
                new LockPlan(List.of(), false),
                Optional.empty()));
  }

  static WorkerLease lease(Optional<Duration> timeout) {
    return new WorkerLease(
        STEP,
        1,
        "token",
        0,
        1,
        Operation.EXECUTE,
        new WorkSpec("default", "00ff", 0, Map.of(), ""),
        Map.of(),
        BEGIN,
        timeout);
  }

  static RunHead head(RunId id, RunStatus status, long sequence) {
    return new RunHead(
        id,
        new RunHeader(
            new DefinitionId(DefinitionKind.WORKFLOW, "default", "below"),
            3,
            "00ff",
            1,
            Map.of(),
            Map.of(),
            "ann",
            "request",
            "b0d7",
            "",
            BEGIN,
            Optional.empty()),
        Profile.OFFLINE,
        status,
        "",
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        StepCounts.none(1),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        List.of(),
        List.of(),
        sequence,
        true);
  }

  private static <T> CompletionStage<T> unasked() {
    return CompletableFuture.failedStage(new UnsupportedOperationException("nobody asks this"));
  }

  /** The one workflow that there is. */
  private static final class OneWorkflow implements Definitions {
    @Override
    public CompletionStage<Answer<DefinitionHead, DefinitionRejection>> submit(
        DefinitionId id, String hash, Cause.Command cause, OptionalLong expectedSequence) {
      return unasked();
    }

    @Override
    public CompletionStage<Answer<DefinitionHead, DefinitionRejection>> describe(
        DefinitionId id, OptionalLong version) {
      return CompletableFuture.completedStage(
          new Answer.Accepted<>(
              new DefinitionHead(
                  id, DefinitionStatus.ACTIVE, 3, "00ff", "ann", BEGIN, BEGIN, false, 3)));
    }
  }

  /** The run above, which is always there, and the one below. */
  static final class HandRuns extends UnaskedRuns {
    /** The run below as it is; empty when it is not there. */
    volatile Optional<RunHead> below = Optional.empty();

    /** Whether a start gets no answer, and changes nothing. */
    volatile boolean startsGetLost;

    /** Nobody is told whether the run below is there before it is done. */
    volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

    final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<CompletableFuture<Answer<RunHead, RunRejection>>> waiting =
        new ArrayList<>();

    /** The run below comes so far, and who waits for it is told so. */
    synchronized void becomes(RunStatus status, long sequence) {
      below = Optional.of(head(BELOW, status, sequence));
      List<CompletableFuture<Answer<RunHead, RunRejection>>> told = List.copyOf(waiting);
      waiting.clear();
      told.forEach(answer -> answer.complete(found()));
    }

    synchronized boolean awaited() {
      return !waiting.isEmpty();
    }

    private Answer<RunHead, RunRejection> found() {
      return below
          .<Answer<RunHead, RunRejection>>map(Answer.Accepted::new)
          .orElseGet(() -> new Answer.Refused<>(new RunRejection.NotFound()));
    }

    @Override
    public CompletionStage<Answer<RunHead, RunRejection>> start(
        RunId id, RunHeader header, String reason, Rights rights) {
      asked.add("start");
      if (startsGetLost) {
        return CompletableFuture.failedStage(
            new Unavailable("no answer in time", new IllegalStateException("lost")));
      }
      becomes(RunStatus.RUNNING, 1);
      return CompletableFuture.completedStage(found());
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
      asked.add(verb + cause.requestId().substring(cause.requestId().lastIndexOf('@')));
      return CompletableFuture.completedStage(found());
    }

    @Override
    public CompletionStage<Answer<RunHead, RunRejection>> describe(String project, RunId id) {
      if (id.equals(STEP.run())) {
        return CompletableFuture.completedStage(
            new Answer.Accepted<>(head(id, RunStatus.RUNNING, 1)));
      }
      asked.add("describe");
      return gate.thenApply(_ -> found());
    }

    @Override
    public synchronized CompletionStage<Answer<RunHead, RunRejection>> await(
        String project, RunId id, Duration atMost) {
      if (below.filter(head -> head.status().ended()).isPresent()) {
        return CompletableFuture.completedStage(found());
      }
      CompletableFuture<Answer<RunHead, RunRejection>> answer = new CompletableFuture<>();
      waiting.add(answer);
      return answer;
    }
  }

  /** A log that stores lines, and may lose the answer. */
  static final class HandLogs implements Logs {
    final List<String> lines = new CopyOnWriteArrayList<>();
    volatile boolean ended;

    /** How many answers get lost from now on, though what was sent is stored. */
    final AtomicInteger lost = new AtomicInteger();

    /** Nothing is stored, nor answered, before it is done. */
    volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

    @Override
    public CompletionStage<Stored> append(LogChunk chunk) {
      return gate.thenCompose(_ -> store(chunk));
    }

    private synchronized CompletionStage<Stored> store(LogChunk chunk) {
      if (chunk.lineCount() == 1 && chunk.firstSequence() == lines.size() + 1 && !ended) {
        lines.add(chunk.lines().toStringUtf8());
        ended = chunk.last();
      }
      if (lost.get() > 0) {
        lost.decrementAndGet();
        return CompletableFuture.failedStage(
            new Unavailable("no answer in time", new IllegalStateException("lost")));
      }
      return CompletableFuture.completedStage(new Stored(lines.size(), ended));
    }

    @Override
    public CompletionStage<List<LogSection>> sections(RunId run, Optional<String> task) {
      return unasked();
    }

    @Override
    public CompletionStage<List<LogChunk>> read(LogKey key, long fromSequence, int maxBytes) {
      return unasked();
    }

    @Override
    public Tail tail(RunId run, Optional<String> task) {
      throw new UnsupportedOperationException("nobody follows it");
    }
  }
}
