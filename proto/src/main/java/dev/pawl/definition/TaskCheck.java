package dev.pawl.definition;

import dev.pawl.v1.Action;
import dev.pawl.v1.AllowRedo;
import dev.pawl.v1.Command;
import dev.pawl.v1.Output;
import dev.pawl.v1.Placement;
import dev.pawl.v1.TaskSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rules of one task, in a workflow or alone. */
final class TaskCheck {
  private final Findings findings;
  private final ActionCheck actions;
  private final HeadCheck head;

  TaskCheck(Findings findings) {
    this.findings = findings;
    this.actions = new ActionCheck(findings);
    this.head = new HeadCheck(findings);
  }

  void checkAlone(FieldPath path, TaskSpec task) {
    head.checkSize(path, task);
    Texts.checkName(findings, path.field("name"), task.getName());
    checkBegin(path, task);
    if (task.getNeedsCount() > 0) {
      findings.add(
          path.field("needs"),
          "a task of its own has no upstream; put it in a workflow to use `needs`");
    }
    // Inputs come before the parameters that they name, so the names are collected first.
    Set<String> parameters = new HashSet<>();
    task.getParametersList().forEach(parameter -> parameters.add(parameter.getName()));
    checkRest(
        path,
        0,
        task,
        SourceCheck.ofOne(findings, parameters),
        new EachCheck(findings, task.getParametersList()));
    head.checkProfile(path.field("profile"), task.getProfile());
    head.checkFolder(path.field("folder"), task.getFolder());
    head.checkParameters(path.field("parameters"), task.getParametersList());
    if (task.getSchedulesCount() > 0) {
      findings.unsupported(path.field("schedules"), "schedules", Feature.SCHEDULES);
    }
    if (task.hasTimeout()) {
      Durations.check(findings, path.field("timeout"), task.getTimeout(), 1, Durations.YEAR);
    }
  }

  /** The fields between `name` and `needs`. */
  void checkBegin(FieldPath path, TaskSpec task) {
    Texts.checkText(findings, path.field("displayName"), task.getDisplayName());
  }

  /** The fields behind `needs` that both kinds of task have. */
  void checkRest(FieldPath path, int index, TaskSpec task, SourceCheck sources, EachCheck splits) {
    if (!task.getWhen().isEmpty()) {
      findings.unsupported(path.field("when"), "when", Feature.DISTRIBUTED_EXECUTION);
    }
    switch (task.getFanOutCase()) {
      case EACH -> splits.check(path, task);
      case SHARDS ->
          findings.unsupported(path.field("shards"), "shards", Feature.DISTRIBUTED_EXECUTION);
      case BROADCAST ->
          findings.unsupported(path.field("broadcast"), "broadcast", Feature.DISTRIBUTED_EXECUTION);
      case FANOUT_NOT_SET -> {}
    }
    if (!task.getGroup().isEmpty()) {
      Texts.checkName(findings, path.field("group"), task.getGroup());
    }
    sources.checkInputs(path.field("inputs"), index, task.getInputsMap());
    if (task.hasExecute()) {
      actions.check(
          path.field("execute"), task.getExecute(), PlaceholderCheck.forward(findings, task));
    } else {
      findings.add(
          path.field("execute"),
          "is missing: say what the task does (shell, http, java, noop, run)");
    }
    if (task.hasRollback()) {
      actions.check(
          path.field("rollback"), task.getRollback(), PlaceholderCheck.backward(findings, task));
    }
    if (task.hasCancel()) {
      actions.check(
          path.field("cancel"), task.getCancel(), PlaceholderCheck.forward(findings, task));
    }
    if (task.getExecute().hasRun()) {
      checkStartsRun(path, task);
    } else {
      checkStartsNone(path.field("rollback"), task.getRollback());
      checkStartsNone(path.field("cancel"), task.getCancel());
    }
    if (task.getAllowRedo() == AllowRedo.UNRECOGNIZED) {
      findings.add(path.field("allowRedo"), "must be one of ALWAYS, FAILED, NONE");
    }
    if (task.getRetryAfterFailedRollback() && !task.hasRollback()) {
      findings.add(
          path.field("retryAfterFailedRollback"),
          "says nothing without a `rollback`: add one, or leave it out");
    }
    if (task.hasRetry()) {
      actions.checkRetry(path.field("retry"), task.getRetry());
    }
    checkForbid(path.field("forbid"), task.getForbidList());
    checkOutputs(path.field("outputs"), task.getOutputsList());
    if (task.hasSuccess()) {
      findings.unsupported(path.field("success"), "success", Feature.DISTRIBUTED_EXECUTION);
    }
    checkPlacement(path.field("placement"), task);
    head.checkOwners(path.field("owners"), task.getOwnersList());
    head.checkLabels(path.field("labels"), task.getLabelsMap());
  }

  /** What belongs to work that a worker does is not for a task that starts a run. */
  private void checkStartsRun(FieldPath path, TaskSpec task) {
    if (task.hasRollback() && !task.getRollback().hasRun()) {
      findings.add(
          path.field("rollback"),
          "must be a `run`: what a workflow did is taken back by another workflow");
    }
    if (task.hasCancel()) {
      findings.add(
          path.field("cancel"), "is not for a task that starts a run: give its tasks a `cancel`");
    }
    if (!task.getGroup().isEmpty()) {
      findings.add(path.field("group"), "is not for a task that starts a run: no worker does it");
    }
    if (task.hasPlacement()) {
      findings.add(
          path.field("placement"), "is not for a task that starts a run: no worker does it");
    }
    if (task.getKeepRunning()) {
      findings.add(
          path.field("keepRunning"), "is not for a task that starts a run: no worker does it");
    }
  }

  private void checkStartsNone(FieldPath path, Action action) {
    if (action.hasRun()) {
      findings.add(path.field("run"), "is only for a task whose `execute` is a `run`; see there");
    }
  }

  /**
   * Only commands that end or repeat work can be forbidden: no task may keep an operator from a
   * stop.
   */
  void checkForbid(FieldPath path, List<Command> forbid) {
    for (int i = 0; i < forbid.size(); i++) {
      FieldPath at = path.index(i);
      switch (forbid.get(i)) {
        case COMMAND_RETRY, COMMAND_PASS, COMMAND_REDO, COMMAND_ROLLBACK -> {}
        case COMMAND_CONTINUE_FAILED ->
            findings.unsupported(at, "forbid: CONTINUE_FAILED", Feature.DISTRIBUTED_EXECUTION);
        case COMMAND_PAUSE,
            COMMAND_FORCED_PAUSE,
            COMMAND_CONTINUE,
            COMMAND_STOP,
            COMMAND_UNSPECIFIED,
            UNRECOGNIZED ->
            findings.add(at, "must be one of RETRY, PASS, REDO, ROLLBACK");
      }
    }
  }

  private void checkOutputs(FieldPath path, List<Output> outputs) {
    HeadCheck.Uniqueness names = head.unique("outputs");
    for (int i = 0; i < outputs.size(); i++) {
      FieldPath at = path.index(i);
      Texts.checkVariable(findings, at.field("name"), outputs.get(i).getName());
      names.check(at.field("name"), outputs.get(i).getName(), i);
      head.checkType(at.field("type"), outputs.get(i).getType(), outputs.get(i).getTypeValue());
    }
  }

  private void checkPlacement(FieldPath path, TaskSpec task) {
    Placement placement = task.getPlacement();
    switch (placement.getPlacementCase()) {
      case PREFER_WORKER ->
          Texts.checkName(findings, path.field("preferWorker"), placement.getPreferWorker());
      case ONLY_WORKER ->
          Texts.checkName(findings, path.field("onlyWorker"), placement.getOnlyWorker());
      case PLACEMENT_NOT_SET -> {
        if (task.hasPlacement()) {
          findings.add(path, "is empty: give one of preferWorker, onlyWorker, or leave it out");
        }
      }
    }
  }

  void refuseFieldsOfTaskAlone(FieldPath path, TaskSpec task) {
    if (task.getProfileValue() != 0) {
      refuse(path, "profile", "set it on the workflow");
    }
    if (!task.getFolder().isEmpty()) {
      refuse(path, "folder", "set it on the workflow");
    }
    if (task.getParametersCount() > 0) {
      refuse(path, "parameters", "declare them on the workflow and name them in `inputs`");
    }
    if (task.getSchedulesCount() > 0) {
      refuse(path, "schedules", "a task in a workflow fires with it");
    }
    if (task.hasTimeout()) {
      refuse(path, "timeout", "limit an attempt with `execute.timeout`");
    }
  }

  private void refuse(FieldPath path, String field, String instead) {
    findings.add(
        path.field(field), "`%s` belongs to a task of its own; %s".formatted(field, instead));
  }
}
