package dev.pawl.cli.workflow;

import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.render.Details;
import dev.pawl.cli.render.Json;
import dev.pawl.cli.render.OutputFormat;
import dev.pawl.cli.render.Times;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.v1.Definition;
import dev.pawl.v1.GetWorkflowRequest;
import dev.pawl.v1.Parameter;
import dev.pawl.v1.ValueType;
import dev.pawl.v1.Workflow;
import dev.pawl.v1.WorkflowServiceGrpc;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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

  @Option(names = "--version", paramLabel = "N", description = "A version (the newest).")
  private @Nullable Long version;

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
    Long wanted = version;
    if (wanted != null) {
      request.setVersion(wanted);
    }
    Workflow found =
        invocation
            .connection()
            .call(WorkflowServiceGrpc.getGetWorkflowMethod(), request.build())
            .getWorkflow();
    if (definitionOnly) {
      Definition definition =
          Definition.newBuilder()
              .setApiVersion("pawl/v1")
              .setWorkflow(found.getDefinition())
              .build();
      PrintStream out = invocation.streams().out();
      if (invocation.format() == OutputFormat.JSON) {
        out.println(Json.pretty(definition));
      } else {
        out.print(Json.yaml(definition));
      }
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
        .with(
            "Parameters",
            found.getDefinition().getParametersList().stream()
                .map(WorkflowGet::parameter)
                .collect(Collectors.joining("\n")))
        .with("Submitted", times.at(found.getSubmitTime()))
        .with("Created", times.at(found.getCreateTime()))
        .with("Creator", found.getCreator())
        .with("Hash", found.getDefinitionHash())
        .lines();
  }

  private static String parameter(Parameter parameter) {
    ValueType type =
        parameter.getType() == ValueType.VALUE_TYPE_UNSPECIFIED
            ? ValueType.VALUE_TYPE_STRING
            : parameter.getType();
    String name = type.name().replaceFirst("^VALUE_TYPE_", "").toLowerCase(Locale.ROOT);
    return parameter.getName()
        + "  "
        + name
        + (parameter.hasDefault() ? " = " + Json.value(parameter.getDefault()) : ", required");
  }
}
