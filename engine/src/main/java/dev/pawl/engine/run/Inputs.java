package dev.pawl.engine.run;

import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Value;
import dev.pawl.engine.content.Payload;
import dev.pawl.engine.definition.EachPlan;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.Source;
import dev.pawl.engine.definition.TaskPlan;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Where a task's inputs and a run's outputs come from. */
final class Inputs {
  private static final Value NOTHING =
      Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build();

  private Inputs() {}

  /** What an execution is handed, once all that its task needs has succeeded. */
  static Map<String, Payload> of(
      Plan plan, int place, Map<String, Payload> parameters, Steps steps) {
    TaskPlan task = plan.task(place);
    Map<String, Payload> inputs = new HashMap<>();
    task.inputs()
        .forEach(
            (name, source) ->
                resolve(plan, source, parameters, steps)
                    .ifPresent(value -> inputs.put(name, value)));
    task.each()
        .map(each -> Elements.element(each, parameters, plan.execution(place)))
        .ifPresent(element -> inputs.put(EachPlan.ITEM, new Payload.Inline(element)));
    return inputs;
  }

  static Optional<Payload> resolve(
      Plan plan, Source source, Map<String, Payload> parameters, Steps steps) {
    return switch (source) {
      case Source.Literal(var value) -> Optional.of(new Payload.Inline(value));
      case Source.FromParameter(var name) -> Optional.ofNullable(parameters.get(name));
      case Source.FromOutput(var task, var output) when plan.task(task).each().isPresent() ->
          Optional.of(new Payload.Inline(list(task, output, steps)));
      case Source.FromOutput(var task, var output) ->
          steps.end(task).map(StepEnd::outputs).map(outputs -> outputs.get(output));
    };
  }

  /** What the executions of a task that is split gave, in their order; null where one gave none. */
  private static Value list(int task, String output, Steps steps) {
    ListValue.Builder values = ListValue.newBuilder();
    steps
        .splits()
        .siblings(task)
        .mapToObj(steps::end)
        .map(end -> end.map(StepEnd::outputs).map(outputs -> outputs.get(output)))
        .map(given -> given.map(Inputs::value).orElse(NOTHING))
        .forEach(values::addValues);
    return Value.newBuilder().setListValue(values).build();
  }

  private static Value value(Payload payload) {
    return switch (payload) {
      case Payload.Inline(var value) -> value;
      case Payload.Stored _ ->
          throw new IllegalStateException(
              "a task that is split succeeded with too large an output");
    };
  }
}
