package dev.pawl.api.worker;

import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.name.ExecutionName;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.worker.WorkerHello;
import dev.pawl.v1.HeldLease;
import dev.pawl.v1.Hello;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads what workers send, and refuses what is malformed. */
final class WorkerRules {
  private static final int MOST_SLOTS = 10_000;
  private static final int MOST_LABELS = 64;
  private static final int LABEL_CHARS = 256;
  private static final int VERSION_CHARS = 64;
  private static final Pattern INCARNATION = Pattern.compile("[A-Za-z0-9-]{1,64}");
  private static final String DEFAULT_GROUP = "default";

  private WorkerRules() {}

  /** An execution and the project that its name says. */
  record Named(String project, ExecutionId id) {}

  static Named execution(String path, String name) {
    ExecutionName parsed = ResourceNames.execution(path, name);
    RunId run =
        parsed
            .step()
            .run()
            .exact()
            .orElseThrow(() -> ApiErrors.invalidField(path, "must name the run by its whole id"));
    return new Named(
        parsed.step().run().project(), new ExecutionId(run, parsed.step().task(), parsed.index()));
  }

  /** The projects of the leases that a worker still holds. */
  static Map<ExecutionId, String> projects(Hello hello) {
    Map<ExecutionId, String> projects = new HashMap<>();
    for (int i = 0; i < hello.getHeldCount(); i++) {
      Named held = execution(heldPath(i), hello.getHeld(i).getExecution());
      projects.put(held.id(), held.project());
    }
    return projects;
  }

  static WorkerHello hello(Hello hello) {
    ResourceNames.name("hello.workerId", hello.getWorkerId());
    if (!INCARNATION.matcher(hello.getIncarnation()).matches()) {
      throw ApiErrors.invalidField(
          "hello.incarnation", "must be a UUID, made anew by every process");
    }
    String group = hello.getGroup().isEmpty() ? DEFAULT_GROUP : hello.getGroup();
    ResourceNames.name("hello.group", group);
    if (hello.getSlots() < 1 || hello.getSlots() > MOST_SLOTS) {
      throw ApiErrors.invalidField(
          "hello.slots", "is %d; must be 1 to %,d".formatted(hello.getSlots(), MOST_SLOTS));
    }
    if (hello.getHeldCount() > MOST_SLOTS) {
      throw ApiErrors.invalidField(
          "hello.held", "has %,d leases; at most %,d".formatted(hello.getHeldCount(), MOST_SLOTS));
    }
    if (hello.getLabelsCount() > MOST_LABELS) {
      throw ApiErrors.invalidField(
          "hello.labels", "has %,d; at most %d".formatted(hello.getLabelsCount(), MOST_LABELS));
    }
    hello
        .getLabelsMap()
        .forEach(
            (key, value) -> {
              ResourceNames.name("hello.labels", key);
              if (value.length() > LABEL_CHARS) {
                throw ApiErrors.invalidField(
                    "hello.labels",
                    "the value of %s has %,d characters; at most %d"
                        .formatted(key, value.length(), LABEL_CHARS));
              }
            });
    List<WorkerHello.Held> held = new ArrayList<>();
    for (int i = 0; i < hello.getHeldCount(); i++) {
      HeldLease lease = hello.getHeld(i);
      held.add(
          new WorkerHello.Held(
              execution(heldPath(i), lease.getExecution()).id(), lease.getFence()));
    }
    return new WorkerHello(
        hello.getWorkerId(),
        hello.getIncarnation(),
        group,
        hello.getSlots(),
        hello.getLabelsMap(),
        held,
        cut(hello.getVersion(), VERSION_CHARS));
  }

  /** A text of at most so many characters: what is beyond is for nobody worth an error. */
  static String cut(String text, int chars) {
    if (text.length() <= chars) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(chars - 1)) ? chars - 1 : chars;
    return text.substring(0, end);
  }

  private static String heldPath(int index) {
    return "hello.held[%d].execution".formatted(index);
  }
}
