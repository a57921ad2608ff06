package dev.pawl.engine.definition;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A definition's version as the engine sees it: checked, with its profile's defaults written in,
 * and immutable. Runs follow the plan of the hash that they pinned.
 */
public final class Plan {
  private final DefinitionKind kind;
  private final String name;
  private final String displayName;
  private final Profile profile;
  private final String folder;
  private final List<String> owners;
  private final Map<String, String> labels;
  private final List<ParameterPlan> parameters;
  private final List<TaskPlan> tasks;
  private final Optional<Duration> timeout;
  private final int maxInFlight;
  private final Map<String, Source> outputs;
  private final LockPlan locks;
  private final Optional<ManagedBy> managedBy;
  private final Map<String, Integer> indexes;
  private final List<List<Integer>> downstream;
  private final Map<RunVerb, List<Integer>> forbidding = new EnumMap<>(RunVerb.class);
  private final List<Integer> redoOnlyFailed;

  /** Makes a plan without locks, that is not managed elsewhere. */
  public Plan(
      DefinitionKind kind,
      String name,
      String displayName,
      Profile profile,
      String folder,
      List<String> owners,
      Map<String, String> labels,
      List<ParameterPlan> parameters,
      List<TaskPlan> tasks,
      Optional<Duration> timeout,
      int maxInFlight,
      Map<String, Source> outputs) {
    this(
        kind,
        name,
        displayName,
        profile,
        folder,
        owners,
        labels,
        parameters,
        tasks,
        timeout,
        maxInFlight,
        outputs,
        LockPlan.NONE,
        Optional.empty());
  }

  /** Makes a plan of checked parts; a mistake here is a broken promise of the reader. */
  public Plan(
      DefinitionKind kind,
      String name,
      String displayName,
      Profile profile,
      String folder,
      List<String> owners,
      Map<String, String> labels,
      List<ParameterPlan> parameters,
      List<TaskPlan> tasks,
      Optional<Duration> timeout,
      int maxInFlight,
      Map<String, Source> outputs,
      LockPlan locks,
      Optional<ManagedBy> managedBy) {
    this.kind = kind;
    this.name = name;
    this.displayName = displayName;
    this.profile = profile;
    this.folder = folder;
    this.owners = List.copyOf(owners);
    this.labels = Map.copyOf(labels);
    this.parameters = List.copyOf(parameters);
    this.tasks = List.copyOf(tasks);
    this.timeout = timeout;
    this.maxInFlight = maxInFlight;
    this.outputs = Map.copyOf(outputs);
    this.redoOnlyFailed =
        tasks.stream().filter(TaskPlan::redoOnlyFailed).map(TaskPlan::index).toList();
    this.locks = locks;
    this.managedBy = managedBy;
    this.indexes = HashMap.newHashMap(tasks.size());
    List<List<Integer>> after = new ArrayList<>(tasks.size());
    for (TaskPlan task : tasks) {
      indexes.put(task.name(), task.index());
      for (RunVerb verb : task.forbid()) {
        forbidding.computeIfAbsent(verb, _ -> new ArrayList<>()).add(task.index());
      }
      after.add(new ArrayList<>(0));
    }
    for (TaskPlan task : tasks) {
      for (int need : task.needs()) {
        after.get(need).add(task.index());
      }
    }
    after.replaceAll(List::copyOf);
    this.downstream = List.copyOf(after);
  }

  public DefinitionKind kind() {
    return kind;
  }

  public String name() {
    return name;
  }

  public String displayName() {
    return displayName;
  }

  public Profile profile() {
    return profile;
  }

  public String folder() {
    return folder;
  }

  public List<String> owners() {
    return owners;
  }

  public Map<String, String> labels() {
    return labels;
  }

  public List<ParameterPlan> parameters() {
    return parameters;
  }

  /** In the definition's order; never empty. */
  public List<TaskPlan> tasks() {
    return tasks;
  }

  /** The task of an execution. */
  public TaskPlan task(int place) {
    return tasks.get(place % tasks.size());
  }

  /**
   * What stored facts call an execution: of a task's first one that is the task's index, of each
   * further one as many more as the plan has tasks. So a fact tells its task without its run.
   */
  public int place(int task, int execution) {
    return execution * tasks.size() + task;
  }

  /** The number of an execution in its task, from 0. */
  public int execution(int place) {
    return place / tasks.size();
  }

  public Optional<TaskPlan> task(String taskName) {
    return Optional.ofNullable(indexes.get(taskName)).map(tasks::get);
  }

  /** The tasks that need this one. */
  public List<Integer> downstream(int index) {
    return downstream.get(index);
  }

  /** The tasks that refuse a command whatever their state. */
  public List<Integer> forbidding(RunVerb verb) {
    return Collections.unmodifiableList(forbidding.getOrDefault(verb, List.of()));
  }

  /** The tasks that may be redone only when they did not succeed. */
  public List<Integer> redoOnlyFailed() {
    return redoOnlyFailed;
  }

  /** From the start of a run to its end. */
  public Optional<Duration> timeout() {
    return timeout;
  }

  /** The most executions of one run that are released at once, 1 to 1,000. */
  public int maxInFlight() {
    return maxInFlight;
  }

  public Map<String, Source> outputs() {
    return outputs;
  }

  /** Whose its runs are, when they are not ours. */
  public Optional<ManagedBy> managedBy() {
    return managedBy;
  }

  /** What its runs hold while they are not done. */
  public LockPlan locks() {
    return locks;
  }
}
