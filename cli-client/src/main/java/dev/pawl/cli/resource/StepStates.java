package dev.pawl.cli.resource;

import dev.pawl.cli.CommandFailed;
import dev.pawl.v1.TaskRunState;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** States of steps as they are typed. */
public final class StepStates {
  private StepStates() {}

  /** The states of these names, in whatever case. */
  public static List<TaskRunState> parse(List<String> typed) {
    return typed.stream().map(StepStates::parse).toList();
  }

  private static TaskRunState parse(String typed) {
    return Arrays.stream(TaskRunState.values())
        .filter(known -> States.name(known).equals(typed.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () -> CommandFailed.usage("There is no state " + typed + ".", "Known: " + known()));
  }

  private static String known() {
    return Arrays.stream(TaskRunState.values())
        .filter(
            state ->
                state != TaskRunState.TASK_RUN_STATE_UNSPECIFIED
                    && state != TaskRunState.UNRECOGNIZED)
        .map(States::name)
        .collect(Collectors.joining(", "));
  }
}
