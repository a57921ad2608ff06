package dev.pawl.cli.workflow;

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
import dev.pawl.v1.GetWorkflowRequest;
import dev.pawl.v1.Workflow;
import dev.pawl.v1.WorkflowServiceGrpc;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows one workflow. */
@Command(
    description = "Show one workflow.",
    footer = {
      "",
      "Examples:",
      "  pawl workflow get daily-sales",
      "  pawl workflow get daily-sales --version 3 --definition > daily-sales.yaml"
    })
public final class WorkflowGet implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "NAME", description = "Its name.")
  private String name = "";

  @Mixin private final VersionOption version = new VersionOption();

  @Option(
      names = "--definition",
      description = "Print the definition as apply takes it, as YAML or with -o json.")
  private boolean definitionOnly;

  public WorkflowGet(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    GetWorkflowRequest.Builder request =
        GetWorkflowRequest.newBuilder().setName(invocation.names().workflow(name));
    version.wanted().ifPresent(request::setVersion);
    Workflow found =
        invocation
            .connection()
            .call(WorkflowServiceGrpc.getGetWorkflowMethod(), request.build())
            .getWorkflow();
    if (definitionOnly) {
      invocation
          .printer()
          .document(
              Definition.newBuilder()
                  .setApiVersion(DefinitionCheck.API_VERSION)
                  .setWorkflow(found.getDefinition())
                  .build());
    } else {
      invocation
          .printer()
          .item(found, Names.last(found.getName()), found.getName(), () -> lines(found));
    }
    return ExitCode.OK.number();
  }

  private List<String> lines(Workflow found) {
    Times times = invocation.times();
    return new Details()
        .with("Workflow", Names.last(found.getName()))
        .with("Title", found.getDisplayName())
        .with("Version", "v" + found.getVersion())
        .with("State", invocation.style().state(States.name(found.getState())))
        .with("Profile", States.name(found.getProfile()))
        .with("Folder", found.getFolder())
        .with("Owners", String.join(", ", found.getOwnersList()))
        .with("Labels", Json.labels(found.getLabelsMap()))
        .with("Tasks", Integer.toString(found.getTaskCount()))
        .with("Parameters", DeclaredParameters.text(found.getDefinition().getParametersList()))
        .with("Submitted", times.at(found.getSubmitTime()))
        .with("Created", times.at(found.getCreateTime()))
        .with("Creator", found.getCreator())
        .with("Hash", found.getDefinitionHash())
        .lines();
  }
}
