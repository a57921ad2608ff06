package dev.pawl.definition;

import com.google.protobuf.Duration;
import com.google.protobuf.Value;
import dev.pawl.v1.Action;
import dev.pawl.v1.NoopAction;
import dev.pawl.v1.Output;
import dev.pawl.v1.Parameter;
import dev.pawl.v1.Source;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.ValueType;
import dev.pawl.v1.WorkflowSpec;
import java.util.List;

/** Definitions in few words. */
final class Specs {
  private Specs() {}

  static TaskSpec.Builder task(String name, String... needs) {
    return TaskSpec.newBuilder()
        .setName(name)
        .addAllNeeds(List.of(needs))
        .setExecute(Action.newBuilder().setNoop(NoopAction.getDefaultInstance()));
  }

  static WorkflowSpec.Builder workflow(TaskSpec.Builder... tasks) {
    WorkflowSpec.Builder workflow = WorkflowSpec.newBuilder().setName("flow");
    for (TaskSpec.Builder task : tasks) {
      workflow.addTasks(task);
    }
    return workflow;
  }

  static Duration seconds(long seconds) {
    return Duration.newBuilder().setSeconds(seconds).build();
  }

  static Duration millis(long millis) {
    return Duration.newBuilder()
        .setSeconds(millis / 1_000)
        .setNanos((int) (millis % 1_000) * 1_000_000)
        .build();
  }

  static Output output(String name) {
    return Output.newBuilder().setName(name).build();
  }

  static Source fromOutput(String reference) {
    return Source.newBuilder().setOutput(reference).build();
  }

  static Source fromParameter(String name) {
    return Source.newBuilder().setParameter(name).build();
  }

  static Parameter parameter(String name, ValueType type, Value value) {
    return Parameter.newBuilder().setName(name).setType(type).setDefault(value).build();
  }

  static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  static Value number(double number) {
    return Value.newBuilder().setNumberValue(number).build();
  }

  static List<String> mistakes(WorkflowSpec.Builder workflow) {
    return DefinitionCheck.check(workflow.build()).stream().map(Violation::toString).toList();
  }

  static List<String> mistakes(TaskSpec.Builder task) {
    return DefinitionCheck.check(task.build()).stream().map(Violation::toString).toList();
  }

  /** The mistakes of a workflow whose only task has this action. */
  static List<String> actionMistakes(Action.Builder action) {
    return mistakes(workflow(task("one").setExecute(action)));
  }
}
