package dev.pawl.cli.workflow;

import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.VersionOption;
import dev.pawl.cli.render.OutputFormat;
import dev.pawl.v1.GetWorkflowRequest;
import dev.pawl.v1.WorkflowServiceGrpc;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws the graph of a workflow. */
@Command(
    description = "Draw the graph of a workflow: tasks in layers, with what they need.",
    footer = {
      "",
      "Examples:",
      "  pawl workflow graph daily-sales",
      "  pawl workflow graph daily-sales --dot | dot -Tsvg > graph.svg"
    })
public final class WorkflowGraph implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "NAME", description = "The workflow.")
  private String name = "";

  @Mixin private final VersionOption version = new VersionOption();

  @Option(names = "--dot", description = "Print it for Graphviz.")
  private boolean dot;

  public WorkflowGraph(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    GetWorkflowRequest.Builder request =
        GetWorkflowRequest.newBuilder().setName(invocation.names().workflow(name));
    version.wanted().ifPresent(request::setVersion);
    Layers layers =
        Layers.of(
            invocation
                .connection()
                .call(WorkflowServiceGrpc.getGetWorkflowMethod(), request.build())
                .getWorkflow()
                .getDefinition());
    PrintStream out = invocation.streams().out();
    OutputFormat format = invocation.format();
    if (dot) {
      layers.toDot().forEach(out::println);
    } else if (format.isForPeople()) {
      layers.toText(invocation.style()).forEach(out::println);
    } else {
      invocation.printer().item(layers.toStruct(), name, name, List::of);
    }
    return ExitCode.OK.number();
  }
}
