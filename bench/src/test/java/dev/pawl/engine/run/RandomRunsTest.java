package dev.pawl.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.reference.RunMachine;
import dev.pawl.bench.history.source.StoredFacts;
import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.Placement;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.definition.RetryPlan;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.definition.UndoPlan;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.RunFactSerializer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The engine's rules against the checker's, which were written from the model: whatever random
 * commands on random graphs have the engine store is read back by the checker, and is legal to it.
 *
 * <p>{@code -Dpawl.sequence=N} plays one sequence, {@code -Dpawl.sequences=N} another count.
 */
class RandomRunsTest {
  private static final int SEQUENCES = Integer.getInteger("pawl.sequences", 10_000);
  private static final int STEPS = 50;
  private static final String HASH = "ab".repeat(32);
  private static final RunId RUN = new RunId("01jd0000000000000000000000");
  private static final List<RunVerb> VERBS =
      List.of(
          RunVerb.PAUSE,
          RunVerb.FORCED_PAUSE,
          RunVerb.CONTINUE,
          RunVerb.CONTINUE,
          RunVerb.RETRY,
          RunVerb.ROLLBACK,
          RunVerb.ROLLBACK,
          RunVerb.PASS,
          RunVerb.REDO);

  private final RunFactSerializer serializer = new RunFactSerializer();

  @Test
  void what_the_engine_stores_is_legal_to_the_checker() {
    Long one = Long.getLong("pawl.sequence");
    for (long number = one == null ? 1 : one; number <= (one == null ? SEQUENCES : one); number++) {
      try {
        new Sequence(new Random(number)).play();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "sequence %d; play it again with -Dpawl.sequence=%d: %s"
                .formatted(number, number, e.getMessage()),
            e);
      }
    }
  }

  private final class Sequence {
    private final Random random;
    private final Plan plan;
    private final StoredFacts stored;
    private final RunMachine machine;
    private final List<RunEvent> told = new ArrayList<>();
    private RunState state = RunDecider.absent();
    private Instant now = Instant.parse("2026-11-20T10:00:00Z");
    private long sequence;

    Sequence(Random random) {
      this.random = random;
      this.plan = plan(random);
      this.stored = new StoredFacts(_ -> plan.tasks().stream().map(TaskPlan::name).toList());
      this.machine = new RunMachine(Optional.of(definition(plan)));
    }

    void play() {
      for (int step = 0; step < STEPS; step++) {
        now = now.plusMillis(random.nextInt(1_000));
        RunCommand command = command();
        Cause cause =
            command instanceof RunCommand.Settle
                ? new Cause.Parent(RUN.value())
                : new Cause.Command("request-" + step, HASH, "ann", "");
        if (RunDecider.decide(state, plan, command, cause, now)
            instanceof Decision.Accept(var events)) {
          events.forEach(event -> take(event, cause));
        }
      }
    }

    private void take(RunEvent event, Cause cause) {
      RunFact fact = RunDecider.fact(state, event, cause, now);
      state = RunDecider.evolve(state, fact);
      told.add(event);
      sequence++;
      var read =
          stored.read(
              new StoredFacts.Row("run|" + RUN, sequence, 1, sequence, sequence, "w"),
              serializer.manifest(fact),
              serializer.toBinary(fact));
      assertThat(machine.take(read)).as("the last of %s", told).isEmpty();
      Steps steps = RunDecider.steps(state);
      for (int task = 0; task < steps.size(); task++) {
        assertThat(machine.end(task))
            .as("task %d after %s", task, told)
            .isEqualTo(steps.end(task).map(end -> end.outcome().name()));
      }
    }

    private RunCommand command() {
      if (state instanceof RunState.Absent) {
        return new RunCommand.Start(header(plan));
      }
      return switch (random.nextInt(6)) {
        case 0, 1 -> {
          RunVerb verb =
              random.nextInt(16) == 0 ? RunVerb.STOP : VERBS.get(random.nextInt(VERBS.size()));
          boolean onStep = StepRules.VERBS.contains(verb) && random.nextBoolean();
          yield new RunCommand.Execute(verb, onStep ? Optional.of(step()) : Optional.empty());
        }
        default -> new RunCommand.Settle(ends(), random.nextBoolean());
      };
    }

    /** A step as a caller may meet it. */
    private RunCommand.Step step() {
      int task = random.nextInt(plan.tasks().size());
      Steps steps = RunDecider.steps(state);
      Optional<StepEnd> end = steps.size() == 0 ? Optional.empty() : steps.end(task);
      if (end.isPresent()) {
        return new RunCommand.Step(task, StepStatus.valueOf(end.get().outcome().name()));
      }
      if (steps.size() == 0 || !Frontier.of(plan, steps).ready(task)) {
        return new RunCommand.Step(task, StepStatus.WAIT_UPSTREAM);
      }
      if (steps.undoing(task)) {
        return new RunCommand.Step(task, StepStatus.ROLLING_BACK);
      }
      return new RunCommand.Step(
          task, random.nextBoolean() ? StepStatus.RUNNING : StepStatus.RETRY_WAIT);
    }

    private List<StepEnd> ends() {
      if (!(state instanceof RunState.Live live) || live.phase() instanceof RunState.Phase.Paused) {
        return List.of();
      }
      boolean backward = live.phase() instanceof RunState.Phase.RollingBack;
      Frontier frontier =
          backward ? Frontier.backward(plan, live.steps()) : Frontier.of(plan, live.steps());
      return frontier.open(live.steps()).stream()
          .filter(_ -> random.nextBoolean())
          .map(task -> end(live, task, backward))
          .toList();
    }

    private StepEnd end(RunState.Live live, int task, boolean backward) {
      boolean bad = random.nextInt(backward ? 6 : 10) == 0;
      if (backward) {
        return bad
            ? end(live, task, StepEnd.Outcome.ROLLBACK_FAILED, "EXIT_CODE")
            : end(live, task, StepEnd.Outcome.ROLLED_BACK, "");
      }
      if (live.phase() instanceof RunState.Phase.Pausing(var forced, _) && forced) {
        return end(live, task, StepEnd.Outcome.TERMINATED, StepEnd.FORCED_PAUSE);
      }
      return bad
          ? end(live, task, StepEnd.Outcome.FAILED, "EXIT_CODE")
          : end(live, task, StepEnd.Outcome.SUCCEEDED, "");
    }

    private StepEnd end(RunState.Live live, int task, StepEnd.Outcome outcome, String reason) {
      long fence = live.steps().pastFence(task) + 1;
      return new StepEnd(
          task,
          outcome,
          reason,
          "",
          "",
          (int) fence,
          fence,
          "w1",
          Optional.of(now),
          now,
          Map.of(),
          false);
    }
  }

  private static Plan plan(Random random) {
    int size = 1 + random.nextInt(7);
    boolean undo = random.nextInt(4) > 0;
    List<TaskPlan> tasks = new ArrayList<>();
    for (int task = 0; task < size; task++) {
      List<Integer> needs = new ArrayList<>();
      for (int before = 0; before < task; before++) {
        if (random.nextInt(3) == 0) {
          needs.add(before);
        }
      }
      tasks.add(task(task, needs, undo && random.nextInt(4) > 0, random.nextInt(3) > 0));
    }
    return new Plan(
        DefinitionKind.WORKFLOW,
        "w",
        "",
        Profile.OPS,
        "",
        List.of(),
        Map.of(),
        List.of(),
        tasks,
        Optional.empty(),
        1_000,
        Map.of());
  }

  private static TaskPlan task(int index, List<Integer> needs, boolean undo, boolean forwardAgain) {
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
        undo
            ? Optional.of(
                new UndoPlan(Optional.empty(), Duration.ofSeconds(10), true, forwardAgain))
            : Optional.empty(),
        Optional.empty());
  }

  private static RunHeader header(Plan plan) {
    return new RunHeader(
        new DefinitionId(DefinitionKind.WORKFLOW, "default", plan.name()),
        1,
        HASH,
        0,
        Map.of(),
        Map.of(),
        "ann",
        "request",
        HASH,
        "",
        Instant.EPOCH,
        Optional.empty());
  }

  private static Definition definition(Plan plan) {
    Definition.Retry once = new Definition.Retry(1, 0, 0, 1, 0);
    return new Definition(
        HASH,
        "workflow|default/w",
        "OPS",
        OptionalLong.empty(),
        plan.maxInFlight(),
        plan.tasks().stream()
            .map(
                task ->
                    new Definition.Task(
                        task.index(),
                        task.name(),
                        task.needs(),
                        task.group(),
                        OptionalLong.empty(),
                        0,
                        once,
                        Definition.EffectKind.NONE))
            .toList());
  }
}
