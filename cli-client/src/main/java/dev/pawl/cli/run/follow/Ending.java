package dev.pawl.cli.run.follow;

import dev.pawl.cli.Invocation;
import dev.pawl.cli.render.Json;
import dev.pawl.cli.render.Style;
import dev.pawl.cli.render.Text;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.cli.run.RunDetails;
import dev.pawl.client.LogTails;
import dev.pawl.v1.Command;
import dev.pawl.v1.CommandOption;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.Run;
import dev.pawl.v1.StepFailure;
import dev.pawl.v1.TailLogsRequest;
import dev.pawl.v1.TaskRun;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The last words about a run that was followed: how it ended, why, and what can be done. */
final class Ending {
  private static final int LAST_LINES = 10;

  private final Invocation invocation;
  private final Style style;
  private final FailedSection section;

  Ending(Invocation invocation) {
    this.invocation = invocation;
    this.style = invocation.style();
    this.section = new FailedSection(invocation);
  }

  List<String> lines(Run run) {
    String took = invocation.times().elapsed(run.getCreateTime(), run.getEndTime());
    String id = Names.brief(run.getId());
    String state = States.name(run.getState());
    List<String> lines = new ArrayList<>();
    if (run.hasFailure()) {
      StepFailure failure = run.getFailure();
      lines.add(
          "%s Run %s %s after %s at %s (%s%s)"
              .formatted(
                  style.mark(state),
                  id,
                  style.red(state),
                  took,
                  Names.execution(failure),
                  attempt(failure),
                  RunDetails.why(failure.getReason(), failure.getMessage())));
      List<String> last = lastLines(run, failure);
      if (!last.isEmpty()) {
        lines.add("");
        last.forEach(
            line -> lines.add("  " + Names.execution(failure) + " " + style.bar() + " " + line));
      }
    } else {
      lines.add(
          "%s Run %s %s after %s%s"
              .formatted(
                  style.mark(state),
                  id,
                  state,
                  took,
                  run.getReason().isEmpty() ? "" : " (" + run.getReason() + ")"));
    }
    Json.values(run.getOutputs().getFieldsMap()).lines().forEach(line -> lines.add("  " + line));
    return lines;
  }

  /**
   * Commands that make sense now.
   *
   * @param failed the step that the run failed at
   */
  List<String> advice(Run run, Optional<TaskRun> failed) {
    return switch (States.exitCode(run.getState())) {
      case RUN_FAILED, RUN_TERMINATED -> ofUnsuccessful(run, failed);
      case OK, FAILED, USAGE, NOT_FOUND, FORBIDDEN, CONFLICT, UNREACHABLE, TIMED_OUT, INTERRUPTED ->
          List.of();
    };
  }

  private List<String> ofUnsuccessful(Run run, Optional<TaskRun> failed) {
    String id = Names.brief(run.getId());
    List<String> advice = new ArrayList<>();
    if (run.hasFailure()) {
      advice.add(
          "Read more    pawl run logs %s/%s%s"
              .formatted(id, run.getFailure().getStep(), section.options(run.getFailure())));
    }
    if (!run.hasFailure() || run.getSteps().getFailed() > 1) {
      advice.add("Look at it   pawl step list " + id);
    }
    if (isRefused(run.getCommandsList(), Command.COMMAND_RETRY)) {
      advice.add("Start again  pawl run start " + again(run));
    } else {
      advice.add("Try again    pawl run retry " + id);
    }
    if (isAllowed(run.getCommandsList(), Command.COMMAND_ROLLBACK)) {
      advice.add("Undo all     pawl run rollback " + id);
    }
    failed
        .filter(step -> !isRefused(step.getCommandsList(), Command.COMMAND_PASS))
        .ifPresent(
            step ->
                advice.add(
                    "Accept       pawl step pass %s/%s --reason \"...\""
                        .formatted(id, step.getTask())));
    return advice;
  }

  private static boolean isAllowed(List<CommandOption> commands, Command command) {
    return commands.stream()
        .anyMatch(option -> option.getCommand() == command && option.getAllowed());
  }

  private static boolean isRefused(List<CommandOption> commands, Command command) {
    return commands.stream()
        .anyMatch(option -> option.getCommand() == command && !option.getAllowed());
  }

  private static String again(Run run) {
    String name = Names.last(run.getDefinition());
    String task = run.getDefinition().contains("/tasks/") ? "--task " : "";
    return task
        + name
        + (run.getParameters().getFieldsCount() > 0 ? " --param ..." : "")
        + " --wait";
  }

  private static String attempt(StepFailure failure) {
    return failure.getMaxAttempts() > 1
        ? "attempt %d of %d, ".formatted(failure.getAttempt(), failure.getMaxAttempts())
        : "";
  }

  private List<String> lastLines(Run run, StepFailure failure) {
    List<String> lines = new ArrayList<>();
    section.find(run, failure);
    TailLogsRequest.Builder request =
        TailLogsRequest.newBuilder()
            .setParent(Names.step(run.getName(), failure.getStep()))
            .setTailLines(LAST_LINES);
    section.fence().ifPresent(fence -> request.getSelectionBuilder().setFence(fence));
    if (failure.hasExecution()) {
      request.getSelectionBuilder().setExecution(failure.getExecution());
    }
    try {
      LogTails.stream(
              invocation.connection().channel(), request.build(), invocation.connection().streams())
          .forEach(
              message -> {
                for (LogLine line : message.getLinesList()) {
                  lines.add(Text.harmless(line.getText()));
                }
                return true;
              });
    } catch (StatusRuntimeException e) {
      invocation.note("The log cannot be read: " + e.getStatus());
    }
    if (lines.isEmpty() && !failure.getLastLogLine().isEmpty()) {
      lines.add(Text.harmless(failure.getLastLogLine()));
    }
    return lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
  }
}
