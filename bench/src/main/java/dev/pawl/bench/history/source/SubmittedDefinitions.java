package dev.pawl.bench.history.source;

import com.google.protobuf.Duration;
import dev.pawl.bench.history.Definition;
import dev.pawl.v1.Action;
import dev.pawl.v1.Profile;
import dev.pawl.v1.Retry;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WorkflowSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Reads what a driver submitted, with the defaults that the contract promises for what it leaves
 * out.
 */
public final class SubmittedDefinitions {
  private static final long SECOND = 1_000_000;
  private static final long GRACE = 10 * SECOND;
  private static final long OPS_TIMEOUT = 3_600 * SECOND;
  private static final long CLEAN_UP_TIMEOUT = 600 * SECOND;
  private static final long LONGEST_BACKOFF = 600 * SECOND;
  private static final int MAX_IN_FLIGHT = 1_000;
  private static final int FORGIVEN = 3;

  private SubmittedDefinitions() {}

  /**
   * A workflow.
   *
   * @param hash as the answer to its submission names it
   * @param effects what its tasks do to the outside ledger, by their names
   */
  public static Definition workflow(
      String hash,
      String project,
      WorkflowSpec spec,
      Function<String, Definition.EffectKind> effects) {
    Map<String, Integer> indexes = new HashMap<>();
    spec.getTasksList().forEach(task -> indexes.put(task.getName(), indexes.size()));
    List<Definition.Task> tasks = new ArrayList<>();
    for (TaskSpec task : spec.getTasksList()) {
      tasks.add(task(tasks.size(), task, indexes, spec.getProfile(), effects));
    }
    return new Definition(
        hash,
        "workflow|" + project + "/" + spec.getName(),
        profile(spec.getProfile()),
        spec.hasTimeout() ? OptionalLong.of(micros(spec.getTimeout())) : OptionalLong.empty(),
        spec.hasMaxInFlight() ? spec.getMaxInFlight() : MAX_IN_FLIGHT,
        tasks);
  }

  /** A task that stands alone. */
  public static Definition task(
      String hash, String project, TaskSpec spec, Function<String, Definition.EffectKind> effects) {
    return new Definition(
        hash,
        "task|" + project + "/" + spec.getName(),
        profile(spec.getProfile()),
        spec.hasTimeout() ? OptionalLong.of(micros(spec.getTimeout())) : OptionalLong.empty(),
        MAX_IN_FLIGHT,
        List.of(task(0, spec, Map.of(), spec.getProfile(), effects)));
  }

  private static Definition.Task task(
      int index,
      TaskSpec spec,
      Map<String, Integer> indexes,
      Profile profile,
      Function<String, Definition.EffectKind> effects) {
    List<Integer> needs = new ArrayList<>();
    for (String need : spec.getNeedsList()) {
      Integer known = indexes.get(need);
      if (known == null) {
        throw new IllegalArgumentException(
            "task %s needs %s, which is not there".formatted(spec.getName(), need));
      }
      needs.add(known);
    }
    OptionalLong usual =
        profile == Profile.PROFILE_OPS ? OptionalLong.of(OPS_TIMEOUT) : OptionalLong.empty();
    Definition.Extra work = extra(spec.getExecute(), usual);
    return new Definition.Task(
        index,
        spec.getName(),
        needs,
        spec.getGroup().isEmpty() ? "default" : spec.getGroup(),
        work.timeout(),
        work.grace(),
        retry(spec.getRetry(), profile),
        effects.apply(spec.getName()),
        spec.hasRollback() ? Optional.of(extra(spec.getRollback(), usual)) : Optional.empty(),
        spec.hasCancel()
            ? Optional.of(extra(spec.getCancel(), OptionalLong.of(CLEAN_UP_TIMEOUT)))
            : Optional.empty());
  }

  private static Definition.Extra extra(Action action, OptionalLong usualTimeout) {
    return new Definition.Extra(
        action.hasTimeout() ? OptionalLong.of(micros(action.getTimeout())) : usualTimeout,
        action.hasGrace() ? micros(action.getGrace()) : GRACE);
  }

  private static Definition.Retry retry(Retry spec, Profile profile) {
    int most = Math.max(1, spec.getMaxAttempts());
    int forgiven = profile == Profile.PROFILE_OPS ? 0 : FORGIVEN;
    return switch (spec.getBackoffCase()) {
      case EXPONENTIAL ->
          new Definition.Retry(
              most,
              forgiven,
              spec.getExponential().hasInitial()
                  ? micros(spec.getExponential().getInitial())
                  : SECOND,
              spec.getExponential().hasFactor() ? spec.getExponential().getFactor() : 2,
              spec.getExponential().hasMax()
                  ? micros(spec.getExponential().getMax())
                  : LONGEST_BACKOFF);
      case FIXED -> {
        long wait = spec.getFixed().hasInterval() ? micros(spec.getFixed().getInterval()) : SECOND;
        yield new Definition.Retry(most, forgiven, wait, 1, wait);
      }
      case BACKOFF_NOT_SET -> new Definition.Retry(most, forgiven, SECOND, 1, SECOND);
    };
  }

  private static String profile(Profile profile) {
    return switch (profile) {
      case PROFILE_UNSPECIFIED, PROFILE_OFFLINE -> "OFFLINE";
      case PROFILE_OPS -> "OPS";
      case PROFILE_DISTRIBUTED -> "DISTRIBUTED";
      case PROFILE_STREAM -> "STREAM";
      case UNRECOGNIZED -> throw new IllegalArgumentException("an unknown profile");
    };
  }

  private static long micros(Duration duration) {
    return Math.addExact(
        Math.multiplyExact(duration.getSeconds(), SECOND), duration.getNanos() / 1_000L);
  }
}
