package dev.pawl.engine.journal;

import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pawl.engine.access.Rights;
import dev.pawl.engine.content.AdditionalData;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.definition.DefinitionEvent;
import dev.pawl.engine.definition.DefinitionFact;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.definition.ValueType;
import dev.pawl.engine.execution.ExecutionEvent;
import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.execution.ExecutionFact;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.ExecutionStatus;
import dev.pawl.engine.execution.WorkSpec;
import dev.pawl.engine.lock.LockEvent;
import dev.pawl.engine.lock.LockFact;
import dev.pawl.engine.lock.LockName;
import dev.pawl.engine.operation.ItemOutcome;
import dev.pawl.engine.operation.ItemResult;
import dev.pawl.engine.operation.OperationEvent;
import dev.pawl.engine.operation.OperationFact;
import dev.pawl.engine.operation.OperationFile;
import dev.pawl.engine.operation.OperationStatus;
import dev.pawl.engine.operation.OperationWork;
import dev.pawl.engine.run.Again;
import dev.pawl.engine.run.ParentStep;
import dev.pawl.engine.run.RunEvent;
import dev.pawl.engine.run.RunFact;
import dev.pawl.engine.run.RunHeader;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunObject;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepEnd;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** One fact of each kind, with all that it can carry; named like its golden file. */
public final class SampleFacts {
  public static final Instant NOW = Instant.parse("2026-11-20T05:30:00.123456Z");
  public static final String HASH =
      "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

  private static final Cause COMMAND =
      new Cause.Command("0193f3b0-0000-7000-8000-000000000001", HASH, "user:ada", "maintenance");
  private static final Cause REPORT = new Cause.Report("shell-1", 3);
  private static final Cause TIMER = new Cause.Timer("RUN_TIMEOUT");
  private static final Cause PARENT = new Cause.Parent("01h5xw7v6k8m9n0p1q2r3s4t5v");

  private SampleFacts() {}

  /** The header of the sample run. */
  public static RunHeader header() {
    return new RunHeader(
        new DefinitionId(DefinitionKind.WORKFLOW, "demo", "nightly-load"),
        7,
        HASH,
        3,
        Map.of(
            "date", inline(string("2026-11-19")),
            "rows", inline(number(12)),
            "options",
                inline(
                    Value.newBuilder()
                        .setStructValue(
                            Struct.newBuilder()
                                .putFields("b", number(0.5))
                                .putFields("a", Value.newBuilder().setBoolValue(true).build()))
                        .build()),
            "big", new Payload.Stored(HASH, 20_000, ValueType.LIST)),
        Map.of("team", "data", "tier", "1"),
        "user:ada",
        "0193f3b0-0000-7000-8000-000000000001",
        HASH,
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        NOW,
        Optional.of(NOW.plusSeconds(3600)));
  }

  /** The same of a run that is about a cluster and a tenant of it. */
  public static RunHeader aboutObjects() {
    return header(
        List.of(new RunObject("cluster", "obdemo", "12"), new RunObject("tenant", "büro", "")),
        List.of(),
        Map.of());
  }

  private static RunHeader header(
      List<RunObject> objects, List<LockName> locks, Map<Integer, Integer> split) {
    return header(objects, locks, split, Optional.empty());
  }

  private static RunHeader header(
      List<RunObject> objects,
      List<LockName> locks,
      Map<Integer, Integer> split,
      Optional<ParentStep> parent) {
    RunHeader plain = header();
    return new RunHeader(
        plain.definition(),
        plain.definitionVersion(),
        plain.definitionHash(),
        plain.taskCount(),
        plain.parameters(),
        plain.labels(),
        plain.initiator(),
        plain.requestId(),
        plain.bodyHash(),
        plain.traceparent(),
        plain.createdAt(),
        plain.deadline(),
        objects,
        locks,
        split,
        parent);
  }

  static Map<String, Fact> byName() {
    Map<String, Fact> facts = new LinkedHashMap<>();
    operations(facts);
    facts.put(
        "definition.1-submitted",
        new DefinitionFact(
            new DefinitionEvent.Submitted(2, HASH), COMMAND, NOW, "ACTIVE", "ACTIVE"));
    facts.put(
        "run.1-created", new RunFact(new RunEvent.Created(header()), COMMAND, NOW, "", "RUNNING"));
    facts.put(
        "run.1-created--objects",
        new RunFact(new RunEvent.Created(aboutObjects()), COMMAND, NOW, "", "RUNNING"));
    facts.put(
        "run.1-pause_began",
        new RunFact(new RunEvent.PauseBegan(false), COMMAND, NOW, "RUNNING", "PAUSING"));
    facts.put("run.1-paused", new RunFact(new RunEvent.Paused(), PARENT, NOW, "PAUSING", "PAUSED"));
    facts.put(
        "run.1-continued",
        new RunFact(new RunEvent.Continued(List.of()), COMMAND, NOW, "PAUSED", "RUNNING"));
    facts.put(
        "run.1-stop_began",
        new RunFact(
            new RunEvent.StopBegan(RunEvent.StopReason.STOPPED),
            COMMAND,
            NOW,
            "RUNNING",
            "TERMINATING"));
    facts.put(
        "run.1-stop_began--timeout",
        new RunFact(
            new RunEvent.StopBegan(RunEvent.StopReason.RUN_TIMED_OUT),
            TIMER,
            NOW,
            "PAUSED",
            "TERMINATING"));
    Again again = new Again(1, StepEnd.Outcome.FAILED);
    facts.put(
        "run.1-pause_began--forced",
        new RunFact(new RunEvent.PauseBegan(true), COMMAND, NOW, "RUNNING", "PAUSING"));
    facts.put(
        "run.1-continued--again",
        new RunFact(
            new RunEvent.Continued(List.of(new Again(2, StepEnd.Outcome.TERMINATED))),
            COMMAND,
            NOW,
            "PAUSED",
            "RUNNING"));
    facts.put(
        "run.1-reopened",
        new RunFact(new RunEvent.Reopened(List.of(again)), PARENT, NOW, "RUNNING", "RUNNING"));
    facts.put(
        "run.1-retried",
        new RunFact(new RunEvent.Retried(List.of(again)), COMMAND, NOW, "FAILED", "RUNNING"));
    facts.put(
        "run.1-pause_began--until",
        new RunFact(
            new RunEvent.PauseBegan(false, Optional.of(NOW.plusSeconds(600))),
            COMMAND,
            NOW,
            "RUNNING",
            "PAUSING"));
    facts.put(
        "run.1-paused--until",
        new RunFact(
            new RunEvent.Paused(Optional.of(NOW.plusSeconds(600))),
            PARENT,
            NOW,
            "PAUSING",
            "PAUSED"));
    facts.put(
        "run.1-step_stop_began",
        new RunFact(new RunEvent.StepStopBegan(3, true), COMMAND, NOW, "RUNNING", "RUNNING"));
    facts.put(
        "run.1-step_redone",
        new RunFact(
            new RunEvent.StepRedone(new Again(2, StepEnd.Outcome.SUCCEEDED)),
            COMMAND,
            NOW,
            "SUCCEEDED",
            "RUNNING"));
    facts.put(
        "run.1-retried--step",
        new RunFact(
            new RunEvent.Retried(List.of(again)),
            new Cause.Command(
                "0193f3b0-0000-7000-8000-000000000002",
                HASH,
                "user:ada",
                "",
                new Call("RetryTaskRun", "load", Rights.CHECKED)),
            NOW,
            "FAILED",
            "RUNNING"));
    facts.put(
        "run.1-redone", new RunFact(new RunEvent.Redone(), COMMAND, NOW, "SUCCEEDED", "RUNNING"));
    facts.put(
        "run.1-step_passed",
        new RunFact(
            new RunEvent.StepPassed(
                new StepEnd(
                    1,
                    StepEnd.Outcome.SUCCEEDED,
                    "",
                    "exit code 3",
                    "boom",
                    2,
                    4,
                    "shell-2",
                    Optional.of(NOW.minusSeconds(4)),
                    NOW,
                    Map.of(),
                    true),
                StepEnd.Outcome.FAILED),
            COMMAND,
            NOW,
            "FAILED",
            "RUNNING"));
    facts.put(
        "run.1-rollback_began",
        new RunFact(
            new RunEvent.RollbackBegan(List.of(new Again(0, StepEnd.Outcome.SUCCEEDED), again)),
            COMMAND,
            NOW,
            "FAILED",
            "ROLLING_BACK"));
    facts.put(
        "run.1-steps_undone",
        new RunFact(
            new RunEvent.StepsUndone(List.of(3, 1)), COMMAND, NOW, "ROLLING_BACK", "ROLLING_BACK"));
    facts.put(
        "run.1-passed",
        new RunFact(new RunEvent.Passed(), COMMAND, NOW, "TERMINATED", "SUCCEEDED"));
    facts.put(
        "run.1-steps_ended",
        new RunFact(
            new RunEvent.StepsEnded(
                List.of(
                    new StepEnd(
                        0,
                        StepEnd.Outcome.SUCCEEDED,
                        "",
                        "",
                        "done",
                        1,
                        1,
                        "shell-1",
                        Optional.of(NOW.minusSeconds(5)),
                        NOW.minusSeconds(1),
                        Map.of("count", inline(number(42))),
                        false),
                    new StepEnd(
                        1,
                        StepEnd.Outcome.FAILED,
                        "EXIT_CODE",
                        "exit code 3",
                        "boom",
                        2,
                        4,
                        "shell-2",
                        Optional.of(NOW.minusSeconds(4)),
                        NOW,
                        Map.of(),
                        false),
                    new StepEnd(
                        2,
                        StepEnd.Outcome.TERMINATED,
                        "STOPPED",
                        "",
                        "",
                        0,
                        0,
                        "",
                        Optional.empty(),
                        NOW,
                        Map.of(),
                        false))),
            PARENT,
            NOW,
            "RUNNING",
            "RUNNING"));
    facts.put(
        "run.1-steps_ended--taken_back",
        new RunFact(
            new RunEvent.StepsEnded(
                List.of(
                    new StepEnd(
                        1,
                        StepEnd.Outcome.TERMINATED,
                        "STOPPED",
                        "stopped between its undo and its next attempt",
                        "all gone",
                        3,
                        9,
                        "shell-2",
                        Optional.of(NOW.minusSeconds(4)),
                        NOW,
                        Map.of(),
                        false,
                        true))),
            PARENT,
            NOW,
            "TERMINATING",
            "TERMINATING"));
    facts.put(
        "run.1-ended",
        new RunFact(
            new RunEvent.Ended(
                RunStatus.SUCCEEDED,
                "",
                OptionalInt.empty(),
                Map.of("count", inline(number(42)), "none", inline(nothing()))),
            PARENT,
            NOW,
            "RUNNING",
            "SUCCEEDED"));
    facts.put(
        "run.1-ended--failed",
        new RunFact(
            new RunEvent.Ended(RunStatus.FAILED, "TASK_FAILED", OptionalInt.of(0), Map.of()),
            PARENT,
            NOW,
            "RUNNING",
            "FAILED"));
    facts.put(
        "execution.1-leased",
        new ExecutionFact(
            new ExecutionEvent.Leased(
                Optional.of(
                    new WorkSpec(
                        "demo",
                        HASH,
                        1,
                        Map.of("file", inline(string("/data/in.csv"))),
                        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")),
                1,
                1,
                1,
                Operation.EXECUTE,
                false,
                "shell-1",
                "inc-1"),
            PARENT,
            NOW,
            "",
            "RUNNING"));
    facts.put(
        "execution.1-leased--again",
        new ExecutionFact(
            new ExecutionEvent.Leased(
                Optional.empty(), 2, 1, 2, Operation.RETRY, false, "shell-2", "inc-2"),
            TIMER,
            NOW,
            "RETRY_WAIT",
            "RUNNING"));
    facts.put(
        "execution.1-attempt_failed",
        new ExecutionFact(
            new ExecutionEvent.AttemptFailed(
                1,
                0,
                ExecutionStatus.TIMED_OUT,
                "TIMED_OUT",
                "after 30 s",
                "still at it",
                NOW.plusSeconds(10)),
            REPORT,
            NOW,
            "RUNNING",
            "RETRY_WAIT"));
    facts.put(
        "execution.1-attempt_failed--of_a_round",
        new ExecutionFact(
            new ExecutionEvent.AttemptFailed(
                7, 2, ExecutionStatus.FAILED, "EXIT_CODE", "", "", NOW.plusSeconds(10)),
            REPORT,
            NOW,
            "RUNNING",
            "RETRY_WAIT"));
    facts.put(
        "execution.1-ended--of_a_round",
        new ExecutionFact(
            new ExecutionEvent.Ended(
                Optional.empty(), 8, 3, ExecutionStatus.FAILED, "EXIT_CODE", "", "", Map.of()),
            REPORT,
            NOW,
            "RUNNING",
            "FAILED"));
    facts.put(
        "execution.1-leased--undo",
        new ExecutionFact(
            new ExecutionEvent.Leased(
                Optional.empty(), 9, 1, 3, Operation.ROLLBACK, true, "shell-2", "inc-2"),
            PARENT,
            NOW,
            "FAILED",
            "ROLLING_BACK"));
    facts.put(
        "execution.1-undone",
        new ExecutionFact(
            new ExecutionEvent.Undone(9, 3, "all gone"), REPORT, NOW, "RUNNING", "RETRY_WAIT"));
    facts.put(
        "execution.1-stop_began",
        new ExecutionFact(
            new ExecutionEvent.StopBegan(2, "STOPPED"), PARENT, NOW, "RUNNING", "TERMINATING"));
    facts.put(
        "execution.1-stopped",
        new ExecutionFact(
            new ExecutionEvent.Stopped(2, 1, "STOPPED", "stopped: signal", "bye"),
            REPORT,
            NOW,
            "TERMINATING",
            "TERMINATING"));
    facts.put(
        "execution.1-ended--clean_up",
        new ExecutionFact(
            new ExecutionEvent.Ended(
                Optional.empty(),
                3,
                1,
                ExecutionStatus.TERMINATED,
                "STOPPED",
                "stopped: signal; its clean-up failed: EXIT_CODE",
                "no such file",
                Map.of(),
                Optional.of(ExecutionStatus.FAILED),
                false),
            REPORT,
            NOW,
            "TERMINATING",
            "TERMINATED"));
    facts.put(
        "execution.1-ended--undone",
        new ExecutionFact(
            new ExecutionEvent.Ended(
                Optional.empty(),
                9,
                3,
                ExecutionStatus.TERMINATED,
                "STOPPED",
                "stopped between its undo and its next attempt",
                "all gone",
                Map.of(),
                Optional.empty(),
                true),
            REPORT,
            NOW,
            "TERMINATING",
            "TERMINATED"));
    facts.put(
        "execution.1-ended",
        new ExecutionFact(
            new ExecutionEvent.Ended(
                Optional.empty(),
                2,
                0,
                ExecutionStatus.SUCCEEDED,
                "",
                "",
                "3 rows",
                Map.of(
                    "list",
                    inline(
                        Value.newBuilder()
                            .setListValue(
                                ListValue.newBuilder().addValues(number(1)).addValues(nothing()))
                            .build()))),
            REPORT,
            NOW,
            "RUNNING",
            "SUCCEEDED"));
    facts.put(
        "execution.1-ended--unstarted",
        new ExecutionFact(
            new ExecutionEvent.Ended(
                Optional.of(new WorkSpec("demo", HASH, 2, Map.of(), "")),
                0,
                0,
                ExecutionStatus.TERMINATED,
                "STOPPED",
                "stopped before it began",
                "",
                Map.of()),
            PARENT,
            NOW,
            "",
            "TERMINATED"));
    published(facts);
    LockName keyed = LockName.of("maintenance", "z1");
    facts.put(
        "run.1-created--locks",
        new RunFact(
            new RunEvent.Created(
                header(List.of(), List.of(LockName.global("backup"), keyed), Map.of())),
            COMMAND,
            NOW,
            "",
            "RUNNING"));
    facts.put(
        "run.1-created--split",
        new RunFact(
            new RunEvent.Created(header(List.of(), List.of(), Map.of(2, 40, 0, 3))),
            COMMAND,
            NOW,
            "",
            "RUNNING"));
    facts.put(
        "run.1-created--parent",
        new RunFact(
            new RunEvent.Created(
                header(
                    List.of(),
                    List.of(),
                    Map.of(),
                    Optional.of(
                        new ParentStep(
                            new ExecutionId(new RunId("01h5xw7v6k8m9n0p1q2r3s4t5v"), "up", 2),
                            3)))),
            COMMAND,
            NOW,
            "",
            "RUNNING"));
    facts.put(
        "run.1-lock_lost",
        new RunFact(
            new RunEvent.LockLost(keyed, "user:ada", "the host is gone"),
            new Cause.Parent("lock|demo/maintenance"),
            NOW,
            "FAILED",
            "FAILED"));
    RunId holder = new RunId("01h5xw7v6k8m9n0p1q2r3s4t5v");
    facts.put(
        "lock.1-taken",
        new LockFact(
            new LockEvent.Taken(
                holder, 1, "user:ada", List.of(LockName.global("maintenance"), keyed)),
            PARENT,
            NOW,
            "",
            "HELD"));
    facts.put(
        "lock.1-released",
        new LockFact(new LockEvent.Released(holder), PARENT, NOW, "HELD", "FREE"));
    facts.put(
        "lock.1-forced",
        new LockFact(new LockEvent.Forced(keyed, holder), COMMAND, NOW, "HELD", "HELD"));
    facts.put(
        "lock.1-loss_heard",
        new LockFact(new LockEvent.LossHeard(holder, 7), PARENT, NOW, "HELD", "FREE"));
    return facts;
  }

  private static void published(Map<String, Fact> facts) {
    AdditionalData data =
        AdditionalData.of(
            Struct.newBuilder()
                .putFields("note", string("half of it"))
                .putFields(
                    "hosts",
                    Value.newBuilder()
                        .setListValue(
                            ListValue.newBuilder()
                                .addValues(string("h1"))
                                .addValues(number(2))
                                .addValues(nothing()))
                        .build())
                .build());
    facts.put(
        "execution.1-attempt_failed--data",
        new ExecutionFact(
            new ExecutionEvent.AttemptFailed(
                7, 2, ExecutionStatus.FAILED, "EXIT_CODE", "", "", NOW.plusSeconds(10)),
            REPORT,
            NOW,
            "RUNNING",
            "RETRY_WAIT",
            data));
    facts.put(
        "execution.1-ended--data",
        new ExecutionFact(
            new ExecutionEvent.Ended(
                Optional.empty(), 8, 3, ExecutionStatus.SUCCEEDED, "", "", "", Map.of()),
            REPORT,
            NOW,
            "RUNNING",
            "SUCCEEDED",
            data));
    facts.put(
        "run.1-steps_ended--data",
        new RunFact(
            new RunEvent.StepsEnded(
                List.of(
                    new StepEnd(
                        1,
                        StepEnd.Outcome.FAILED,
                        "EXIT_CODE",
                        "exit code 3",
                        "boom",
                        2,
                        8,
                        "shell-2",
                        Optional.of(NOW.minusSeconds(4)),
                        NOW,
                        Map.of(),
                        false,
                        false,
                        new AdditionalData(data.values(), true)))),
            PARENT,
            NOW,
            "RUNNING",
            "RUNNING"));
  }

  private static void operations(Map<String, Fact> facts) {
    facts.put(
        "operation.1-created",
        new OperationFact(
            new OperationEvent.Created(
                "demo", new OperationWork.Command(RunVerb.RETRY, "state = FAILED", HASH, 3)),
            COMMAND,
            NOW,
            "",
            "INIT"));
    facts.put(
        "operation.1-created--export",
        new OperationFact(
            new OperationEvent.Created(
                "demo", new OperationWork.Export("state = FAILED", List.of("id", "state"))),
            COMMAND,
            NOW,
            "",
            "INIT"));
    facts.put(
        "operation.1-advanced",
        new OperationFact(
            new OperationEvent.Advanced(
                3,
                List.of(
                    new ItemResult(0, ItemOutcome.ACCEPTED, "RUNNING", "", ""),
                    new ItemResult(1, ItemOutcome.UNCHANGED, "RUNNING", "", ""),
                    new ItemResult(
                        2, ItemOutcome.REFUSED, "", "RUN_STATE_CONFLICT", "the run is RUNNING"),
                    new ItemResult(3, ItemOutcome.UNANSWERED, "", "UNAVAILABLE", "no answer"))),
            PARENT,
            NOW,
            "INIT",
            "RUNNING"));
    facts.put(
        "operation.1-export_began",
        new OperationFact(
            new OperationEvent.ExportBegan(2),
            new Cause.Timer("EXPORT"),
            NOW,
            "RUNNING",
            "RUNNING"));
    facts.put(
        "operation.1-cancel_began",
        new OperationFact(new OperationEvent.CancelBegan(), COMMAND, NOW, "RUNNING", "RUNNING"));
    facts.put(
        "operation.1-ended",
        new OperationFact(
            new OperationEvent.Ended(
                OperationStatus.SUCCESS,
                "",
                "",
                Optional.of(
                    new OperationFile(
                        "runs-0y3z5cfj.csv",
                        "text/csv; charset=utf-8",
                        2,
                        3,
                        190_000,
                        1_234,
                        HASH,
                        NOW.plusSeconds(604_800)))),
            new Cause.Timer("EXPORT"),
            NOW,
            "RUNNING",
            "SUCCESS"));
    facts.put(
        "operation.1-ended--cancelled",
        new OperationFact(
            new OperationEvent.Ended(
                OperationStatus.PART_SUCCESS,
                OperationEvent.Ended.CANCELLED,
                "was cancelled",
                Optional.empty()),
            PARENT,
            NOW,
            "RUNNING",
            "PART_SUCCESS"));
  }

  static FactSerializer<?> serializerOf(Fact fact) {
    return switch (fact) {
      case DefinitionFact _ -> new DefinitionFactSerializer();
      case RunFact _ -> new RunFactSerializer();
      case ExecutionFact _ -> new ExecutionFactSerializer();
      case OperationFact _ -> new OperationFactSerializer();
      case LockFact _ -> new LockFactSerializer();
      default -> throw new IllegalArgumentException("no serializer for " + fact);
    };
  }

  private static Payload inline(Value value) {
    return new Payload.Inline(value);
  }

  private static Value string(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  private static Value number(double number) {
    return Value.newBuilder().setNumberValue(number).build();
  }

  private static Value nothing() {
    return Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build();
  }
}
