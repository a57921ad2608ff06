package dev.pawl.bench;

import com.google.protobuf.util.Durations;
import dev.pawl.v1.Action;
import dev.pawl.v1.NoopAction;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WorkflowSpec;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A recorded execution as a workflow of ours: each task waits as long as the recorded one ran,
 * times a scale.
 *
 * @param spec what is submitted
 * @param parents the parents of each task, by the names in {@code spec}
 * @param criticalPathSeconds the longest way through the scaled durations: no run can be shorter
 */
record WfWorkflow(WorkflowSpec spec, Map<String, Set<String>> parents, double criticalPathSeconds) {
  private static final int NAME_LENGTH = 63;

  static WfWorkflow of(WfInstance instance, double scale) {
    Map<String, String> names = new HashMap<>();
    Set<String> taken = new HashSet<>();
    for (WfInstance.Task task : instance.tasks()) {
      names.put(task.id(), unique(task.id(), taken));
    }
    WorkflowSpec.Builder spec = WorkflowSpec.newBuilder().setName(sanitized(instance.name()));
    Map<String, Set<String>> parents = new LinkedHashMap<>();
    Map<String, Long> millis = new HashMap<>();
    for (WfInstance.Task task : instance.tasks()) {
      String name = named(names, task.id());
      List<String> needs = task.parents().stream().map(id -> named(names, id)).sorted().toList();
      long duration = Math.round(task.runtimeSeconds() * scale * 1_000);
      NoopAction.Builder noop = NoopAction.newBuilder();
      if (duration > 0) {
        noop.setDuration(Durations.fromMillis(duration));
      }
      spec.addTasks(
          TaskSpec.newBuilder()
              .setName(name)
              .addAllNeeds(needs)
              .setExecute(Action.newBuilder().setNoop(noop)));
      parents.put(name, Set.copyOf(needs));
      millis.put(name, duration);
    }
    return new WfWorkflow(spec.build(), parents, criticalPathMillis(parents, millis) / 1_000.0);
  }

  private static String named(Map<String, String> names, String id) {
    String name = names.get(id);
    if (name == null) {
      throw new IllegalArgumentException("no task has the id " + id);
    }
    return name;
  }

  /** A name of ours that is as near to the id as our pattern allows, and not taken yet. */
  private static String unique(String id, Set<String> taken) {
    String name = sanitized(id);
    String candidate = name;
    for (int i = 2; !taken.add(candidate); i++) {
      String suffix = "-" + i;
      candidate =
          name.substring(0, Math.min(name.length(), NAME_LENGTH - suffix.length())) + suffix;
    }
    return candidate;
  }

  private static String sanitized(String text) {
    String name =
        text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]+", "-").replaceFirst("^[._-]+", "");
    return name.isEmpty() ? "task" : name.substring(0, Math.min(name.length(), NAME_LENGTH));
  }

  /** Kahn's order, so that a graph of any depth needs no stack. */
  private static long criticalPathMillis(
      Map<String, Set<String>> parents, Map<String, Long> millis) {
    Map<String, Integer> waitsFor = new HashMap<>();
    Map<String, Set<String>> children = new HashMap<>();
    ArrayDeque<String> ready = new ArrayDeque<>();
    parents.forEach(
        (task, above) -> {
          waitsFor.put(task, above.size());
          above.forEach(parent -> children.computeIfAbsent(parent, _ -> new HashSet<>()).add(task));
          if (above.isEmpty()) {
            ready.add(task);
          }
        });
    Map<String, Long> begin = new HashMap<>();
    long longest = 0;
    for (String task = ready.poll(); task != null; task = ready.poll()) {
      long end = begin.getOrDefault(task, 0L) + millis.getOrDefault(task, 0L);
      longest = Math.max(longest, end);
      for (String child : children.getOrDefault(task, Set.of())) {
        begin.merge(child, end, Math::max);
        if (waitsFor.merge(child, -1, Integer::sum) == 0) {
          ready.add(child);
        }
      }
    }
    return longest;
  }
}
