package dev.pawl.cli.workflow;

import dev.pawl.cli.Invocation;
import dev.pawl.cli.definition.DeclaredParameters;
import dev.pawl.cli.definition.DefinitionGet;
import dev.pawl.cli.render.Details;
import dev.pawl.cli.render.Json;
import dev.pawl.cli.render.Times;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.v1.Definition;
import dev.pawl.v1.GetWorkflowRequest;
import dev.pawl.v1.Workflow;
import dev.pawl.v1.WorkflowServiceGrpc;
import java.util.List;
import java.util.OptionalLong;
import picocli.CommandLine.Command;

/** Shows one workflow. */
@Command(
    description = "Show one workflow.",
    footer = {
      "",
      "Examples:",
      "  pawl workflow get daily-sales",
      "  pawl workflow get daily-sales --version 3 --definition > daily-sales.yaml"
    })
public final class WorkflowGet extends DefinitionGet<Workflow> {
  public WorkflowGet(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected Workflow find(String named, OptionalLong wanted) {
    GetWorkflowRequest.Builder request =
        GetWorkflowRequest.newBuilder().setName(invocation.names().workflow(named));
    wanted.ifPresent(request::setVersion);
    return invocation
        .connection()
        .call(WorkflowServiceGrpc.getGetWorkflowMethod(), request.build())
        .getWorkflow();
  }

  @Override
  protected String resourceName(Workflow found) {
    return found.getName();
  }

  @Override
  protected Definition.Builder definition(Workflow found) {
    return Definition.newBuilder().setWorkflow(found.getDefinition());
  }

  @Override
  protected List<String> lines(Workflow found) {
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
