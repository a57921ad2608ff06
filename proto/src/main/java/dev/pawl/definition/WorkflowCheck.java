package dev.pawl.definition;

import dev.pawl.v1.ManagedBy;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WorkflowSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The rules of a workflow and of its graph. */
final class WorkflowCheck {
  private static final int MAX_TASKS = 10_000;
  private static final int MAX_IN_FLIGHT = 1_000;

  /** As many tasks of a cycle as a reader wants to see. */
  private static final int SHOWN = 12;

  private final Findings findings;
  private final TaskCheck taskCheck;
  private final HeadCheck head;

  WorkflowCheck(Findings findings) {
    this.findings = findings;
    this.taskCheck = new TaskCheck(findings);
    this.head = new HeadCheck(findings);
  }

  void check(FieldPath path, WorkflowSpec workflow) {
    head.checkSize(path, workflow);
    Texts.checkName(findings, path.field("name"), workflow.getName());
    Texts.checkText(findings, path.field("displayName"), workflow.getDisplayName());
    head.checkProfile(path.field("profile"), workflow.getProfile());
    head.checkFolder(path.field("folder"), workflow.getFolder());
    head.checkOwners(path.field("owners"), workflow.getOwnersList());
    head.checkLabels(path.field("labels"), workflow.getLabelsMap());
    Set<String> parameters =
        head.checkParameters(path.field("parameters"), workflow.getParametersList());
    if (workflow.hasTimeout()) {
      Durations.check(findings, path.field("timeout"), workflow.getTimeout(), 1, Durations.YEAR);
    }
    if (workflow.hasMaxInFlight()
        && (workflow.getMaxInFlight() < 1 || workflow.getMaxInFlight() > MAX_IN_FLIGHT)) {
      findings.add(
          path.field("maxInFlight"),
          "is %s; give 1 to %s"
              .formatted(Texts.count(workflow.getMaxInFlight()), Texts.count(MAX_IN_FLIGHT)));
    }
    new LockCheck(findings, workflow.getParametersList())
        .check(path.field("locks"), workflow.getLocksList());
    taskCheck.checkForbid(path.field("forbid"), workflow.getForbidList());
    if (workflow.hasManagedBy()) {
      checkManagedBy(path.field("managedBy"), workflow.getManagedBy());
    }
    if (workflow.getSchedulesCount() > 0) {
      findings.unsupported(path.field("schedules"), "schedules", Feature.SCHEDULES);
    }
    List<TaskSpec> tasks = workflow.getTasksList();
    checkCount(path.field("tasks"), tasks.size());
    TaskGraph graph = TaskGraph.of(tasks);
    Map<Integer, int[]> cycles = graph.cycles();
    SourceCheck sources = SourceCheck.of(findings, parameters, graph, tasks);
    EachCheck splits = new EachCheck(findings, workflow.getParametersList());
    for (int i = 0; i < tasks.size(); i++) {
      FieldPath at = path.field("tasks").index(i);
      checkName(at.field("name"), i, tasks.get(i), graph);
      taskCheck.checkBegin(at, tasks.get(i));
      checkNeeds(at.field("needs"), tasks.get(i), graph);
      int[] cycle = cycles.get(i);
      if (cycle != null) {
        reportCycle(at.field("needs"), tasks.get(i), cycle, graph);
      }
      taskCheck.checkRest(at, i, tasks.get(i), sources, splits);
      taskCheck.refuseFieldsOfTaskAlone(at, tasks.get(i));
    }
    sources.checkWorkflowOutputs(path.field("outputs"), workflow.getOutputsMap());
  }

  private void checkManagedBy(FieldPath path, ManagedBy managedBy) {
    checkFilled(path.field("system"), managedBy.getSystem(), "say which system that is");
    checkFilled(
        path.field("principal"), managedBy.getPrincipal(), "give the principal by which it calls");
  }

  private void checkFilled(FieldPath path, String text, String what) {
    if (text.isBlank()) {
      findings.add(path, "is empty: " + what);
    }
    Texts.checkText(findings, path, text);
  }

  private void checkCount(FieldPath path, int count) {
    if (count == 0) {
      findings.add(path, "is empty: a workflow has at least one task");
    } else if (count > MAX_TASKS) {
      findings.add(
          path,
          "has %s tasks; at most %s: split the workflow"
              .formatted(Texts.count(count), Texts.count(MAX_TASKS)));
    }
  }

  private void checkName(FieldPath path, int index, TaskSpec task, TaskGraph graph) {
    Texts.checkName(findings, path, task.getName());
    int first = graph.find(task.getName()).orElse(index);
    if (first != index && !task.getName().isEmpty()) {
      findings.add(
          path,
          "%s is already the name of tasks[%d]; names are unique in a workflow"
              .formatted(Texts.quote(task.getName()), first));
    }
  }

  private void checkNeeds(FieldPath path, TaskSpec task, TaskGraph graph) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < task.getNeedsCount(); i++) {
      String name = task.getNeeds(i);
      FieldPath at = path.index(i);
      if (name.isEmpty()) {
        findings.add(at, "is empty: give the name of a task");
      } else if (name.equals(task.getName())) {
        findings.add(at, "a task cannot need itself");
      } else if (!seen.add(name)) {
        findings.add(at, "%s is named twice".formatted(Texts.quote(name)));
      } else if (graph.find(name).isEmpty()) {
        findings.add(
            at,
            "no task is named " + Texts.quote(name),
            () -> Suggestions.nearest(name, graph.names()));
      }
    }
  }

  private void reportCycle(FieldPath path, TaskSpec first, int[] cycle, TaskGraph graph) {
    String next = graph.task(cycle[1]).getName();
    String shown =
        IntStream.of(cycle)
            .limit(SHOWN)
            .mapToObj(task -> Texts.shorten(graph.task(task).getName()))
            .collect(Collectors.joining(" -> "));
    String hidden =
        cycle.length > SHOWN
            ? " -> (%s more)".formatted(Texts.count(cycle.length - (long) SHOWN))
            : "";
    findings.add(
        path.index(first.getNeedsList().indexOf(next)),
        "the tasks need each other in a cycle: %s%s -> %s; take out one of these needs"
            .formatted(shown, hidden, Texts.shorten(first.getName())));
  }
}
