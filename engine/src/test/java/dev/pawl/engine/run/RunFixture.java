package dev.pawl.engine.run;

import com.google.protobuf.ListValue;
import com.google.protobuf.Value;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.EachPlan;
import dev.pawl.engine.definition.LockPlan;
import dev.pawl.engine.definition.ManagedBy;
import dev.pawl.engine.definition.OutputPlan;
import dev.pawl.engine.definition.ParameterPlan;
import dev.pawl.engine.definition.Placement;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.definition.RetryPlan;
import dev.pawl.engine.definition.Source;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.definition.UndoPlan;
import dev.pawl.engine.definition.ValueType;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.journal.Cause;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Plans, headers and ends to talk about in tests. */
final class RunFixture {
  static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
  static final RunId RUN = new RunId("0123456789abcdefghjkmnpqrs");
  static final Cause.Command BY_CALLER = new Cause.Command("r-1", "hash-1", "ann", "");
  static final Cause BY_CHILD = new Cause.Parent(RUN.value() + "/a/0");

  private RunFixture() {}

  /**
   * Tasks by name, into how many executions they are split, and what each needs: {@code "a",
   * "b=3<a", "c<a,b"}.
   */
  static Plan plan(String... tasks) {
    return plan(Profile.OFFLINE, Optional.empty(), List.of(), Map.of(), tasks);
  }

  /** As {@link #plan(String...)}, and what each did can be taken back. */
  static Plan withUndo(String... tasks) {
    return plan(
        Profile.OPS,
        Optional.empty(),
        List.of(),
        1000,
        Map.of(),
        Optional.of(new UndoPlan(Optional.empty(), Duration.ofSeconds(10), true, false)),
        tasks);
  }

  /** As {@link #withUndo}, and a run that hangs at a failed undo may go forward again. */
  static Plan withUndoAndForwardAgain(String... tasks) {
    return plan(
        Profile.OPS,
        Optional.empty(),
        List.of(),
        1000,
        Map.of(),
        Optional.of(new UndoPlan(Optional.empty(), Duration.ofSeconds(10), true, true)),
        tasks);
  }

  /** As {@link #plan(String...)}, in a profile. */
  static Plan plan(Profile profile, String... tasks) {
    return plan(profile, Optional.empty(), List.of(), Map.of(), tasks);
  }

  /** As {@link #plan(String...)}, with so many in flight at most. */
  static Plan plan(int maxInFlight, String... tasks) {
    return plan(
        Profile.OFFLINE,
        Optional.empty(),
        List.of(),
        maxInFlight,
        Map.of(),
        Optional.empty(),
        tasks);
  }

  static Plan plan(
      Profile profile,
      Optional<Duration> timeout,
      List<ParameterPlan> parameters,
      Map<String, Source> outputs,
      String... tasks) {
    return plan(profile, timeout, parameters, 1000, outputs, Optional.empty(), tasks);
  }

  private static Plan plan(
      Profile profile,
      Optional<Duration> timeout,
      List<ParameterPlan> parameters,
      int maxInFlight,
      Map<String, Source> outputs,
      Optional<UndoPlan> undo,
      String... tasks) {
    List<String> names = new ArrayList<>();
    for (String task : tasks) {
      names.add(task.split("[=<]", 2)[0]);
    }
    List<TaskPlan> plans = new ArrayList<>();
    for (int index = 0; index < tasks.length; index++) {
      String[] parts = tasks[index].split("<", 2);
      List<Integer> needs = new ArrayList<>();
      if (parts.length > 1) {
        for (String need : parts[1].split(",", -1)) {
          needs.add(names.indexOf(need));
        }
      }
      plans.add(task(index, parts[0], needs, undo));
    }
    return new Plan(
        DefinitionKind.WORKFLOW,
        "w",
        "",
        profile,
        "",
        List.of(),
        Map.of("team", "core"),
        parameters,
        plans,
        timeout,
        maxInFlight,
        outputs);
  }

  /** The same plan, with these tasks, locks and owner. */
  static Plan with(Plan plan, List<TaskPlan> tasks, LockPlan locks, Optional<ManagedBy> managedBy) {
    return new Plan(
        plan.kind(),
        plan.name(),
        plan.displayName(),
        plan.profile(),
        plan.folder(),
        plan.owners(),
        plan.labels(),
        plan.parameters(),
        tasks,
        plan.timeout(),
        plan.maxInFlight(),
        plan.outputs(),
        locks,
        managedBy);
  }

  private static TaskPlan task(
      int index, String name, List<Integer> needs, Optional<UndoPlan> undo) {
    String[] parts = name.split("=", 2);
    return new TaskPlan(
        index,
        parts[0],
        "",
        needs,
        "default",
        Map.of(),
        Optional.empty(),
        Duration.ofSeconds(10),
        RetryPlan.NONE,
        List.of(new OutputPlan("size", ValueType.INTEGER)),
        false,
        new Placement.Any(),
        Set.of(),
        false,
        undo,
        Optional.empty(),
        parts.length == 1 ? Optional.empty() : Optional.of(each(Integer.parseInt(parts[1]))),
        Optional.empty());
  }

  private static EachPlan each(int count) {
    ListValue.Builder elements = ListValue.newBuilder();
    for (int i = 0; i < count; i++) {
      elements.addValues(Value.newBuilder().setStringValue("e" + i));
    }
    return new EachPlan(
        new Source.Literal(Value.newBuilder().setListValue(elements).build()), OptionalInt.empty());
  }

  static RunHeader header(Plan plan, Map<String, Payload> parameters) {
    return new RunHeader(
        new DefinitionId(DefinitionKind.WORKFLOW, "default", plan.name()),
        1,
        "abc",
        0,
        parameters,
        Map.of(),
        "ann",
        "r-0",
        "hash-0",
        "",
        Instant.EPOCH,
        Optional.empty());
  }

  /** The run whose step {@code zone} starts others. */
  static final RunId ABOVE = new RunId("0123456789zzzzzzzzzzzzzzzz");

  /** The same, started by a step. */
  static RunHeader below(RunHeader header) {
    return new RunHeader(
        header.definition(),
        header.definitionVersion(),
        header.definitionHash(),
        header.taskCount(),
        header.parameters(),
        header.labels(),
        header.initiator(),
        header.requestId(),
        header.bodyHash(),
        header.traceparent(),
        header.createdAt(),
        header.deadline(),
        header.objects(),
        header.locks(),
        header.split(),
        Optional.of(new ParentStep(new ExecutionId(ABOVE, "zone", 0), 1)));
  }

  /** The same run, started by a step. */
  static RunState below(RunState state) {
    return switch (state) {
      case RunState.Absent absent -> absent;
      case RunState.Live(var header, var phase, var steps, var trail) ->
          new RunState.Live(below(header), phase, steps, trail);
      case RunState.Ended ended ->
          new RunState.Ended(
              below(ended.header()),
              ended.status(),
              ended.reason(),
              ended.failedTask(),
              ended.outputs(),
              ended.endedAt(),
              ended.steps(),
              ended.trail());
    };
  }

  static Payload text(String value) {
    return new Payload.Inline(Value.newBuilder().setStringValue(value).build());
  }

  static Payload number(double value) {
    return new Payload.Inline(Value.newBuilder().setNumberValue(value).build());
  }

  static StepEnd end(int index, StepEnd.Outcome outcome) {
    return end(index, outcome, Map.of());
  }

  static StepEnd end(int index, StepEnd.Outcome outcome, Map<String, Payload> outputs) {
    return new StepEnd(
        index,
        outcome,
        outcome == StepEnd.Outcome.SUCCEEDED ? "" : "EXIT_CODE",
        "",
        "",
        1,
        1,
        "w1",
        Optional.of(NOW),
        NOW,
        outputs,
        false);
  }

  /** The end of what began under this fence. */
  static StepEnd end(int index, StepEnd.Outcome outcome, String reason, long fence) {
    return new StepEnd(
        index,
        outcome,
        reason,
        "",
        "",
        (int) fence,
        fence,
        "w1",
        Optional.of(NOW),
        NOW,
        Map.of(),
        false);
  }

  static StepEnd ok(int index) {
    return end(index, StepEnd.Outcome.SUCCEEDED);
  }

  static StepEnd failed(int index) {
    return end(index, StepEnd.Outcome.FAILED);
  }

  /** The state after a run was created and these events followed. */
  static RunState state(Plan plan, RunEvent... events) {
    RunState state = RunDecider.absent();
    var created =
        RunDecider.decide(
            state, plan, new RunCommand.Start(header(plan, Map.of())), BY_CALLER, NOW);
    List<RunEvent> all = new ArrayList<>(accepted(created));
    all.addAll(List.of(events));
    for (RunEvent event : all) {
      state = RunDecider.evolve(state, RunDecider.fact(state, event, BY_CHILD, NOW));
    }
    return state;
  }

  static List<RunEvent> accepted(Decision<RunEvent, RunRejection> decision) {
    return switch (decision) {
      case Decision.Accept(var events) -> events;
      case Decision.Reject(var rejection) -> throw new AssertionError("rejected: " + rejection);
    };
  }

  static RunRejection rejected(Decision<RunEvent, RunRejection> decision) {
    return switch (decision) {
      case Decision.Accept(var events) -> throw new AssertionError("accepted: " + events);
      case Decision.Reject(var rejection) -> rejection;
    };
  }
}
