package dev.pawl.engine.run;

import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.Placement;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.definition.RetryPlan;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.journal.Cause;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Plans, headers and ends as the throughput instrument makes them. */
public final class RunSamples {
  /** The moment of all that happens in a benchmark. */
  public static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  /** A run's id. */
  public static final RunId RUN = new RunId("01jd0000000000000000000000");

  static final String HASH = "ab".repeat(32);
  static final Cause CALLER = new Cause.Command("c0ffee-request-1", HASH, "bench", "");
  static final Cause CHILD = new Cause.Parent(RUN.value() + "/t0/0");

  private static final int LAYER = 5;

  private RunSamples() {}

  static Plan chain(int length) {
    List<TaskPlan> tasks = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      tasks.add(task(i, i == 0 ? List.of() : List.of(i - 1)));
    }
    return plan(tasks);
  }

  /** Layers of five tasks, each in need of two of the layer before. */
  static Plan layers(int count) {
    List<TaskPlan> tasks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int above = i / LAYER * LAYER - LAYER;
      tasks.add(
          task(i, above < 0 ? List.of() : List.of(above + i % LAYER, above + (i + 1) % LAYER)));
    }
    return plan(tasks);
  }

  private static Plan plan(List<TaskPlan> tasks) {
    return new Plan(
        DefinitionKind.WORKFLOW,
        "bench",
        "",
        Profile.OFFLINE,
        "",
        List.of(),
        Map.of(),
        List.of(),
        tasks,
        Optional.empty(),
        1_000,
        Map.of());
  }

  private static TaskPlan task(int index, List<Integer> needs) {
    return new TaskPlan(
        index,
        "t" + index,
        "",
        needs,
        "default",
        Map.of(),
        Optional.empty(),
        Duration.ofSeconds(10),
        RetryPlan.NONE,
        List.of(),
        false,
        new Placement.Any(),
        Set.of(),
        false,
        Optional.empty(),
        Optional.empty());
  }

  /** What a run of so many tasks is started with. */
  public static RunHeader header(int tasks) {
    return new RunHeader(
        new DefinitionId(DefinitionKind.WORKFLOW, "default", "bench"),
        1,
        HASH,
        tasks,
        Map.of(),
        Map.of(),
        "bench",
        "c0ffee-request-1",
        HASH,
        "",
        NOW,
        Optional.empty());
  }

  /** A task's success. */
  public static StepEnd succeeded(int index) {
    return new StepEnd(
        index,
        StepEnd.Outcome.SUCCEEDED,
        "",
        "",
        "",
        1,
        1,
        "bench-worker",
        Optional.of(NOW),
        NOW,
        Map.of(),
        false);
  }

  /** The state after these events. */
  static RunState after(RunEvent... events) {
    RunState state = RunDecider.absent();
    for (RunEvent event : events) {
      state = RunDecider.evolve(state, RunDecider.fact(state, event, CALLER, NOW));
    }
    return state;
  }
}
