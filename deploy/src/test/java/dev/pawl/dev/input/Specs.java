package dev.pawl.dev.input;

import com.google.protobuf.Duration;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pawl.v1.Action;
import dev.pawl.v1.FixedBackoff;
import dev.pawl.v1.JavaAction;
import dev.pawl.v1.NoopAction;
import dev.pawl.v1.Output;
import dev.pawl.v1.Parameter;
import dev.pawl.v1.Retry;
import dev.pawl.v1.ShellAction;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.ValueType;
import dev.pawl.v1.WorkflowSpec;
import java.util.List;

/** Builds small definitions and values. */
final class Specs {
  private Specs() {}

  static WorkflowSpec.Builder workflow(String name, TaskSpec.Builder... tasks) {
    WorkflowSpec.Builder workflow = WorkflowSpec.newBuilder().setName(name);
    for (TaskSpec.Builder task : tasks) {
      workflow.addTasks(task);
    }
    return workflow;
  }

  static TaskSpec.Builder task(String name, Action.Builder action, String... needs) {
    return TaskSpec.newBuilder().setName(name).setExecute(action).addAllNeeds(List.of(needs));
  }

  /** A task that does nothing. */
  static TaskSpec.Builder idle(String name, String... needs) {
    return task(name, Action.newBuilder().setNoop(NoopAction.getDefaultInstance()), needs);
  }

  static Action.Builder shell(String script) {
    return Action.newBuilder().setShell(ShellAction.newBuilder().setScript(script));
  }

  static Action.Builder handler(String name) {
    return Action.newBuilder().setJava(JavaAction.newBuilder().setHandler(name));
  }

  static Parameter parameter(String name, ValueType type) {
    return Parameter.newBuilder().setName(name).setType(type).build();
  }

  static Output output(String name) {
    return Output.newBuilder().setName(name).build();
  }

  static Retry attempts(int attempts) {
    return Retry.newBuilder()
        .setMaxAttempts(attempts)
        .setFixed(FixedBackoff.newBuilder().setInterval(Duration.newBuilder().setNanos(10_000_000)))
        .build();
  }

  static Duration seconds(long seconds) {
    return Duration.newBuilder().setSeconds(seconds).build();
  }

  static Struct values(String name, Value value) {
    return Struct.newBuilder().putFields(name, value).build();
  }

  static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }

  static Value number(double value) {
    return Value.newBuilder().setNumberValue(value).build();
  }

  static Value list(Value... values) {
    return Value.newBuilder()
        .setListValue(ListValue.newBuilder().addAllValues(List.of(values)))
        .build();
  }
}
