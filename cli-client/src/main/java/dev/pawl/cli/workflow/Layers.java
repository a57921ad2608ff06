package dev.pawl.cli.workflow;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pawl.cli.render.Style;
import dev.pawl.cli.render.Text;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WorkflowSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A graph in layers: a task is one layer below the lowest of those that it needs.
 *
 * @param name the workflow
 * @param layers the layer of each task, from 1, in the order of the definition
 * @param needs what each task needs
 */
record Layers(String name, Map<String, Integer> layers, Map<String, List<String>> needs) {

  static Layers of(WorkflowSpec workflow) {
    Map<String, List<String>> needs = new LinkedHashMap<>();
    Map<String, List<String>> feeds = new HashMap<>();
    Map<String, Integer> open = new HashMap<>();
    for (TaskSpec task : workflow.getTasksList()) {
      needs.put(task.getName(), List.copyOf(task.getNeedsList()));
      open.put(task.getName(), task.getNeedsCount());
      task.getNeedsList()
          .forEach(need -> feeds.computeIfAbsent(need, _ -> new ArrayList<>()).add(task.getName()));
    }
    Map<String, Integer> layers = new LinkedHashMap<>();
    needs.keySet().forEach(task -> layers.put(task, 1));
    Deque<String> ready = new ArrayDeque<>();
    open.forEach(
        (task, count) -> {
          if (count == 0) {
            ready.add(task);
          }
        });
    while (!ready.isEmpty()) {
      String task = ready.remove();
      int below = layers.getOrDefault(task, 1) + 1;
      for (String fed : feeds.getOrDefault(task, List.of())) {
        layers.merge(fed, below, Math::max);
        if (open.merge(fed, -1, Integer::sum) == 0) {
          ready.add(fed);
        }
      }
    }
    return new Layers(workflow.getName(), layers, needs);
  }

  List<String> toText(Style style) {
    Map<Integer, List<String>> byLayer = new TreeMap<>();
    layers.forEach(
        (task, layer) -> byLayer.computeIfAbsent(layer, _ -> new ArrayList<>()).add(task));
    int width = layers.keySet().stream().mapToInt(Text::width).max().orElse(0);
    String arrow = style.unicode() ? "◀─ " : "<- ";
    List<String> lines = new ArrayList<>();
    byLayer.forEach(
        (layer, tasks) -> {
          String margin = Text.pad(Integer.toString(layer), 5);
          for (String task : tasks) {
            List<String> needed = needs.getOrDefault(task, List.of());
            lines.add(
                needed.isEmpty()
                    ? margin + task
                    : margin
                        + Text.pad(task, width)
                        + "  "
                        + style.dim(arrow + String.join(", ", needed)));
            margin = " ".repeat(5);
          }
        });
    return lines;
  }

  List<String> toDot() {
    List<String> lines = new ArrayList<>();
    lines.add("digraph \"" + name + "\" {");
    lines.add("  rankdir=LR; node [shape=box];");
    layers.keySet().forEach(task -> lines.add("  \"" + task + "\";"));
    needs.forEach(
        (task, needed) ->
            needed.forEach(need -> lines.add("  \"" + need + "\" -> \"" + task + "\";")));
    lines.add("}");
    return lines;
  }

  Struct toStruct() {
    ListValue.Builder nodes = ListValue.newBuilder();
    layers.forEach(
        (task, layer) -> {
          ListValue.Builder needed = ListValue.newBuilder();
          needs.getOrDefault(task, List.of()).forEach(need -> needed.addValues(text(need)));
          nodes.addValues(
              Value.newBuilder()
                  .setStructValue(
                      Struct.newBuilder()
                          .putFields("name", text(task))
                          .putFields("layer", Value.newBuilder().setNumberValue(layer).build())
                          .putFields("needs", Value.newBuilder().setListValue(needed).build())));
        });
    return Struct.newBuilder()
        .putFields("workflow", text(name))
        .putFields("tasks", Value.newBuilder().setListValue(nodes).build())
        .build();
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }
}
