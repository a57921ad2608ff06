package dev.pawl.cli.run;

import com.google.protobuf.Struct;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.render.Details;
import dev.pawl.cli.render.Json;
import dev.pawl.cli.render.Times;
import dev.pawl.cli.resource.Names;
import dev.pawl.cli.resource.States;
import dev.pawl.v1.Cause;
import dev.pawl.v1.CommandOption;
import dev.pawl.v1.LockState;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunLock;
import dev.pawl.v1.StepCounts;
import dev.pawl.v1.StepFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What people want to know about one run. */
public final class RunDetails {
  private RunDetails() {}

  static void print(Invocation invocation, Run run) {
    invocation.printer().item(run, run.getId(), run.getName(), () -> lines(invocation, run));
  }

  private static List<String> lines(Invocation invocation, Run run) {
    Times times = invocation.times();
    String state = invocation.style().state(States.name(run.getState()));
    return new Details()
        .with("Run", run.getId())
        .with("Definition", title(run))
        .with("State", run.getReason().isEmpty() ? state : state + " (" + run.getReason() + ")")
        .with("Round", run.getRound() == 0 ? "" : Integer.toString(run.getRound()))
        .with("Steps", steps(run) + otherwise(run.getSteps()))
        .with("Progress", progress(run))
        .with("Objects", objects(run))
        .with("Created", created(times, run))
        .with("Started by", startedBy(run.getParentExecution()))
        .with("Started", times.at(run.getStartTime()))
        .with("Ended", run.hasEndTime() ? times.at(run.getEndTime()) : "")
        .with("Elapsed", times.elapsed(run.getStartTime(), run.getEndTime()))
        .with("Labels", Json.labels(run.getLabelsMap()))
        .with("Parameters", Json.values(run.getParameters().getFieldsMap()))
        .with("Outputs", Json.values(run.getOutputs().getFieldsMap()))
        .with("Data", data(run.getAdditionalData(), run.getAdditionalDataTruncated()))
        .with("Locks", locks(run))
        .with("Failure", run.hasFailure() ? failure(run.getFailure()) : "")
        .with("Last command", cause(run.getLastCommand()))
        .with("Allowed", allowed(run.getCommandsList()))
        .with("Refused", refused(run.getCommandsList()))
        .lines();
  }

  /** Such as {@code upgrade-cluster v12}. */
  public static String title(Run run) {
    return Names.definition(run.getDefinition()) + " v" + run.getDefinitionVersion();
  }

  /** How many steps are done, of how many. */
  static String steps(Run run) {
    StepCounts steps = run.getSteps();
    return steps.getSucceeded() + steps.getSkipped() + "/" + steps.getTotal();
  }

  /** How many steps have ended, however, of how many. */
  static String progress(Run run) {
    return run.getSteps().getFinished() + "/" + run.getSteps().getTotal();
  }

  /** Such as {@code cluster=obdemo,tenant=sales (deleted)}. */
  static String objects(Run run) {
    return run.getObjectsList().stream()
        .map(
            object ->
                object.getKind()
                    + "="
                    + object.getName()
                    + (object.hasDeleteTime() ? " (deleted)" : ""))
        .collect(Collectors.joining(","));
  }

  /** How many came to another end. */
  private static String otherwise(StepCounts steps) {
    StringBuilder text = new StringBuilder();
    add(text, steps.getFailed(), "failed");
    add(text, steps.getRolledBack(), "rolled back");
    add(text, steps.getRollbackFailed(), "not rolled back");
    return text.isEmpty() ? "" : " done" + text;
  }

  private static void add(StringBuilder text, int count, String what) {
    if (count > 0) {
      text.append(", ").append(count).append(' ').append(what);
    }
  }

  private static String created(Times times, Run run) {
    String at = times.at(run.getCreateTime());
    return run.getInitiator().isEmpty() ? at : at + " by " + run.getInitiator();
  }

  /** As a step is named in commands; the execution beside it where the step is split. */
  private static String startedBy(String execution) {
    if (execution.isEmpty()) {
      return "";
    }
    String[] parts = execution.split("/", -1);
    String step = "step %s/%s".formatted(parts[3], parts[5]);
    return parts[7].equals("0") ? step : step + "/" + parts[7];
  }

  /** What was published beside the outputs. */
  public static String data(Struct data, boolean truncated) {
    String shown = Json.values(data.getFieldsMap());
    return truncated ? (shown + "\n(and more, which was too much to keep)").strip() : shown;
  }

  private static String locks(Run run) {
    return run.getLocksList().stream().map(RunDetails::lock).collect(Collectors.joining("\n"));
  }

  private static String lock(RunLock lock) {
    String taken =
        lock.getState() == LockState.LOCK_STATE_LOST
            ? " to %s: %s".formatted(lock.getLostTo(), lock.getLostBecause())
            : "";
    return "%s %s  %s%s"
        .formatted(
            lock.getScope(),
            lock.hasKey() ? lock.getKey() : "(global)",
            States.name(lock.getState()),
            taken);
  }

  private static String failure(StepFailure failure) {
    return "%s (attempt %d of %d): %s%s"
        .formatted(
            Names.execution(failure),
            failure.getAttempt(),
            failure.getMaxAttempts(),
            why(failure.getReason(), failure.getMessage()),
            failure.getLastLogLine().isEmpty() ? "" : "\n" + failure.getLastLogLine());
  }

  /** A reason and its message, without saying the same twice. */
  public static String why(String reason, String message) {
    if (message.isEmpty() || reason.isEmpty()) {
      return reason + message;
    }
    return reason + ", " + message;
  }

  private static String cause(Cause cause) {
    return switch (cause.getCauseCase()) {
      case COMMAND ->
          "by "
              + cause.getCommand().getPrincipal()
              + (cause.getCommand().getReason().isEmpty()
                  ? ""
                  : ": " + cause.getCommand().getReason());
      case REPORT -> "worker " + cause.getReport().getWorker();
      case TIMER -> "timer " + cause.getTimer().getTimer();
      case PARENT -> cause.getParent();
      case CAUSE_NOT_SET -> "";
    };
  }

  /** The commands that would be accepted now; empty when the server told of none. */
  public static String allowed(List<CommandOption> commands) {
    String allowed =
        commands.stream()
            .filter(CommandOption::getAllowed)
            .map(option -> States.name(option.getCommand()))
            .collect(Collectors.joining(", "));
    return allowed.isEmpty() && !commands.isEmpty() ? "nothing" : allowed;
  }

  /** The commands that would not, a line for each reason. */
  public static String refused(List<CommandOption> commands) {
    Map<String, List<String>> byReason = new LinkedHashMap<>();
    for (CommandOption option : commands) {
      if (!option.getAllowed()) {
        byReason
            .computeIfAbsent(option.getRefusal(), _ -> new ArrayList<>())
            .add(States.name(option.getCommand()));
      }
    }
    return byReason.entrySet().stream()
        .map(
            reason ->
                String.join(", ", reason.getValue())
                    + (reason.getKey().isEmpty() ? "" : ": " + reason.getKey()))
        .collect(Collectors.joining("\n"));
  }
}
