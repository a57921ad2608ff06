package dev.pawl.engine.run;

import com.google.protobuf.Value;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.definition.EachPlan;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.Source;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.run.RunRejection.Mistake;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The lists that tasks are split over (OCP-41). */
final class Elements {
  /** The most executions of one run. */
  static final int MOST = 10_000;

  private Elements() {}

  /** The executions of each task that is split; meaningless when there are mistakes. */
  record Counts(Map<Integer, Integer> counts, List<Mistake> mistakes) {
    Counts {
      counts = Map.copyOf(counts);
      mistakes = List.copyOf(mistakes);
    }
  }

  static Counts counts(Plan plan, Map<String, Payload> parameters) {
    Map<Integer, Integer> counts = new HashMap<>();
    List<Mistake> mistakes = new ArrayList<>();
    for (TaskPlan task : plan.tasks()) {
      task.each().ifPresent(each -> count(task, each, parameters, counts, mistakes));
    }
    int all = new Splits(plan.tasks().size(), counts).size();
    if (mistakes.isEmpty() && all > MOST) {
      mistakes.add(
          new Mistake(
              parameterOf(plan),
              "the run would have %d executions; at most %d".formatted(all, MOST)));
    }
    return new Counts(counts, mistakes);
  }

  private static void count(
      TaskPlan task,
      EachPlan each,
      Map<String, Payload> parameters,
      Map<Integer, Integer> counts,
      List<Mistake> mistakes) {
    String name = each.over() instanceof Source.FromParameter(var parameter) ? parameter : "each";
    String splits = "task %s is split over it".formatted(task.name());
    Payload list = list(each, parameters);
    switch (list) {
      case Payload.Stored _ ->
          mistakes.add(new Mistake(name, splits + ": at most 16 KiB of elements"));
      case null -> mistakes.add(new Mistake(name, splits + ", and it was not given"));
      case Payload.Inline(var value) -> {
        int count = value.getListValue().getValuesCount();
        if (count == 0 || count > EachPlan.MOST) {
          mistakes.add(
              new Mistake(
                  name,
                  "%s: expected 1 to %d elements, got %d".formatted(splits, EachPlan.MOST, count)));
        } else {
          counts.put(task.index(), count);
        }
      }
    }
  }

  /** What one execution of a task that is split is about. */
  static Value element(EachPlan each, Map<String, Payload> parameters, int execution) {
    if (list(each, parameters) instanceof Payload.Inline(var value)) {
      return value.getListValue().getValues(execution);
    }
    throw new IllegalStateException("a run began without the list that it is split over");
  }

  private static @Nullable Payload list(EachPlan each, Map<String, Payload> parameters) {
    return switch (each.over()) {
      case Source.Literal(var value) -> new Payload.Inline(value);
      case Source.FromParameter(var name) -> parameters.get(name);
      case Source.FromOutput _ ->
          throw new IllegalStateException("a task cannot be split over what another one gives");
    };
  }

  private static String parameterOf(Plan plan) {
    return plan.tasks().stream()
        .flatMap(task -> task.each().stream())
        .map(EachPlan::over)
        .filter(Source.FromParameter.class::isInstance)
        .map(over -> ((Source.FromParameter) over).name())
        .findFirst()
        .orElse("each");
  }
}
