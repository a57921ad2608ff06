package dev.pawl.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A recorded execution of a workflow, read from a file in WfFormat 1.5 (wfcommons.org).
 *
 * @param name of the file, without its ending
 * @param tasks in the order of the file
 */
record WfInstance(String name, List<Task> tasks) {
  private static final String VERSION = "1.5";

  /**
   * One task of it.
   *
   * @param runtimeSeconds as measured
   * @param parents the ids of the tasks that had to end before
   */
  record Task(String id, double runtimeSeconds, Set<String> parents) {}

  WfInstance {
    tasks = List.copyOf(tasks);
  }

  int edges() {
    return tasks.stream().mapToInt(task -> task.parents().size()).sum();
  }

  /**
   * Reads a file.
   *
   * @throws MalformedFile when it is not WfFormat 1.5
   */
  static WfInstance read(Path file) throws IOException {
    JsonNode root;
    try (InputStream in = Files.newInputStream(file)) {
      root = JsonMapper.shared().readTree(in);
    } catch (JacksonException e) {
      throw new MalformedFile(file, "is not JSON: " + e.getOriginalMessage());
    }
    if (!root.path("schemaVersion").asString("").equals(VERSION)) {
      throw new MalformedFile(
          file,
          "is not WfFormat %s: schemaVersion is %s".formatted(VERSION, root.path("schemaVersion")));
    }
    JsonNode workflow = root.path("workflow");
    Map<String, Double> runtimes = new HashMap<>();
    for (JsonNode task : workflow.path("execution").path("tasks")) {
      JsonNode runtime = task.path("runtimeInSeconds");
      if (!runtime.isNumber() || !(runtime.asDouble() >= 0)) {
        throw new MalformedFile(file, "task %s has no runtimeInSeconds".formatted(task.path("id")));
      }
      runtimes.put(task.path("id").asString(""), runtime.asDouble());
    }
    Map<String, Set<String>> parents = parents(file, workflow.path("specification").path("tasks"));
    List<Task> tasks = new ArrayList<>();
    parents.forEach(
        (id, above) -> {
          Double runtime = runtimes.get(id);
          if (runtime == null) {
            throw new MalformedFile(file, "task \"%s\" was never executed".formatted(id));
          }
          tasks.add(new Task(id, runtime, Set.copyOf(above)));
        });
    if (tasks.isEmpty()) {
      throw new MalformedFile(file, "has no tasks");
    }
    return new WfInstance(stem(file), tasks);
  }

  /** The parents of each task; an edge may be written at either end. */
  private static Map<String, Set<String>> parents(Path file, JsonNode tasks) {
    Map<String, Set<String>> parents = new LinkedHashMap<>();
    for (JsonNode task : tasks) {
      String id = task.path("id").asString("");
      if (id.isEmpty() || parents.put(id, new LinkedHashSet<>()) != null) {
        throw new MalformedFile(file, "a task has no id of its own: \"%s\"".formatted(id));
      }
    }
    for (JsonNode task : tasks) {
      String id = task.path("id").asString("");
      task.path("parents")
          .forEach(parent -> known(file, parents, id).add(checked(file, parents, parent)));
      task.path("children").forEach(child -> known(file, parents, child.asString("")).add(id));
    }
    return parents;
  }

  private static String checked(Path file, Map<String, Set<String>> parents, JsonNode id) {
    known(file, parents, id.asString(""));
    return id.asString("");
  }

  private static Set<String> known(Path file, Map<String, Set<String>> parents, String id) {
    Set<String> known = parents.get(id);
    if (known == null) {
      throw new MalformedFile(file, "there is no task \"%s\"".formatted(id));
    }
    return known;
  }

  private static String stem(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  /** A file that cannot be replayed. */
  static final class MalformedFile extends BenchFailure {
    private static final long serialVersionUID = 1L;

    MalformedFile(Path file, String message) {
      super(2, "%s: %s".formatted(file, message));
    }
  }
}
