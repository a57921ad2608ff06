package dev.pawl.cli.task;

import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.VersionOption;
import dev.pawl.cli.definition.DeclaredParameters;
import dev.pawl.cli.render.Details;
import dev.pawl.cli.render.Json;
import dev.pawl.cli.render.Times;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.definition.DefinitionCheck;
import dev.pawl.v1.Definition;
import dev.pawl.v1.GetTaskRequest;
import dev.pawl.v1.Task;
import dev.pawl.v1.TaskServiceGrpc;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows one task. */
@Command(
    description = "Show one task.",
    footer = {
      "",
      "Examples:",
      "  pawl task get daily-sales",
      "  pawl task get daily-sales --version 3 --definition > daily-sales.yaml"
    })
public final class TaskGet implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "NAME", description = "Its name.")
  private String name = "";

  @Mixin private final VersionOption version = new VersionOption();

  @Option(
      names = "--definition",
      description = "Print the definition as apply takes it, as YAML or with -o json.")
  private boolean definitionOnly;

  public TaskGet(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    GetTaskRequest.Builder request =
        GetTaskRequest.newBuilder().setName(invocation.names().task(name));
    version.wanted().ifPresent(request::setVersion);
    Task found =
        invocation.connection().call(TaskServiceGrpc.getGetTaskMethod(), request.build()).getTask();
    if (definitionOnly) {
      invocation
          .printer()
          .document(
              Definition.newBuilder()
                  .setApiVersion(DefinitionCheck.API_VERSION)
                  .setTask(found.getDefinition())
                  .build());
    } else {
      invocation
          .printer()
          .item(found, Names.last(found.getName()), found.getName(), () -> lines(found));
    }
    return ExitCode.OK.number();
  }

  private List<String> lines(Task found) {
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
