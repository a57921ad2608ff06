package dev.pawl.engine.run;

import dev.pawl.engine.content.Payload;
import dev.pawl.engine.definition.Source;
import dev.pawl.engine.definition.TaskPlan;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Where a task's inputs and a run's outputs come from. */
final class Inputs {
  private Inputs() {}

  /** What a task is handed, once all that it needs has succeeded. */
  static Map<String, Payload> of(TaskPlan task, Map<String, Payload> parameters, Steps steps) {
    Map<String, Payload> inputs = new HashMap<>();
    task.inputs()
        .forEach(
            (name, source) ->
                resolve(source, parameters, steps).ifPresent(value -> inputs.put(name, value)));
    return inputs;
  }

  static Optional<Payload> resolve(Source source, Map<String, Payload> parameters, Steps steps) {
    return switch (source) {
      case Source.Literal(var value) -> Optional.of(new Payload.Inline(value));
      case Source.FromParameter(var name) -> Optional.ofNullable(parameters.get(name));
      case Source.FromOutput(var task, var output) ->
          steps.end(task).map(StepEnd::outputs).map(outputs -> outputs.get(output));
    };
  }
}
