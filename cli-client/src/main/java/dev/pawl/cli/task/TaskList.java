package dev.pawl.cli.task;

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
import dev.pawl.v1.ListTasksRequest;
import dev.pawl.v1.ListTasksResponse;
import dev.pawl.v1.Task;
import dev.pawl.v1.TaskServiceGrpc;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists tasks by name. */
@Command(
    description = "List tasks by name.",
    footer = {"", "Examples:", "  pawl task list", "  pawl task list -o json --all"})
public final class TaskList implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private final PageOptions page = new PageOptions();

  public TaskList(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    ListTasksResponse.Builder answer = ListTasksResponse.newBuilder();
    page.read(
        request ->
            answer
                .clearNextPageToken()
                .mergeFrom(
                    invocation
                        .connection()
                        .call(
                            TaskServiceGrpc.getListTasksMethod(),
                            ListTasksRequest.newBuilder()
                                .setParent(invocation.names().parent())
                                .setPageSize(request.pageSize())
                                .setPageToken(request.token())
                                .build()))
                .getNextPageToken());
    page.print(
        invocation,
        new Printer.Listing<>(
            answer.build(),
            answer.getTasksList(),
            found -> Names.last(found.getName()),
            Task::getName,
            columns()),
        answer.getNextPageToken());
    return ExitCode.OK.number();
  }

  private List<Column<Task>> columns() {
    Style style = invocation.style();
    Times times = invocation.times();
    return List.of(
        of("TASK", found -> Names.last(found.getName())),
        of("VERSION", found -> "v" + found.getVersion()),
        of("STATE", found -> style.state(States.name(found.getState()))),
        of("PROFILE", found -> States.name(found.getProfile())),
        of("SUBMITTED", found -> times.at(found.getSubmitTime())),
        wide("FOLDER", Task::getFolder),
        wide("OWNERS", found -> String.join(",", found.getOwnersList())),
        wide("LABELS", found -> Json.labels(found.getLabelsMap())),
        of("TITLE", Task::getDisplayName));
  }
}
