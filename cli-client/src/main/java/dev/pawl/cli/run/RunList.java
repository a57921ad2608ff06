package dev.pawl.cli.run;

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
import dev.pawl.v1.ListRunsRequest;
import dev.pawl.v1.ListRunsResponse;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunServiceGrpc;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists runs, newest first. */
@Command(
    description = "List runs, newest first.",
    footer = {
      "",
      "Examples:",
      "  pawl run list --filter 'state = FAILED AND workflow = \"daily-sales\"'",
      "  pawl run list -q --all"
    })
public final class RunList implements Callable<Integer> {
  private final Invocation invocation;

  @Option(
      names = "--filter",
      paramLabel = "FILTER",
      description =
          "state, workflow, task, initiator, id or labels.KEY, with = or !=, joined by AND.")
  private String filter = "";

  @Mixin private final PageOptions page = new PageOptions();

  public RunList(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    ListRunsResponse.Builder answer = ListRunsResponse.newBuilder();
    page.read(
        request ->
            answer
                .clearNextPageToken()
                .mergeFrom(
                    invocation
                        .connection()
                        .call(
                            RunServiceGrpc.getListRunsMethod(),
                            ListRunsRequest.newBuilder()
                                .setParent(invocation.names().parent())
                                .setFilter(filter)
                                .setPageSize(request.pageSize())
                                .setPageToken(request.token())
                                .build()))
                .getNextPageToken());
    page.print(
        invocation,
        new Printer.Listing<>(
            answer.build(), answer.getRunsList(), Run::getId, Run::getName, columns()),
        answer.getNextPageToken());
    return ExitCode.OK.number();
  }

  private List<Column<Run>> columns() {
    Style style = invocation.style();
    Times times = invocation.times();
    return List.of(
        of("RUN", run -> Names.brief(run.getId())),
        of("WORKFLOW", run -> Names.definition(run.getDefinition())),
        wide("VERSION", run -> "v" + run.getDefinitionVersion()),
        of("STATE", run -> style.state(States.name(run.getState()))),
        wide("REASON", Run::getReason),
        of("STEPS", RunDetails::steps),
        of("STARTED", run -> times.at(run.getCreateTime())),
        of("DURATION", run -> times.elapsed(run.getCreateTime(), run.getEndTime())),
        of("INITIATOR", Run::getInitiator),
        wide("LABELS", run -> Json.labels(run.getLabelsMap())),
        wide("ID", Run::getId));
  }
}
