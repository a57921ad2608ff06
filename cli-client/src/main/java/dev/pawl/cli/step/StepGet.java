package dev.pawl.cli.step;

import static dev.pawl.cli.render.Column.of;

import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.render.Column;
import dev.pawl.cli.render.Details;
import dev.pawl.cli.render.Json;
import dev.pawl.cli.render.Style;
import dev.pawl.cli.render.Table;
import dev.pawl.cli.render.Times;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.cli.run.RunDetails;
import dev.pawl.cli.run.RunReference;
import dev.pawl.v1.Attempt;
import dev.pawl.v1.Execution;
import dev.pawl.v1.ExecutionServiceGrpc;
import dev.pawl.v1.GetTaskRunRequest;
import dev.pawl.v1.ListExecutionsRequest;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.StepExecution;
import dev.pawl.v1.TaskRun;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows one step with all its attempts. */
@Command(
    description =
        "Show one step: state, attempts, outputs, what it waits for, what may be commanded now.",
    footer = {
      "",
      "Examples:",
      "  pawl step get 7f3k2xyz/swap",
      "  pawl step get @latest/swap -o json"
    })
public final class StepGet implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "RUN/STEP", description = "The step.")
  private String step = "";

  public StepGet(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    TaskRun found =
        invocation
            .connection()
            .call(
                RunServiceGrpc.getGetTaskRunMethod(),
                GetTaskRunRequest.newBuilder().setName(RunReference.step(invocation, step)).build())
            .getTaskRun();
    invocation.printer().item(found, found.getTask(), found.getName(), () -> lines(found));
    return ExitCode.OK.number();
  }

  private List<String> lines(TaskRun step) {
    Times times = invocation.times();
    Style style = invocation.style();
    List<String> lines =
        new ArrayList<>(
            new Details()
                .with("Step", step.getTask())
                .with("Run", Names.part(step.getName(), "runs"))
                .with("State", StepList.state(style, step))
                .with("Why", RunDetails.why(step.getReason(), step.getMessage()))
                .with("Waits for", step.getWaitsFor())
                .with("Needs", String.join(", ", step.getNeedsList()))
                .with("Group", step.getGroup())
                .with("Attempt", step.getAttempt() + " of " + step.getMaxAttempts())
                .with("Started", times.at(step.getStartTime()))
                .with("Duration", times.elapsed(step.getStartTime(), step.getEndTime()))
                .with("Outputs", Json.values(step.getOutputs().getFieldsMap()))
                .with(
                    "Data",
                    RunDetails.data(step.getAdditionalData(), step.getAdditionalDataTruncated()))
                .with("Last line", step.getLastLogLine())
                .with("Allowed", RunDetails.allowed(step.getCommandsList()))
                .with("Refused", RunDetails.refused(step.getCommandsList()))
                .lines());
    if (step.getExecutionsCount() > 0) {
      lines.add("");
      lines.addAll(Table.lines(executionColumns(style, times), step.getExecutionsList()));
      return lines;
    }
    List<Attempt> attempts = attempts(step);
    if (!attempts.isEmpty()) {
      lines.add("");
      lines.addAll(Table.lines(columns(style, times), attempts));
    }
    return lines;
  }

  private static List<Column<StepExecution>> executionColumns(Style style, Times times) {
    return List.of(
        of("EXECUTION", one -> Integer.toString(one.getIndex())),
        of("STATE", one -> style.state(States.name(one.getState()))),
        of("ATTEMPT", one -> Integer.toString(one.getAttempt())),
        of("WORKER", StepExecution::getWorker),
        of("FENCE", one -> Long.toString(one.getFence())),
        of("STARTED", one -> times.at(one.getStartTime())),
        of("DURATION", one -> times.elapsed(one.getStartTime(), one.getEndTime())),
        of("DETAIL", StepExecution::getReason));
  }

  private List<Attempt> attempts(TaskRun step) {
    if (step.getAttempt() == 0) {
      return List.of();
    }
    return invocation
        .connection()
        .call(
            ExecutionServiceGrpc.getListExecutionsMethod(),
            ListExecutionsRequest.newBuilder().setParent(step.getName()).build())
        .getExecutionsList()
        .stream()
        .map(Execution::getAttemptsList)
        .flatMap(List::stream)
        .toList();
  }

  private static List<Column<Attempt>> columns(Style style, Times times) {
    return List.of(
        of("ROUND", attempt -> Integer.toString(attempt.getRound())),
        of("OPERATION", attempt -> States.name(attempt.getOperation())),
        of("ATTEMPT", attempt -> Integer.toString(attempt.getAttempt())),
        of("STATE", attempt -> style.state(States.name(attempt.getState()))),
        of("WORKER", Attempt::getWorker),
        of("FENCE", attempt -> Long.toString(attempt.getFence())),
        of("STARTED", attempt -> times.at(attempt.getStartTime())),
        of("DURATION", attempt -> times.elapsed(attempt.getStartTime(), attempt.getEndTime())),
        of("DETAIL", attempt -> RunDetails.why(attempt.getReason(), attempt.getMessage())));
  }
}
