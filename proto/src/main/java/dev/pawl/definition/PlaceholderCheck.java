package dev.pawl.definition;

import dev.pawl.v1.Output;
import dev.pawl.v1.Parameter;
import dev.pawl.v1.TaskSpec;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The rules of placeholders in one action of a task.
 *
 * @param inputs what the task is handed
 * @param outputs what it gives, in the action that takes it back; empty in the others
 */
record PlaceholderCheck(Findings findings, Set<String> inputs, Optional<Set<String>> outputs) {

  /** For what a task does, and how it cleans up. */
  static PlaceholderCheck forward(Findings findings, TaskSpec task) {
    return new PlaceholderCheck(findings, inputs(task), Optional.empty());
  }

  /** For what takes it back. */
  static PlaceholderCheck backward(Findings findings, TaskSpec task) {
    Set<String> outputs = new LinkedHashSet<>();
    task.getOutputsList().stream().map(Output::getName).forEach(outputs::add);
    return new PlaceholderCheck(findings, inputs(task), Optional.of(outputs));
  }

  private static Set<String> inputs(TaskSpec task) {
    Set<String> inputs = new LinkedHashSet<>(task.getInputsMap().keySet());
    if (inputs.isEmpty()) {
      // Only a task of its own has any.
      task.getParametersList().stream().map(Parameter::getName).forEach(inputs::add);
    }
    if (task.hasEach()) {
      inputs.add("item");
    }
    return inputs;
  }

  void check(FieldPath path, String text) {
    for (Placeholder placeholder : Placeholder.in(text)) {
      switch (placeholder.kind()) {
        case INPUTS -> known(path, placeholder, "is handed no input", inputs);
        case OUTPUTS ->
            outputs.ifPresentOrElse(
                declared -> known(path, placeholder, "declares no output", declared),
                () ->
                    findings.add(
                        path,
                        "%s: only `rollback` is handed the outputs of its task"
                            .formatted(placeholder)));
      }
    }
  }

  private void known(FieldPath path, Placeholder placeholder, String fault, Set<String> names) {
    if (!names.contains(placeholder.name())) {
      findings.add(
          path,
          "%s: the task %s %s".formatted(placeholder, fault, Texts.quote(placeholder.name())),
          () ->
              Suggestions.nearest(placeholder.name(), names)
                  .map(near -> new Placeholder(placeholder.kind(), near).toString()));
    }
  }
}
