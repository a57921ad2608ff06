package dev.pawl.engine.run;

import static dev.pawl.engine.run.RunFixture.BY_CALLER;
import static dev.pawl.engine.run.RunFixture.NOW;
import static dev.pawl.engine.run.RunFixture.accepted;
import static dev.pawl.engine.run.RunFixture.number;
import static dev.pawl.engine.run.RunFixture.rejected;
import static dev.pawl.engine.run.RunFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Value;
import dev.pawl.covers.Covers;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.definition.EachPlan;
import dev.pawl.engine.definition.ParameterPlan;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.definition.Source;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.definition.ValueType;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.run.RunRejection.InvalidParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@Covers("OCP-41")
class SplitRulesTest {

  @Test
  void every_execution_has_a_place_and_a_row_of_its_own() {
    Splits splits = new Splits(4, Map.of(1, 3, 3, 2));

    assertThat(splits.size()).isEqualTo(7);
    assertThat(splits.places()).containsExactly(0, 1, 2, 3, 5, 9, 7);
    assertThat(splits.places().map(splits::slot)).containsExactly(0, 1, 2, 3, 4, 5, 6);
    assertThat(splits.siblings(9)).containsExactly(1, 5, 9);
    assertThat(splits.siblings(2)).containsExactly(2);
    assertThat(splits.has(3, 1)).isTrue();
    assertThat(splits.has(3, 2)).isFalse();
    assertThat(splits.has(0, 1)).isFalse();
    assertThatThrownBy(() -> splits.slot(4)).hasMessageContaining("no execution at place 4");
    assertThatThrownBy(() -> splits.slot(13)).hasMessageContaining("no execution at place 13");
  }

  @Test
  void a_run_is_created_with_as_many_executions_as_the_list_has_elements() {
    Plan plan = overZones(zones("z1", "z2", "z3"));

    RunState state = started(plan, Map.of());

    assertThat(state.begun().orElseThrow().split()).containsExactly(Map.entry(0, 3));
    assertThat(RunDecider.steps(state).size()).isEqualTo(4);
    assertThat(RunDecider.steps(started(plan, Map.of("zones", zones("z9")))).size()).isEqualTo(2);
  }

  @Test
  void a_list_that_cannot_be_split_over_is_refused_with_its_parameter() {
    Plan plan = overZones(zones("z1"));

    assertThat(mistake(plan, zones()))
        .isEqualTo("task a is split over it: expected 1 to 1000 elements, got 0");
    assertThat(mistake(plan, zones(IntStream.range(0, 1_001).mapToObj(i -> "z").toList())))
        .isEqualTo("task a is split over it: expected 1 to 1000 elements, got 1001");
    assertThat(mistake(plan, new Payload.Stored("abc", 20_000, ValueType.LIST)))
        .isEqualTo("task a is split over it: at most 16 KiB of elements");
  }

  @Test
  void a_run_has_at_most_ten_thousand_executions() {
    String[] tasks =
        IntStream.range(0, 11).mapToObj(i -> "t%d=1000".formatted(i)).toArray(String[]::new);

    RunRejection refused = rejected(start(RunFixture.plan(tasks), Map.of()));

    assertThat(refused)
        .isEqualTo(
            new InvalidParameters(
                List.of(
                    new RunRejection.Mistake(
                        "each", "the run would have 11000 executions; at most 10000"))));
  }

  @Test
  void who_reads_an_output_is_handed_the_list_in_the_order_of_the_elements() {
    Plan plan = overZones(zones("z1", "z2", "z3"));
    RunState state = started(plan, Map.of());
    int[] places = RunDecider.steps(state).splits().siblings(0).toArray();
    state = settle(state, plan, given(places[2], number(30)));
    state = settle(state, plan, given(places[0], number(10)));
    state = settle(state, plan, RunFixture.end(places[1], StepEnd.Outcome.FAILED));
    state = passed(state, plan, places[1]);

    Map<String, Payload> inputs = Inputs.of(plan, 1, Map.of(), RunDecider.steps(state));

    ListValue sizes =
        ListValue.newBuilder()
            .addValues(Value.newBuilder().setNumberValue(10))
            .addValues(Value.newBuilder().setNullValue(NullValue.NULL_VALUE))
            .addValues(Value.newBuilder().setNumberValue(30))
            .build();
    assertThat(inputs)
        .containsExactly(
            Map.entry("sizes", new Payload.Inline(Value.newBuilder().setListValue(sizes).build())));
  }

  @Test
  void an_execution_that_gives_more_than_its_task_may_fails() {
    Plan plan = overZones(zones("z1", "z2", "z3"));
    RunState state = started(plan, Map.of());
    int[] places = RunDecider.steps(state).splits().siblings(0).toArray();
    Payload large = text("x".repeat(40 * 1024));

    state = settle(state, plan, given(places[1], large));
    state = settle(state, plan, given(places[0], large), given(places[2], number(1)));

    Steps steps = RunDecider.steps(state);
    assertThat(steps.succeeded(places[1])).isTrue();
    assertThat(steps.succeeded(places[2])).isTrue();
    StepEnd failed = steps.end(places[0]).orElseThrow();
    assertThat(failed.outcome()).isEqualTo(StepEnd.Outcome.FAILED);
    assertThat(failed.reason()).isEqualTo("RESULT_TOO_LARGE");
    assertThat(failed.message()).contains("64 KiB").contains("a");
    assertThat(failed.outputs()).isEmpty();
  }

  private static String mistake(Plan plan, Payload zones) {
    RunRejection refused = rejected(start(plan, Map.of("zones", zones)));
    assertThat(refused).isInstanceOf(InvalidParameters.class);
    RunRejection.Mistake only = ((InvalidParameters) refused).mistakes().getFirst();
    assertThat(only.parameter()).isEqualTo("zones");
    return only.message();
  }

  private static RunState started(Plan plan, Map<String, Payload> parameters) {
    return after(RunDecider.absent(), accepted(start(plan, parameters)));
  }

  private static Decision<RunEvent, RunRejection> start(
      Plan plan, Map<String, Payload> parameters) {
    return RunDecider.decide(
        RunDecider.absent(),
        plan,
        new RunCommand.Start(RunFixture.header(plan, parameters)),
        BY_CALLER,
        NOW);
  }

  private static RunState settle(RunState state, Plan plan, StepEnd... ends) {
    return after(
        state,
        accepted(
            RunDecider.decide(
                state,
                plan,
                new RunCommand.Settle(List.of(ends), false),
                RunFixture.BY_CHILD,
                NOW)));
  }

  private static RunState passed(RunState state, Plan plan, int place) {
    RunCommand.Step step =
        new RunCommand.Step(
            0, StepStatus.FAILED, List.of(new RunCommand.At(place, StepStatus.FAILED)));
    return after(
        state,
        accepted(
            RunDecider.decide(
                state,
                plan,
                new RunCommand.Execute(RunVerb.PASS, Optional.of(step)),
                new Cause.Command("r-9", "hash-9", "ann", ""),
                NOW)));
  }

  private static RunState after(RunState state, List<RunEvent> events) {
    RunState next = state;
    for (RunEvent event : events) {
      next = RunDecider.evolve(next, RunDecider.fact(next, event, BY_CALLER, NOW));
    }
    return next;
  }

  private static StepEnd given(int place, Payload size) {
    return RunFixture.end(place, StepEnd.Outcome.SUCCEEDED, Map.of("size", size));
  }

  private static Payload zones(String... names) {
    return zones(List.of(names));
  }

  private static Payload zones(List<String> names) {
    ListValue.Builder zones = ListValue.newBuilder();
    names.forEach(name -> zones.addValues(Value.newBuilder().setStringValue(name)));
    return new Payload.Inline(Value.newBuilder().setListValue(zones).build());
  }

  /** Task a is split over the parameter zones; b reads what it gives. */
  private static Plan overZones(Payload byDefault) {
    Value value = ((Payload.Inline) byDefault).value();
    Plan plain =
        RunFixture.plan(
            Profile.OFFLINE,
            Optional.empty(),
            List.of(new ParameterPlan("zones", ValueType.LIST, Optional.of(value))),
            Map.of(),
            "a",
            "b<a");
    List<TaskPlan> tasks = new ArrayList<>();
    tasks.add(
        with(
            plain.task(0),
            Map.of(),
            Optional.of(new EachPlan(new Source.FromParameter("zones"), OptionalInt.empty()))));
    tasks.add(
        with(plain.task(1), Map.of("sizes", new Source.FromOutput(0, "size")), Optional.empty()));
    return RunFixture.with(plain, tasks, plain.locks(), Optional.empty());
  }

  private static TaskPlan with(TaskPlan task, Map<String, Source> inputs, Optional<EachPlan> each) {
    return new TaskPlan(
        task.index(),
        task.name(),
        task.displayName(),
        task.needs(),
        task.group(),
        inputs,
        task.timeout(),
        task.grace(),
        task.retry(),
        task.outputs(),
        task.keepRunning(),
        task.placement(),
        task.forbid(),
        task.redoOnlyFailed(),
        task.undo(),
        task.cleanUp(),
        each,
        Optional.empty());
  }
}
