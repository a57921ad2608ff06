package dev.pawl.cli.step;

import static dev.pawl.cli.render.Column.of;
import static dev.pawl.cli.render.Column.wide;

import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.PageOptions;
import dev.pawl.cli.render.Column;
import dev.pawl.cli.render.Printer;
import dev.pawl.cli.render.Style;
import dev.pawl.cli.render.Times;
import dev.pawl.cli.resource.States;
import dev.pawl.cli.resource.StepStates;
import dev.pawl.cli.run.RunDetails;
import dev.pawl.cli.run.RunReference;
import dev.pawl.v1.ListTaskRunsRequest;
import dev.pawl.v1.ListTaskRunsResponse;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.TaskRun;
import dev.pawl.v1.TaskRunState;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the steps of a run, in the order of the definition. */
@Command(
    description = "List the steps of a run, in the order of the definition.",
    footer = {
      "",
      "Examples:",
      "  pawl step list @latest",
      "  pawl step list 7f3k2xyz --state FAILED,RUNNING",
      "  pawl step list @latest --filter 'worker = w1 AND attempt > 1' --sort 'start_time desc'"
    })
public final class StepList implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "RUN", description = "Its id, a unique part of it, or @latest.")
  private String run = "";

  @Option(names = "--state", paramLabel = "STATE", split = ",", description = "Only these states.")
  private List<String> states = List.of();

  @Option(
      names = "--filter",
      paramLabel = "FILTER",
      description = "What the steps have in common; the language: pawl help filters.")
  private String filter = "";

  @Option(
      names = "--sort",
      paramLabel = "FIELDS",
      description =
          "By name, state, attempt, start_time or end_time, each with asc or desc (the order of"
              + " the definition).")
  private String sort = "";

  @Mixin private final PageOptions page = new PageOptions();

  public StepList(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    List<TaskRunState> wanted = StepStates.parse(states);
    String parent = RunReference.run(invocation, run);
    ListTaskRunsResponse.Builder answer = ListTaskRunsResponse.newBuilder();
    page.read(
        request ->
            answer
                .clearNextPageToken()
                .mergeFrom(
                    invocation
                        .connection()
                        .call(
                            RunServiceGrpc.getListTaskRunsMethod(),
                            ListTaskRunsRequest.newBuilder()
                                .setParent(parent)
                                .addAllStates(wanted)
                                .setFilter(filter)
                                .setOrderBy(sort)
                                .setPageSize(request.pageSize())
                                .setPageToken(request.token())
                                .build()))
                .getNextPageToken());
    page.print(
        invocation,
        new Printer.Listing<>(
            answer.build(),
            answer.getTaskRunsList(),
            TaskRun::getTask,
            TaskRun::getName,
            columns()),
        answer.getNextPageToken());
    return ExitCode.OK.number();
  }

  private List<Column<TaskRun>> columns() {
    Style style = invocation.style();
    Times times = invocation.times();
    return List.of(
        of("STEP", TaskRun::getTask),
        of("STATE", step -> state(style, step)),
        of("ATTEMPT", step -> step.getAttempt() + "/" + step.getMaxAttempts()),
        of("WORKER", TaskRun::getWorker),
        wide("GROUP", TaskRun::getGroup),
        of("STARTED", step -> times.at(step.getStartTime())),
        of("DURATION", step -> times.elapsed(step.getStartTime(), step.getEndTime())),
        wide("NEEDS", step -> String.join(",", step.getNeedsList())),
        wide("DOWNSTREAM", step -> String.join(",", step.getDownstreamList())),
        wide("FENCE", step -> Long.toString(step.getFence())),
        of("DETAIL", StepList::detail));
  }

  /** Its state; one that only counts as succeeded says so. */
  static String state(Style style, TaskRun step) {
    return style.state(States.name(step.getState())) + (States.isPassed(step) ? " (passed)" : "");
  }

  /** What it waits for, or why it ended as it did. */
  static String detail(TaskRun step) {
    String why =
        step.getWaitsFor().isEmpty()
            ? RunDetails.why(step.getReason(), step.getMessage())
            : "waits for " + step.getWaitsFor();
    if (step.getExecutionsCount() == 0) {
      return why;
    }
    long done =
        step.getExecutionsList().stream()
            .filter(one -> one.getState() == TaskRunState.TASK_RUN_STATE_SUCCEEDED)
            .count();
    return "%d of %d done%s"
        .formatted(done, step.getExecutionsCount(), why.isEmpty() ? "" : "; " + why);
  }
}
