package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.PlanReader;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.ExecutionView;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunHeader;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunRejection;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepRef;
import dev.pawl.engine.run.StepView;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A node on a test's database, that can be restarted, with the calls that tests make. */
final class Node implements AutoCloseable {
  private static final AtomicInteger RUNS = new AtomicInteger();
  private static final AtomicInteger REQUESTS = new AtomicInteger();

  private final EngineSettings settings;
  private final PlanReader reader;
  private Engine engine;

  Node(TestDatabase postgres) {
    this(EngineSettings.of(postgres.settings()));
  }

  Node(EngineSettings settings) {
    this(settings, PlanText::plan);
  }

  Node(EngineSettings settings, PlanReader reader) {
    this.settings = settings;
    this.reader = reader;
    this.engine = Engine.start(settings, reader, InstantSource.system());
  }

  Engine engine() {
    return engine;
  }

  void restart() {
    engine.close();
    engine = Engine.start(settings, reader, InstantSource.system());
  }

  @Override
  public void close() {
    engine.close();
  }

  static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  RunId startRun(String plan) throws Exception {
    RunId id = new RunId("run%023d".formatted(RUNS.incrementAndGet()));
    RunHead head = accepted(get(start(id, plan, "request-" + id)));
    assertThat(head.status()).isEqualTo(RunStatus.RUNNING);
    return id;
  }

  CompletionStage<Answer<RunHead, RunRejection>> start(RunId id, String plan, String requestId)
      throws Exception {
    String hash = get(engine.contents().put(ByteString.copyFromUtf8(plan)));
    return engine
        .runs()
        .start(
            id,
            new RunHeader(
                new DefinitionId(DefinitionKind.WORKFLOW, "default", "w"),
                1,
                hash,
                0,
                Map.of(),
                Map.of(),
                "ann",
                requestId,
                "b0d7",
                "",
                Instant.EPOCH,
                Optional.empty()),
            "");
  }

  RunHead awaitEnd(RunId id) throws Exception {
    return accepted(get(engine.runs().await("default", id, Duration.ofSeconds(40))));
  }

  RunStatus status(RunId id) throws Exception {
    return accepted(get(engine.runs().describe("default", id))).status();
  }

  static <T> T accepted(Answer<T, RunRejection> answer) {
    return switch (answer) {
      case Answer.Accepted(var value) -> value;
      case Answer.Refused(var rejection) -> throw new AssertionError("refused: " + rejection);
    };
  }

  RunHead command(RunId id, RunVerb verb) throws Exception {
    return accepted(answer(id, verb, Optional.empty(), false));
  }

  RunHead command(RunId id, String step, RunVerb verb) throws Exception {
    return accepted(answer(id, verb, Optional.of(StepRef.of(step)), false));
  }

  RunHead command(RunId id, String step, int execution, RunVerb verb) throws Exception {
    StepRef one = new StepRef(step, OptionalInt.of(execution));
    return accepted(answer(id, verb, Optional.of(one), false));
  }

  /** Pauses the run for so long. */
  RunHead pause(RunId id, RunVerb verb, Instant until) throws Exception {
    return accepted(answer(id, verb, Optional.empty(), Optional.of(until), false));
  }

  RunHead dryRun(RunId id, RunVerb verb) throws Exception {
    return accepted(answer(id, verb, Optional.empty(), true));
  }

  /** What a run refuses a command with. */
  RunRejection refusal(RunId id, RunVerb verb) throws Exception {
    return switch (answer(id, verb, Optional.empty(), false)) {
      case Answer.Accepted(var head) -> throw new AssertionError("accepted: " + head);
      case Answer.Refused(var rejection) -> rejection;
    };
  }

  private Answer<RunHead, RunRejection> answer(
      RunId id, RunVerb verb, Optional<StepRef> step, boolean dryRun) throws Exception {
    return answer(id, verb, step, Optional.empty(), dryRun);
  }

  private Answer<RunHead, RunRejection> answer(
      RunId id, RunVerb verb, Optional<StepRef> step, Optional<Instant> until, boolean dryRun)
      throws Exception {
    String requestId = "%s-%s-%d".formatted(verb, id, REQUESTS.incrementAndGet());
    return answer(id, verb, step, until, requestId, dryRun);
  }

  /** A command on the run under a request id of the caller's. */
  RunHead repeatable(RunId id, RunVerb verb, String requestId) throws Exception {
    return accepted(answer(id, verb, Optional.empty(), Optional.empty(), requestId, false));
  }

  private Answer<RunHead, RunRejection> answer(
      RunId id,
      RunVerb verb,
      Optional<StepRef> step,
      Optional<Instant> until,
      String requestId,
      boolean dryRun)
      throws Exception {
    return get(
        engine
            .runs()
            .command(
                "default",
                id,
                verb,
                step,
                until,
                new Cause.Command(requestId, "b0d7", "ann", "because"),
                OptionalLong.empty(),
                dryRun));
  }

  StepView step(RunId id, String task) throws Exception {
    return accepted(get(engine.runs().step("default", id, task))).steps().getFirst();
  }

  ExecutionView execution(RunId id, String task) throws Exception {
    return get(engine.executions().describe(new ExecutionId(id, task, 0))).orElseThrow();
  }
}
