package dev.pawl.cli.task;

import dev.pawl.cli.Invocation;
import dev.pawl.cli.definition.DeclaredParameters;
import dev.pawl.cli.definition.DefinitionGet;
import dev.pawl.cli.render.Details;
import dev.pawl.cli.render.Json;
import dev.pawl.cli.render.Times;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.v1.Definition;
import dev.pawl.v1.GetTaskRequest;
import dev.pawl.v1.Task;
import dev.pawl.v1.TaskServiceGrpc;
import java.util.List;
import java.util.OptionalLong;
import picocli.CommandLine.Command;

/** Shows one task. */
@Command(
    description = "Show one task.",
    footer = {
      "",
      "Examples:",
      "  pawl task get daily-sales",
      "  pawl task get daily-sales --version 3 --definition > daily-sales.yaml"
    })
public final class TaskGet extends DefinitionGet<Task> {
  public TaskGet(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected Task find(String named, OptionalLong wanted) {
    GetTaskRequest.Builder request =
        GetTaskRequest.newBuilder().setName(invocation.names().task(named));
    wanted.ifPresent(request::setVersion);
    return invocation
        .connection()
        .call(TaskServiceGrpc.getGetTaskMethod(), request.build())
        .getTask();
  }

  @Override
  protected String resourceName(Task found) {
    return found.getName();
  }

  @Override
  protected Definition.Builder definition(Task found) {
    return Definition.newBuilder().setTask(found.getDefinition());
  }

  @Override
  protected List<String> lines(Task found) {
    Times times = invocation.times();
    return new Details()
        .with("Task", Names.last(found.getName()))
        .with("Title", found.getDisplayName())
        .with("Version", "v" + found.getVersion())
        .with("State", invocation.style().state(States.name(found.getState())))
        .with("Profile", States.name(found.getProfile()))
        .with("Folder", found.getFolder())
        .with("Owners", String.join(", ", found.getOwnersList()))
        .with("Labels", Json.labels(found.getLabelsMap()))
        .with("Parameters", DeclaredParameters.text(found.getDefinition().getParametersList()))
        .with("Submitted", times.at(found.getSubmitTime()))
        .with("Created", times.at(found.getCreateTime()))
        .with("Creator", found.getCreator())
        .with("Hash", found.getDefinitionHash())
        .lines();
  }
}
