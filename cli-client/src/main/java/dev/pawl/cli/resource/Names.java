package dev.pawl.cli.resource;

import dev.pawl.v1.StepEffect;
import dev.pawl.v1.StepFailure;
import java.util.List;

/**
 * The resource names of one project. What people type may be a bare name or a full one.
 *
 * @param project the project's bare name
 */
public record Names(String project) {
  /** The most of an id that tables show: its last characters, which differ between neighbours. */
  private static final int SHORT = 8;

  private static final int FEW = 5;

  public String parent() {
    return "projects/" + project;
  }

  public String workflow(String typed) {
    return full(typed, "workflows");
  }

  public String task(String typed) {
    return full(typed, "tasks");
  }

  public String run(String typed) {
    return full(typed, "runs");
  }

  public String operation(String typed) {
    return full(typed, "operations");
  }

  /** The name of a step of the run that has this full name. */
  public static String step(String run, String task) {
    return run + "/taskRuns/" + task;
  }

  /** The name of one execution of the step that has this full name. */
  public static String execution(String step, String index) {
    return step + "/executions/" + index;
  }

  /** The step of an execution; of a further execution of that, as {@code swap/2}. */
  public static String stepOf(String execution) {
    String index = part(execution, "executions");
    String step = part(execution, "taskRuns");
    return index.isEmpty() || index.equals("0") ? step : step + "/" + index;
  }

  /** The step that failed, or the execution of it: {@code swap} or {@code swap/2}. */
  public static String execution(StepFailure failure) {
    return failure.hasExecution()
        ? failure.getStep() + "/" + failure.getExecution()
        : failure.getStep();
  }

  /** The step that is meant, or the execution of it: {@code swap} or {@code swap/2}. */
  public static String execution(StepEffect effect) {
    return effect.hasExecution()
        ? effect.getStep() + "/" + effect.getExecution()
        : effect.getStep();
  }

  private String full(String typed, String collection) {
    return typed.startsWith("projects/") ? typed : parent() + "/" + collection + "/" + typed;
  }

  /** The last part of a name: the id or the bare name. */
  public static String last(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /** As tables show a run's id. */
  public static String brief(String id) {
    return id.length() <= SHORT ? id : id.substring(id.length() - SHORT);
  }

  /** The part of a name behind a collection, such as the run of an execution; empty without it. */
  public static String part(String name, String collection) {
    String[] parts = name.split("/", -1);
    for (int i = 0; i + 1 < parts.length; i += 2) {
      if (parts[i].equals(collection)) {
        return parts[i + 1];
      }
    }
    return "";
  }

  /** A definition as lists show it: a workflow's bare name, a task's with its kind before it. */
  public static String definition(String name) {
    return name.contains("/tasks/") ? "task/" + last(name) : last(name);
  }

  /** Names in a line: the first few, and how many more there are. */
  public static String some(List<String> names) {
    String few = String.join(", ", names.subList(0, Math.min(FEW, names.size())));
    return names.size() <= FEW ? few : few + " and " + (names.size() - FEW) + " more";
  }
}
