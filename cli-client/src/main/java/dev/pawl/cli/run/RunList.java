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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists runs, newest first or as wanted. */
@Command(
    description = "List runs, newest first.",
    footer = {
      "",
      "Examples:",
      "  pawl run list --state FAILED,TERMINATED --workflow daily-sales --since 1d",
      "  pawl run list --unfinished --object cluster=obdemo",
      "  pawl run list --filter 'name : upgrade AND NOT initiator = scheduler'",
      "  pawl run list --sort 'end_time desc, name' --page 3 --limit 100",
      "  pawl run list -q --all",
      "  pawl run list -o csv --all > runs.csv"
    })
public final class RunList implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private final RunFilterOptions filter = new RunFilterOptions();

  @Option(
      names = "--sort",
      paramLabel = "FIELDS",
      description =
          "By create_time, start_time, end_time, state or name, each with asc or desc"
              + " (create_time desc).")
  private String sort = "";

  @Option(
      names = "--page",
      paramLabel = "N",
      description = "The page of this number, from 1; says how many there are.")
  private @Nullable Integer number;

  @Mixin private final PageOptions page = new PageOptions();

  public RunList(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Integer wanted = number;
    if (wanted != null) {
      page.refuseBesides("--page");
    }
    String text = filter.text(invocation.streams().clock().instant());
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
                                .setFilter(text)
                                .setOrderBy(sort)
                                .setPage(wanted == null ? 0 : wanted)
                                .setPageSize(request.pageSize())
                                .setPageToken(request.token())
                                .build()))
                .getNextPageToken());
    page.print(
        invocation,
        new Printer.Listing<>(
            answer.build(), answer.getRunsList(), Run::getId, Run::getName, columns()),
        wanted == null ? answer.getNextPageToken() : "");
    if (wanted != null && invocation.format().isForPeople()) {
      invocation.hint(
          "Page %d of %d; %d runs"
              .formatted(wanted, answer.getTotalPages(), answer.getTotalSize()));
    }
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
        of("PROGRESS", RunDetails::progress),
        of("OBJECTS", RunDetails::objects),
        wide("CREATED", run -> times.at(run.getCreateTime())),
        of("STARTED", run -> times.at(run.getStartTime())),
        of("ENDED", run -> times.at(run.getEndTime())),
        of("ELAPSED", run -> times.elapsed(run.getStartTime(), run.getEndTime())),
        of("INITIATOR", Run::getInitiator),
        wide("LABELS", run -> Json.labels(run.getLabelsMap())),
        wide("ID", Run::getId));
  }
}
