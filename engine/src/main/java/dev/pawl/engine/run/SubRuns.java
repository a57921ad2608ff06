package dev.pawl.engine.run;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.decider.Unavailable;
import dev.pawl.engine.definition.DefinitionHead;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.DefinitionRejection;
import dev.pawl.engine.definition.Definitions;
import dev.pawl.engine.definition.EachPlan;
import dev.pawl.engine.definition.ParameterPlan;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.Plans;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.definition.SubRunPlan;
import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.worker.WorkerLease;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * The runs that steps start (OBS-39). Which run an attempt starts follows from its execution and
 * fence alone: asked once more, it finds the one that is there.
 */
public final class SubRuns {
  /** Why a step fails whose run would be more than {@link ParentStep#DEEPEST} deep. */
  public static final String TOO_DEEP = "RUNS_TOO_DEEP";

  private static final int TIME_CHARS = 10;
  private static final int PARENTS = 1_000;
  private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

  private final Definitions definitions;
  private final Plans plans;
  private final Runs runs;

  /** Asked once for all steps of a run: a step may be split into a thousand. */
  private final AsyncCache<RunId, Parent> parents =
      Caffeine.newBuilder().maximumSize(PARENTS).buildAsync();

  /**
   * Its questions are as many as steps that wait.
   *
   * @param definitions behind an admission of the engine's own
   * @param runs the same
   */
  public SubRuns(Definitions definitions, Plans plans, Runs runs) {
    this.definitions = definitions;
    this.plans = plans;
    this.runs = runs;
  }

  /** What became of a start. */
  public sealed interface Start {
    /** The run is there. */
    record Begun(RunHead head) implements Start {}

    /** There is none. {@code permanent}: no further attempt helps. */
    record Refused(String reason, String message, boolean permanent) implements Start {}

    /** Nothing was sent, since its permit was withdrawn meanwhile. */
    record Withdrawn() implements Start {}
  }

  /** Lets a start go out. */
  @FunctionalInterface
  public interface Permit {
    /** Asked right before it is sent, on any thread: false when it is wanted no more. */
    boolean use();
  }

  /** What of the run above the run below is handed; it never changes. */
  private record Parent(String initiator, String traceparent, List<RunObject> objects, int depth) {}

  /** The run of an attempt. It sorts beside the run that its step is of. */
  public static RunId id(ExecutionId execution, long fence) {
    byte[] digest = sha256(requestId(execution, fence));
    StringBuilder id = new StringBuilder(execution.run().value().substring(0, TIME_CHARS));
    while (id.length() < RunId.LENGTH) {
      id.append(ALPHABET.charAt(digest[id.length()] & 31));
    }
    return new RunId(id.toString());
  }

  private static String requestId(ExecutionId execution, long fence) {
    return "%s#%d".formatted(execution.entityId(), fence);
  }

  /** The run of an attempt, if it was started. */
  public CompletionStage<Answer<RunHead, RunRejection>> find(WorkerLease lease) {
    return runs.describe(lease.spec().project(), id(lease.execution(), lease.fence()));
  }

  /**
   * Starts what an attempt is to start, or finds it. Fails with {@link Unavailable} and the like
   * when the outcome is unknown; when the permit was not used then, nothing was sent.
   */
  public CompletionStage<Start> start(WorkerLease lease, SubRunPlan.Target target, Permit permit) {
    String project = lease.spec().project();
    DefinitionId workflow = new DefinitionId(DefinitionKind.WORKFLOW, project, target.workflow());
    return parent(project, lease.execution().run())
        .thenCompose(parent -> begin(lease, workflow, target.version(), parent, permit));
  }

  private CompletionStage<Parent> parent(String project, RunId run) {
    return parents.get(
        run,
        (id, _) ->
            runs.describe(project, id)
                .thenApply(
                    answer ->
                        switch (answer) {
                          case Answer.Accepted<RunHead, RunRejection>(var head) ->
                              parent(head.header());
                          case Answer.Refused<RunHead, RunRejection> _ ->
                              throw new IllegalStateException(
                                  "run %s, whose step starts a run, is not there".formatted(id));
                        })
                .toCompletableFuture());
  }

  private static Parent parent(RunHeader header) {
    return new Parent(
        header.initiator(),
        header.traceparent(),
        header.objects(),
        header.parent().map(ParentStep::depth).orElse(0));
  }

  private CompletionStage<Start> begin(
      WorkerLease lease,
      DefinitionId workflow,
      OptionalLong version,
      Parent parent,
      Permit permit) {
    int depth = parent.depth() + 1;
    if (depth > ParentStep.DEEPEST) {
      return CompletableFuture.completedFuture(
          new Start.Refused(
              TOO_DEEP,
              "workflow %s would be %d runs deep; at most %d: does it start itself?"
                  .formatted(workflow.name(), depth, ParentStep.DEEPEST),
              true));
    }
    return definitions
        .describe(workflow, version)
        .thenCompose(
            answer ->
                switch (answer) {
                  case Answer.Accepted<DefinitionHead, DefinitionRejection>(var head) ->
                      plans
                          .get(head.hash())
                          .thenCompose(plan -> begin(lease, head, plan, parent, depth, permit));
                  case Answer.Refused<DefinitionHead, DefinitionRejection>(var rejection) ->
                      CompletableFuture.completedFuture(refused(workflow, rejection));
                });
  }

  private static Start refused(DefinitionId workflow, DefinitionRejection rejection) {
    String name = workflow.name();
    String message =
        switch (rejection) {
          case DefinitionRejection.NotFound _ ->
              "there is no workflow %s in project %s: submit it, then retry this step"
                  .formatted(name, workflow.project());
          case DefinitionRejection.NoSuchVersion(var version, var newest) ->
              "workflow %s has no version %d; the newest is %d".formatted(name, version, newest);
          case DefinitionRejection.NotPermitted _,
              DefinitionRejection.RequestIdReused _,
              DefinitionRejection.VersionMismatch _ ->
              throw new IllegalStateException("%s answers %s".formatted(workflow, rejection));
        };
    return new Start.Refused("DEFINITION_NOT_FOUND", message, false);
  }

  private CompletionStage<Start> begin(
      WorkerLease lease, DefinitionHead head, Plan plan, Parent parent, int depth, Permit permit) {
    ExecutionId execution = lease.execution();
    String requestId = requestId(execution, lease.fence());
    RunHeader header =
        new RunHeader(
            head.id(),
            head.version(),
            head.hash(),
            plan.tasks().size(),
            parameters(lease, plan),
            Map.of(),
            parent.initiator(),
            requestId,
            HexFormat.of().formatHex(sha256(requestId)),
            parent.traceparent(),
            Instant.EPOCH,
            Optional.empty(),
            parent.objects(),
            List.of(),
            Map.of(),
            Optional.of(new ParentStep(execution, depth)));
    String reason = "started by step %s of run %s".formatted(execution.task(), execution.run());
    if (!permit.use()) {
      return CompletableFuture.completedFuture(new Start.Withdrawn());
    }
    return runs.start(id(execution, lease.fence()), header, reason)
        .thenApply(
            answer ->
                switch (answer) {
                  case Answer.Accepted<RunHead, RunRejection>(var begun) -> new Start.Begun(begun);
                  case Answer.Refused<RunHead, RunRejection>(var rejection) ->
                      new Start.Refused(
                          RefusalText.reason(rejection),
                          "workflow %s: %s"
                              .formatted(head.id().name(), RefusalText.message(rejection)),
                          rejection instanceof RunRejection.InvalidParameters
                              || rejection instanceof RunRejection.LockHeldAbove);
                });
  }

  /**
   * What the run is handed: all inputs of its step, so that one that it does not know is found out.
   * What it may know is handed to it when it knows it: the element of a step that is split, and to
   * a run that takes back, what the other was handed and gave.
   */
  private static Map<String, Payload> parameters(WorkerLease lease, Plan plan) {
    Set<String> declared =
        plan.parameters().stream().map(ParameterPlan::name).collect(Collectors.toSet());
    Map<String, Payload> given = new HashMap<>();
    if (lease.operation() == Operation.ROLLBACK) {
      given.putAll(lease.outputs());
      given.putAll(lease.spec().inputs());
      given.keySet().retainAll(declared);
    } else {
      given.putAll(lease.spec().inputs());
      given.keySet().removeIf(name -> name.equals(EachPlan.ITEM) && !declared.contains(name));
    }
    return given;
  }

  /** The run once it has ended, or as it is after the time given. */
  public CompletionStage<Answer<RunHead, RunRejection>> await(WorkerLease lease, Duration atMost) {
    return runs.await(lease.spec().project(), id(lease.execution(), lease.fence()), atMost);
  }

  /**
   * Stops the run; one that has ended refuses that.
   *
   * @param seen the run as it was when this was wanted: one that an operator has go on after it was
   *     stopped is stopped once more
   */
  public CompletionStage<Answer<RunHead, RunRejection>> stop(
      WorkerLease lease, RunHead seen, String reason) {
    String requestId =
        "%s/stop@%d".formatted(requestId(lease.execution(), lease.fence()), seen.sequence());
    return runs.command(
        lease.spec().project(),
        id(lease.execution(), lease.fence()),
        RunVerb.STOP,
        Optional.empty(),
        new Cause.Command(
            requestId,
            HexFormat.of().formatHex(sha256(requestId)),
            seen.header().initiator(),
            reason),
        OptionalLong.empty(),
        false);
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
