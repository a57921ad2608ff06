package dev.pawl.bench.chaos.program;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Values;
import dev.pawl.bench.history.Definition.EffectKind;
import dev.pawl.v1.Action;
import dev.pawl.v1.ExponentialBackoff;
import dev.pawl.v1.FixedBackoff;
import dev.pawl.v1.JavaAction;
import dev.pawl.v1.NoopAction;
import dev.pawl.v1.Output;
import dev.pawl.v1.Parameter;
import dev.pawl.v1.Placement;
import dev.pawl.v1.Profile;
import dev.pawl.v1.Retry;
import dev.pawl.v1.Source;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WorkflowSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** Makes random programs: the same number makes the same ones. */
public final class ProgramMaker {
  /** The groups whose workers do the work. */
  public static final List<String> GROUPS = List.of("default", "side");

  /** A parameter that every program has, and that has a default. */
  public static final String PARAMETER = "tag";

  private static final int MOST_TASKS = 30;
  private static final int HANG_MILLIS = 20_000;

  private final long number;
  private final Map<String, List<String>> workers;

  /**
   * @param workers by group, for tasks that want a certain one
   */
  public ProgramMaker(long number, Map<String, List<String>> workers) {
    this.number = number;
    this.workers = Map.copyOf(workers);
  }

  /** How the tasks of a graph lean on each other. */
  private enum Shape {
    CHAIN,
    FAN,
    DIAMOND,
    RANDOM
  }

  /**
   * A version of one of the programs.
   *
   * @param index which program
   * @param revision which version of it: the shape and all that follows from it may be another
   */
  public Program make(int index, int revision) {
    // Whether it is a graph is a matter of its name, which all versions share.
    boolean single = Dice.of(number, "kind", index).chance(15);
    Dice dice = Dice.of(number, "program", index * 1_000 + revision);
    return single ? new Program.Single(single(index, dice)) : new Program.Graph(graph(index, dice));
  }

  private TaskSpec single(int index, Dice dice) {
    boolean limited = dice.chance(20);
    TaskSpec.Builder task = task("t" + index, limited, dice);
    task.addParameters(parameter());
    task.setProfile(profile(dice));
    if (limited) {
      task.setTimeout(Durations.fromMillis(dice.between(2_000, 12_000)));
    }
    return task.build();
  }

  private WorkflowSpec graph(int index, Dice dice) {
    boolean limited = dice.chance(12);
    Shape shape = dice.pick(List.of(Shape.values()));
    int size =
        switch (shape) {
          case CHAIN -> dice.between(1, 7);
          case FAN -> dice.between(3, 14);
          case DIAMOND -> dice.between(4, 10);
          case RANDOM -> dice.chance(25) ? dice.between(11, MOST_TASKS) : dice.between(2, 10);
        };
    WorkflowSpec.Builder graph =
        WorkflowSpec.newBuilder()
            .setName("w" + index)
            .setProfile(profile(dice))
            .putLabels("shape", shape.name().toLowerCase(Locale.ROOT))
            .addParameters(parameter());
    if (limited) {
      graph.setTimeout(Durations.fromMillis(dice.between(2_000, 15_000)));
    }
    if (dice.chance(25)) {
      graph.setMaxInFlight(dice.between(1, 4));
    }
    for (int i = 0; i < size; i++) {
      TaskSpec.Builder task = task(name(i), limited, dice);
      needs(shape, i, size, dice).forEach(need -> task.addNeeds(name(need)));
      if (task.getNeedsCount() > 0 && dice.chance(30)) {
        task.putInputs(
            "upstream",
            Source.newBuilder().setOutput(task.getNeeds(0) + "." + Conduct.OUTPUT).build());
      }
      graph.addTasks(task);
    }
    withoutUnknownOutputs(graph);
    return graph.build();
  }

  /** What the tasks of a graph are called, by their place in it. */
  public static String name(int task) {
    return "t" + task;
  }

  private static List<Integer> needs(Shape shape, int task, int size, Dice dice) {
    return switch (shape) {
      case CHAIN -> task == 0 ? List.of() : List.of(task - 1);
      case FAN -> task == 0 ? List.of() : List.of(0);
      case DIAMOND ->
          task == 0
              ? List.of()
              : task < size - 1 ? List.of(0) : IntStream.range(1, task).boxed().toList();
      case RANDOM -> {
        List<Integer> needs = new ArrayList<>();
        for (int other = Math.max(0, task - 6); other < task; other++) {
          if (dice.chance(30)) {
            needs.add(other);
          }
        }
        yield needs;
      }
    };
  }

  /** A task that does nothing gives no output that another could take in. */
  private static void withoutUnknownOutputs(WorkflowSpec.Builder graph) {
    for (TaskSpec.Builder task : graph.getTasksBuilderList()) {
      task.getInputsMap().entrySet().stream()
          .filter(input -> input.getValue().hasOutput())
          .filter(
              input ->
                  graph.getTasksList().stream()
                      .noneMatch(
                          other ->
                              other.getOutputsCount() > 0
                                  && input
                                      .getValue()
                                      .getOutput()
                                      .startsWith(other.getName() + ".")))
          .map(Map.Entry::getKey)
          .toList()
          .forEach(task::removeInputs);
    }
  }

  private TaskSpec.Builder task(String name, boolean limited, Dice dice) {
    String group = dice.chance(80) ? GROUPS.getFirst() : GROUPS.getLast();
    TaskSpec.Builder task = TaskSpec.newBuilder().setName(name).setGroup(group);
    if (dice.chance(50)) {
      task.setRetry(retry(dice));
    }
    int attempts = task.hasRetry() ? task.getRetry().getMaxAttempts() : 1;
    Action.Builder action =
        Action.newBuilder().setGrace(Durations.fromMillis(dice.between(3, 15) * 100L));
    if (dice.chance(12)) {
      action.setNoop(
          NoopAction.newBuilder().setDuration(Durations.fromMillis(dice.between(0, 400))));
    } else {
      boolean limitedAttempt = dice.chance(12);
      if (limitedAttempt) {
        action.setTimeout(Durations.fromMillis(dice.between(1_000, 3_000)));
      }
      action.setJava(JavaAction.newBuilder().setHandler(Conduct.HANDLER));
      task.putAllInputs(conduct(attempts, limited || limitedAttempt, dice).inputs());
      task.putInputs(PARAMETER, Source.newBuilder().setParameter(PARAMETER).build());
      task.addOutputs(Output.newBuilder().setName(Conduct.OUTPUT));
      task.setKeepRunning(dice.chance(10));
    }
    placement(group, dice, task);
    extras(action, dice, task);
    return task.setExecute(action);
  }

  /** What takes back what the task does, and what cleans up after it. */
  private static void extras(Action.Builder action, Dice dice, TaskSpec.Builder task) {
    if (dice.chance(35)) {
      task.setRollback(action.clone().clearTimeout());
    }
    if (dice.chance(15)) {
      task.setCancel(
          Action.newBuilder()
              .setNoop(NoopAction.newBuilder().setDuration(Durations.fromMillis(millis(dice) / 4)))
              .setGrace(action.getGrace()));
    }
  }

  private void placement(String group, Dice dice, TaskSpec.Builder task) {
    List<String> some = workers.getOrDefault(group, List.of());
    if (some.isEmpty() || !dice.chance(15)) {
      return;
    }
    String worker = dice.pick(some);
    task.setPlacement(
        dice.chance(30)
            ? Placement.newBuilder().setOnlyWorker(worker)
            : Placement.newBuilder().setPreferWorker(worker));
  }

  /**
   * @param limited whether something ends an attempt that does not end by itself
   */
  private static Conduct conduct(int attempts, boolean limited, Dice dice) {
    List<Act> acts = new ArrayList<>();
    while (acts.size() < attempts - 1 && dice.chance(45)) {
      acts.add(
          limited && dice.chance(25)
              ? Act.of(dice.chance(70) ? Act.Kind.HANG : Act.Kind.DEFY, HANG_MILLIS)
              : Act.of(Act.Kind.FAIL, millis(dice)));
    }
    int fate = dice.between(1, 100);
    if (fate <= 3) {
      acts.add(Act.of(Act.Kind.FAIL, millis(dice)));
    } else if (fate <= 5) {
      acts.add(Act.of(Act.Kind.GIVE_UP, millis(dice)));
    } else if (fate <= 10 && limited) {
      acts.add(Act.of(Act.Kind.HANG, HANG_MILLIS));
    } else {
      acts.add(Act.of(Act.Kind.SUCCEED, millis(dice)));
    }
    return new Conduct(
        acts,
        dice.chance(40) ? dice.between(1, 12) : 0,
        dice.pick(List.of(EffectKind.NONE, EffectKind.ACTS, EffectKind.IDEMPOTENT)),
        Act.of(dice.chance(30) ? Act.Kind.FAIL : Act.Kind.SUCCEED, dice.between(5, 400)));
  }

  /** Mostly short, now and then as long as a fault. */
  private static int millis(Dice dice) {
    int length = dice.between(1, 100);
    if (length <= 4) {
      return dice.between(3_000, 12_000);
    }
    return length <= 20 ? dice.between(500, 2_000) : dice.between(5, 300);
  }

  private static Retry retry(Dice dice) {
    Retry.Builder retry = Retry.newBuilder().setMaxAttempts(dice.between(2, 4));
    if (dice.chance(60)) {
      retry.setFixed(
          FixedBackoff.newBuilder().setInterval(Durations.fromMillis(dice.between(1, 10) * 100L)));
    } else {
      retry.setExponential(
          ExponentialBackoff.newBuilder()
              .setInitial(Durations.fromMillis(dice.between(1, 4) * 100L))
              .setMax(Durations.fromMillis(1_500)));
    }
    return retry.build();
  }

  private static Profile profile(Dice dice) {
    return dice.chance(20) ? Profile.PROFILE_OPS : Profile.PROFILE_OFFLINE;
  }

  private static Parameter parameter() {
    return Parameter.newBuilder().setName(PARAMETER).setDefault(Values.of("none")).build();
  }
}
