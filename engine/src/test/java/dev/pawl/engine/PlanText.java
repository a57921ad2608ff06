package dev.pawl.engine;

import com.google.protobuf.ByteString;
import com.google.protobuf.ListValue;
import com.google.protobuf.Value;
import dev.pawl.engine.definition.CleanUpPlan;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.EachPlan;
import dev.pawl.engine.definition.LockPlan;
import dev.pawl.engine.definition.Placement;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.definition.RetryPlan;
import dev.pawl.engine.definition.Source;
import dev.pawl.engine.definition.SubRunPlan;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.definition.UndoPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Plans as one line of text: {@code a*2 b-~100<a c+@500<a,b d--<a e=3/1 !2000 %3}: names, whether
 * what they did can be taken back (twice: and the run may go forward again when that fails),
 * whether a stop is followed by a clean-up, attempts, the wait between them and the timeout of one
 * in milliseconds, which workflow it starts ({@code a>w}), into how many executions it is split and
 * how many of them are at work at once, what each needs, the run's timeout, how many are at work at
 * once; {@code #z1} for a lock of that key, {@code #} for the global one, {@code ?} when they are
 * released on failure; {@code ^} for profile OPS.
 */
final class PlanText {
  private static final Pattern TASK =
      Pattern.compile(
          "(?<name>[a-z0-9]+)(?<undo>--?)?(?<cleanup>\\+)?(?:\\*(?<attempts>\\d+))?(?:~(?<wait>\\d+))?(?:@(?<timeout>\\d+))?(?:>(?<run>[a-z0-9]+))?(?:=(?<split>\\d+)(?:/(?<parallel>\\d+))?)?(?:<(?<needs>.*))?");

  private PlanText() {}

  static Plan plan(ByteString content) {
    List<Matcher> tasks = new ArrayList<>();
    List<String> names = new ArrayList<>();
    Optional<Duration> timeout = Optional.empty();
    int maxInFlight = 1_000;
    Profile profile = Profile.OFFLINE;
    List<LockPlan.Wanted> locks = new ArrayList<>();
    boolean released = false;
    for (String word : content.toStringUtf8().split(" ", -1)) {
      if (word.startsWith("!")) {
        timeout = millis(word.substring(1));
        continue;
      }
      if (word.equals("^")) {
        profile = Profile.OPS;
        continue;
      }
      if (word.startsWith("%")) {
        maxInFlight = Integer.parseInt(word.substring(1));
        continue;
      }
      if (word.startsWith("#")) {
        locks.add(
            new LockPlan.Wanted(
                "maintenance",
                word.length() == 1
                    ? Optional.empty()
                    : Optional.of(
                        new Source.Literal(
                            Value.newBuilder().setStringValue(word.substring(1)).build()))));
        continue;
      }
      if (word.equals("?")) {
        released = true;
        continue;
      }
      Matcher task = TASK.matcher(word);
      if (!task.matches()) {
        throw new IllegalArgumentException("not a task: " + word);
      }
      tasks.add(task);
      names.add(task.group("name"));
    }
    List<TaskPlan> plans = new ArrayList<>();
    for (Matcher task : tasks) {
      plans.add(task(plans.size(), task, names));
    }
    return new Plan(
        DefinitionKind.WORKFLOW,
        "w",
        "",
        profile,
        "",
        List.of(),
        Map.of(),
        List.of(),
        plans,
        timeout,
        maxInFlight,
        Map.of(),
        new LockPlan(locks, released),
        Optional.empty());
  }

  private static TaskPlan task(int index, Matcher task, List<String> names) {
    String attempts = task.group("attempts");
    String needs = task.group("needs");
    return new TaskPlan(
        index,
        task.group("name"),
        "",
        needs == null
            ? List.of()
            : List.of(needs.split(",", -1)).stream().map(names::indexOf).toList(),
        "default",
        Map.of(),
        millis(task.group("timeout")),
        Duration.ofMillis(100),
        new RetryPlan(
            attempts == null ? 1 : Integer.parseInt(attempts),
            new RetryPlan.Backoff.Fixed(millis(task.group("wait")).orElse(Duration.ofMillis(50)))),
        List.of(),
        false,
        new Placement.Any(),
        Set.of(),
        false,
        task.group("undo") == null
            ? Optional.empty()
            : Optional.of(
                new UndoPlan(
                    Optional.empty(),
                    Duration.ofMillis(100),
                    false,
                    task.group("undo").equals("--"))),
        task.group("cleanup") == null
            ? Optional.empty()
            : Optional.of(new CleanUpPlan(Duration.ofSeconds(2), Duration.ofMillis(100))),
        task.group("split") == null ? Optional.empty() : Optional.of(each(task)),
        Optional.ofNullable(task.group("run"))
            .map(
                workflow ->
                    new SubRunPlan(
                        new SubRunPlan.Target(workflow, OptionalLong.empty()), Optional.empty())));
  }

  private static EachPlan each(Matcher task) {
    ListValue.Builder elements = ListValue.newBuilder();
    for (int i = 0; i < Integer.parseInt(task.group("split")); i++) {
      elements.addValues(Value.newBuilder().setStringValue("e" + i));
    }
    String parallel = task.group("parallel");
    return new EachPlan(
        new Source.Literal(Value.newBuilder().setListValue(elements).build()),
        parallel == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(parallel)));
  }

  private static Optional<Duration> millis(@Nullable String text) {
    return text == null ? Optional.empty() : Optional.of(Duration.ofMillis(Long.parseLong(text)));
  }
}
