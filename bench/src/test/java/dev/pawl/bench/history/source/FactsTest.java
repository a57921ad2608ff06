package dev.pawl.bench.history.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Fact;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.execution.ExecutionEvent;
import dev.pawl.engine.execution.ExecutionFact;
import dev.pawl.engine.execution.ExecutionStatus;
import dev.pawl.engine.journal.ExecutionFactSerializer;
import dev.pawl.engine.journal.RunFactSerializer;
import dev.pawl.engine.journal.v1.DefinitionEvent;
import dev.pawl.engine.run.RunEvent;
import dev.pawl.engine.run.RunFact;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepEnd;
import dev.pawl.v1.Action;
import dev.pawl.v1.AttemptFailed;
import dev.pawl.v1.CommandCause;
import dev.pawl.v1.Event;
import dev.pawl.v1.ExecutionEnded;
import dev.pawl.v1.ExecutionLeased;
import dev.pawl.v1.ExecutionState;
import dev.pawl.v1.ExponentialBackoff;
import dev.pawl.v1.Profile;
import dev.pawl.v1.ReportCause;
import dev.pawl.v1.Retry;
import dev.pawl.v1.RunEnded;
import dev.pawl.v1.RunMoved;
import dev.pawl.v1.StepsEnded;
import dev.pawl.v1.TaskRunState;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WorkflowSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The journal's bytes, written by the engine's serializers, and the contract's messages. */
class FactsTest {
  private static final Instant AT = Instant.parse("2026-11-20T10:15:30.123456789Z");
  private static final long MICROS = 1_795_169_730_123_456L;
  private static final String RUN = "projects/default/runs/r";
  private static final String EXECUTION = RUN + "/taskRuns/t1/executions/0";
  private static final dev.pawl.engine.journal.Cause BY_REPORT =
      new dev.pawl.engine.journal.Cause.Report("w", 3);

  private final StoredFacts stored =
      new StoredFacts(hash -> hash.equals("0a0b") ? List.of("t0", "t1") : List.of());

  private static StoredFacts.Row row(String entity, long sequence) {
    return new StoredFacts.Row(entity, sequence, 2, 700, 42, "writer");
  }

  private Fact run(
      long sequence,
      RunEvent event,
      dev.pawl.engine.journal.Cause cause,
      String before,
      String after) {
    return stored.read(
        row("run|r", sequence),
        "run.1",
        new RunFactSerializer().toBinary(new RunFact(event, cause, AT, before, after)));
  }

  private Fact execution(ExecutionEvent event, String before, String after) {
    return stored.read(
        row("execution|r/t1/0", 4),
        "execution.1",
        new ExecutionFactSerializer()
            .toBinary(new ExecutionFact(event, BY_REPORT, AT, before, after)));
  }

  private static Event.Builder event(String name, String before, String after) {
    return Event.newBuilder()
        .setName(name)
        .setSequence(4)
        .setTime(Timestamp.newBuilder().setSeconds(AT.getEpochSecond()).setNanos(AT.getNano()))
        .setStateBefore(before)
        .setStateAfter(after)
        .setCause(
            dev.pawl.v1.Cause.newBuilder()
                .setReport(ReportCause.newBuilder().setWorker("w").setFence(3)));
  }

  private static String shown(Event event) {
    return WatchedFacts.delivered("s", 1, event, "c").shown();
  }

  @Test
  void a_row_keeps_its_place_its_time_and_its_cause() {
    Fact fact =
        run(
            5,
            new RunEvent.PauseBegan(false),
            new dev.pawl.engine.journal.Cause.Command("q", "ff00", "someone", "why"),
            "RUNNING",
            "PAUSING");

    assertThat(fact)
        .isEqualTo(
            new Fact(
                "run|r",
                5,
                2,
                700,
                42,
                "writer",
                MICROS,
                "RUNNING",
                "PAUSING",
                new Cause.Command("q", "ff00", "someone"),
                new Change.PauseBegan(false)));
    assertThat(fact.shown())
        .isEqualTo(
            shown(
                event(RUN, "RUNNING", "PAUSING")
                    .setRunMoved(RunMoved.getDefaultInstance())
                    .setCause(
                        dev.pawl.v1.Cause.newBuilder()
                            .setCommand(
                                CommandCause.newBuilder()
                                    .setRequestId("q")
                                    .setPrincipal("someone")
                                    .setReason("why")))
                    .build()));
  }

  @Test
  void the_ends_of_tasks_are_named_by_the_definition_of_their_run() {
    stored.read(
        row("run|r", 1),
        "run.1",
        dev.pawl.engine.journal.v1.RunEvent.newBuilder()
            .setCause(dev.pawl.engine.journal.v1.Cause.newBuilder().setTimer("t"))
            .setCreated(
                dev.pawl.engine.journal.v1.RunEvent.Created.newBuilder()
                    .setDefinitionHash(ByteString.copyFrom(new byte[] {10, 11}))
                    .setTaskCount(2))
            .build()
            .toByteArray());
    StepEnd end =
        new StepEnd(
            1,
            StepEnd.Outcome.FAILED,
            "EXIT_CODE",
            "text",
            "line",
            2,
            3,
            "w",
            Optional.of(AT),
            AT,
            Map.of(),
            false);
    Fact fact = run(2, new RunEvent.StepsEnded(List.of(end)), BY_REPORT, "RUNNING", "RUNNING");

    assertThat(fact.change())
        .isEqualTo(
            new Change.StepsEnded(
                List.of(
                    new Change.StepEnd(
                        "t1",
                        1,
                        "FAILED",
                        "EXIT_CODE",
                        2,
                        3,
                        "w",
                        OptionalLong.of(MICROS),
                        MICROS,
                        "none"))));
    assertThat(fact.shown())
        .isEqualTo(
            shown(
                event(RUN, "RUNNING", "RUNNING")
                    .setStepsEnded(
                        StepsEnded.newBuilder()
                            .addSteps(
                                dev.pawl.v1.StepEnd.newBuilder()
                                    .setTask("t1")
                                    .setState(TaskRunState.TASK_RUN_STATE_FAILED)
                                    .setReason("EXIT_CODE")
                                    .setAttempt(2)
                                    .setFence(3)))
                    .build()));
  }

  @Test
  void the_end_of_a_run_is_shown_as_it_is_stored() {
    Fact fact =
        run(
            9,
            new RunEvent.Ended(RunStatus.FAILED, "TASK_FAILED", OptionalInt.of(1), Map.of()),
            BY_REPORT,
            "RUNNING",
            "FAILED");

    assertThat(fact.change())
        .isEqualTo(new Change.RunEnded("FAILED", "TASK_FAILED", OptionalInt.of(1), "none"));
    assertThat(fact.shown())
        .isEqualTo(
            shown(
                event(RUN, "RUNNING", "FAILED")
                    .setRunEnded(RunEnded.newBuilder().setReason("TASK_FAILED"))
                    .build()));
  }

  @Test
  void facts_of_executions_are_shown_as_they_are_stored() {
    assertThat(
            execution(
                    new ExecutionEvent.Leased(
                        Optional.empty(), 3, 0, 2, ExecutionEvent.Operation.RETRY, false, "w", "i"),
                    "RETRY_WAIT",
                    "RUNNING")
                .shown())
        .isEqualTo(
            shown(
                event(EXECUTION, "RETRY_WAIT", "RUNNING")
                    .setExecutionLeased(
                        ExecutionLeased.newBuilder()
                            .setWorker("w")
                            .setFence(3)
                            .setAttempt(2)
                            .setOperation(dev.pawl.v1.Operation.OPERATION_RETRY))
                    .build()));
    assertThat(
            execution(
                    new ExecutionEvent.AttemptFailed(
                        3, 3, ExecutionStatus.TIMED_OUT, "TIMED_OUT", "text", "line", AT),
                    "RUNNING",
                    "RETRY_WAIT")
                .shown())
        .isEqualTo(
            shown(
                event(EXECUTION, "RUNNING", "RETRY_WAIT")
                    .setAttemptFailed(
                        AttemptFailed.newBuilder()
                            .setFence(3)
                            .setAttempt(3)
                            .setAttemptState(ExecutionState.EXECUTION_STATE_TIMED_OUT)
                            .setReason("TIMED_OUT")
                            .setMessage("text")
                            .setNextAttemptTime(
                                Timestamp.newBuilder()
                                    .setSeconds(AT.getEpochSecond())
                                    .setNanos(AT.getNano())))
                    .build()));
    assertThat(
            execution(
                    new ExecutionEvent.Ended(
                        Optional.empty(),
                        3,
                        3,
                        ExecutionStatus.SUCCEEDED,
                        "",
                        "",
                        "line",
                        Map.of("x", new Payload.Inline(text("1")))),
                    "RUNNING",
                    "SUCCEEDED")
                .shown())
        .isEqualTo(
            shown(
                event(EXECUTION, "RUNNING", "SUCCEEDED")
                    .setExecutionEnded(
                        ExecutionEnded.newBuilder()
                            .setFence(3)
                            .setAttempt(3)
                            .setState(ExecutionState.EXECUTION_STATE_SUCCEEDED))
                    .build()));
  }

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  @Test
  void outputs_have_one_hash_wherever_they_are_seen() {
    Fact fact =
        execution(
            new ExecutionEvent.Ended(
                Optional.empty(),
                3,
                3,
                ExecutionStatus.SUCCEEDED,
                "",
                "",
                "",
                Map.of("b", new Payload.Inline(text("2")), "a", new Payload.Inline(text("1")))),
            "RUNNING",
            "SUCCEEDED");
    Struct reported =
        Struct.newBuilder().putFields("a", text("1")).putFields("b", text("2")).build();

    assertThat(((Change.Ended) fact.change()).outputsHash()).isEqualTo(Hashes.ofValues(reported));
    assertThat(Hashes.ofValues(reported))
        .isNotEqualTo(Hashes.ofValues(reported.toBuilder().putFields("b", text("3")).build()));
  }

  @Test
  void a_row_that_is_not_of_the_schema_is_never_passed_over() {
    StoredFacts.Row row = row("run|r", 1);

    assertThatThrownBy(() -> stored.read(row, "run.2", new byte[0]))
        .hasMessageContaining("unknown manifest run.2");
    assertThatThrownBy(() -> stored.read(row, "run.1", new byte[] {1, 2, 3}))
        .hasMessageContaining("holds no fact");
    assertThatThrownBy(
            () ->
                stored.read(
                    row, "definition.1", DefinitionEvent.getDefaultInstance().toByteArray()))
        .hasMessageContaining("unknown event");
  }

  @Test
  void names_of_the_contract_are_those_of_the_journal() {
    assertThat(EntityNames.ofResource(RUN)).isEqualTo("run|r");
    assertThat(EntityNames.ofResource(EXECUTION)).isEqualTo("execution|r/t1/0");
    assertThat(EntityNames.execution(EXECUTION)).isEqualTo("r/t1/0");
    assertThat(EntityNames.ofResource("projects/p/workflows/w")).isEqualTo("workflow|p/w");
    assertThat(EntityNames.ofResource("projects/p/tasks/t")).isEqualTo("task|p/t");
    assertThatThrownBy(() -> EntityNames.ofResource("projects/p/moons/m"))
        .hasMessageContaining("projects/p/moons/m");
  }

  @Test
  void a_submitted_workflow_has_the_defaults_of_the_contract() {
    WorkflowSpec spec =
        WorkflowSpec.newBuilder()
            .setName("w")
            .setProfile(Profile.PROFILE_OPS)
            .addTasks(TaskSpec.newBuilder().setName("a"))
            .addTasks(
                TaskSpec.newBuilder()
                    .setName("b")
                    .addNeeds("a")
                    .setGroup("hosts")
                    .setExecute(
                        Action.newBuilder()
                            .setTimeout(com.google.protobuf.Duration.newBuilder().setSeconds(5)))
                    .setRetry(
                        Retry.newBuilder()
                            .setMaxAttempts(4)
                            .setExponential(ExponentialBackoff.getDefaultInstance())))
            .build();

    Definition definition =
        SubmittedDefinitions.workflow(
            "h",
            "p",
            spec,
            name -> name.equals("b") ? Definition.EffectKind.ACTS : Definition.EffectKind.NONE);

    assertThat(definition)
        .isEqualTo(
            new Definition(
                "h",
                "workflow|p/w",
                "OPS",
                OptionalLong.empty(),
                1_000,
                List.of(
                    new Definition.Task(
                        0,
                        "a",
                        List.of(),
                        "default",
                        OptionalLong.of(3_600_000_000L),
                        10_000_000,
                        new Definition.Retry(1, 0, 1_000_000, 1, 1_000_000),
                        Definition.EffectKind.NONE),
                    new Definition.Task(
                        1,
                        "b",
                        List.of(0),
                        "hosts",
                        OptionalLong.of(5_000_000),
                        10_000_000,
                        new Definition.Retry(4, 0, 1_000_000, 2, 600_000_000),
                        Definition.EffectKind.ACTS))));
    assertThat(definition.tasks().get(1).retry().waitAfter(3)).isEqualTo(4_000_000);
    assertThat(definition.tasks().get(1).retry().waitAfter(30)).isEqualTo(600_000_000);
  }
}
