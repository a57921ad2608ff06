package dev.pawl.engine;

import com.google.protobuf.ByteString;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.Placement;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.definition.RetryPlan;
import dev.pawl.engine.definition.TaskPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plans as one line of text: {@code a*2 b<a c<a,b}: names, attempts, what each needs. */
final class PlanText {
  private PlanText() {}

  static Plan plan(ByteString content) {
    String[] tasks = content.toStringUtf8().split(" ", -1);
    List<String> names = new ArrayList<>();
    for (String task : tasks) {
      names.add(task.split("[*<]", 2)[0]);
    }
    List<TaskPlan> plans = new ArrayList<>();
    for (int index = 0; index < tasks.length; index++) {
      String[] needs = tasks[index].split("<", 2);
      String[] attempts = needs[0].split("\\*", 2);
      plans.add(
          new TaskPlan(
              index,
              attempts[0],
              "",
              needs.length == 1
                  ? List.of()
                  : List.of(needs[1].split(",", -1)).stream().map(names::indexOf).toList(),
              "default",
              Map.of(),
              Optional.empty(),
              Duration.ofSeconds(10),
              new RetryPlan(
                  attempts.length == 1 ? 1 : Integer.parseInt(attempts[1]),
                  new RetryPlan.Backoff.Fixed(Duration.ofMillis(50))),
              List.of(),
              false,
              new Placement.Any()));
    }
    return new Plan(
        DefinitionKind.WORKFLOW,
        "w",
        "",
        Profile.OFFLINE,
        "",
        List.of(),
        Map.of(),
        List.of(),
        plans,
        Optional.empty(),
        1000,
        Map.of());
  }
}
