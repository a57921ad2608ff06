package dev.pawl.bench.chaos.fact;

import com.google.protobuf.Duration;
import dev.pawl.bench.chaos.program.Conduct;
import dev.pawl.bench.chaos.program.Program;
import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Definition.EffectKind;
import dev.pawl.v1.Profile;
import dev.pawl.v1.Retry;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WorkflowSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Submitted programs as histories tell them. The defaults are those that the contract promises,
 * written down here once more: the engine's are what is judged.
 */
final class Graphs {
  private static final String DEFAULT_GROUP = "default";
  private static final int MOST_IN_FLIGHT = 1_000;
  private static final int FORGIVEN_LOSSES = 3;
  private static final long SECOND = 1_000_000;
  private static final long OPS_ATTEMPT_TIMEOUT = 3_600 * SECOND;
  private static final long GRACE = 10 * SECOND;
  private static final double FACTOR = 2;
  private static final long LONGEST_WAIT = 600 * SECOND;

  private Graphs() {}

  static Definition definition(String hash, Program program) {
    return switch (program) {
      case Program.Graph(var spec) -> workflow(hash, program.resource(), spec);
      case Program.Single(var spec) ->
          new Definition(
              hash,
              Names.entity(program.resource()),
              profile(spec.getProfile()),
              spec.hasTimeout() ? OptionalLong.of(micros(spec.getTimeout())) : OptionalLong.empty(),
              MOST_IN_FLIGHT,
              List.of(task(0, spec, Map.of(), profile(spec.getProfile()))));
    };
  }

  private static Definition workflow(String hash, String resource, WorkflowSpec spec) {
    Map<String, Integer> indexes = new HashMap<>();
    List<Definition.Task> tasks = new ArrayList<>();
    for (TaskSpec task : spec.getTasksList()) {
      indexes.put(task.getName(), indexes.size());
    }
    String profile = profile(spec.getProfile());
    for (TaskSpec task : spec.getTasksList()) {
      tasks.add(task(tasks.size(), task, indexes, profile));
    }
    return new Definition(
        hash,
        Names.entity(resource),
        profile,
        spec.hasTimeout() ? OptionalLong.of(micros(spec.getTimeout())) : OptionalLong.empty(),
        spec.hasMaxInFlight() ? spec.getMaxInFlight() : MOST_IN_FLIGHT,
        tasks);
  }

  private static String profile(Profile profile) {
    return profile == Profile.PROFILE_UNSPECIFIED
        ? "OFFLINE"
        : profile.name().replace("PROFILE_", "");
  }

  private static Definition.Task task(
      int index, TaskSpec spec, Map<String, Integer> indexes, String profile) {
    OptionalLong timeout = OptionalLong.empty();
    if (spec.getExecute().hasTimeout()) {
      timeout = OptionalLong.of(micros(spec.getExecute().getTimeout()));
    } else if (profile.equals("OPS")) {
      timeout = OptionalLong.of(OPS_ATTEMPT_TIMEOUT);
    }
    return new Definition.Task(
        index,
        spec.getName(),
        spec.getNeedsList().stream().map(need -> indexes.getOrDefault(need, -1)).toList(),
        spec.getGroup().isEmpty() ? DEFAULT_GROUP : spec.getGroup(),
        timeout,
        spec.getExecute().hasGrace() ? micros(spec.getExecute().getGrace()) : GRACE,
        retry(spec.getRetry(), profile),
        Conduct.of(spec).map(Conduct::effect).orElse(EffectKind.NONE));
  }

  private static Definition.Retry retry(Retry spec, String profile) {
    int attempts = Math.max(1, spec.getMaxAttempts());
    int forgiven = profile.equals("OPS") ? 0 : FORGIVEN_LOSSES;
    return switch (spec.getBackoffCase()) {
      case FIXED -> {
        long interval = micros(spec.getFixed().getInterval());
        yield new Definition.Retry(attempts, forgiven, interval, 1, interval);
      }
      case EXPONENTIAL ->
          new Definition.Retry(
              attempts,
              forgiven,
              micros(spec.getExponential().getInitial()),
              spec.getExponential().hasFactor() ? spec.getExponential().getFactor() : FACTOR,
              spec.getExponential().hasMax()
                  ? micros(spec.getExponential().getMax())
                  : LONGEST_WAIT);
      case BACKOFF_NOT_SET -> new Definition.Retry(attempts, forgiven, SECOND, 1, SECOND);
    };
  }

  private static long micros(Duration duration) {
    return duration.getSeconds() * SECOND + duration.getNanos() / 1_000;
  }
}
