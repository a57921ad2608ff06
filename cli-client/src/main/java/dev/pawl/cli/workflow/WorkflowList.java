package dev.pawl.cli.workflow;

import static dev.pawl.cli.render.Column.of;
import static dev.pawl.cli.render.Column.wide;

import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.PageOptions;
import dev.pawl.cli.render.Column;
import dev.pawl.cli.render.Json;
import dev.pawl.cli.render.Printer;
import dev.pawl.cli.render.Style;
import dev.pawl.cli.render.Times;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.v1.ListWorkflowsRequest;
import dev.pawl.v1.ListWorkflowsResponse;
import dev.pawl.v1.Workflow;
import dev.pawl.v1.WorkflowServiceGrpc;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists workflows by name. */
@Command(
    description = "List workflows by name.",
    footer = {"", "Examples:", "  pawl workflow list", "  pawl workflow list -o json --all"})
public final class WorkflowList implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private final PageOptions page = new PageOptions();

  public WorkflowList(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    ListWorkflowsResponse.Builder answer = ListWorkflowsResponse.newBuilder();
    page.read(
        request ->
            answer
                .clearNextPageToken()
                .mergeFrom(
                    invocation
                        .connection()
                        .call(
                            WorkflowServiceGrpc.getListWorkflowsMethod(),
                            ListWorkflowsRequest.newBuilder()
                                .setParent(invocation.names().parent())
                                .setPageSize(request.pageSize())
                                .setPageToken(request.token())
                                .build()))
                .getNextPageToken());
    page.print(
        invocation,
        new Printer.Listing<>(
            answer.build(),
            answer.getWorkflowsList(),
            found -> Names.last(found.getName()),
            Workflow::getName,
            columns()),
        answer.getNextPageToken());
    return ExitCode.OK.number();
  }

  private List<Column<Workflow>> columns() {
    Style style = invocation.style();
    Times times = invocation.times();
    return List.of(
        of("WORKFLOW", found -> Names.last(found.getName())),
        of("VERSION", found -> "v" + found.getVersion()),
        of("STATE", found -> style.state(States.name(found.getState()))),
        of("PROFILE", found -> States.name(found.getProfile())),
        of("TASKS", found -> Integer.toString(found.getTaskCount())),
        of("SUBMITTED", found -> times.at(found.getSubmitTime())),
        wide("FOLDER", Workflow::getFolder),
        wide("OWNERS", found -> String.join(",", found.getOwnersList())),
        wide("LABELS", found -> Json.labels(found.getLabelsMap())),
        of("TITLE", Workflow::getDisplayName));
  }
}
