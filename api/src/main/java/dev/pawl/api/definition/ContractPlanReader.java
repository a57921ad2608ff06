package dev.pawl.api.definition;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.pawl.engine.definition.CleanUpPlan;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.EachPlan;
import dev.pawl.engine.definition.LockPlan;
import dev.pawl.engine.definition.ManagedBy;
import dev.pawl.engine.definition.OutputPlan;
import dev.pawl.engine.definition.ParameterPlan;
import dev.pawl.engine.definition.Placement;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.PlanReader;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.definition.RetryPlan;
import dev.pawl.engine.definition.RetryPlan.Backoff;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.definition.Source;
import dev.pawl.engine.definition.SubRunPlan;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.definition.UndoPlan;
import dev.pawl.v1.Action;
import dev.pawl.v1.AllowRedo;
import dev.pawl.v1.Command;
import dev.pawl.v1.Definition;
import dev.pawl.v1.Each;
import dev.pawl.v1.LockSpec;
import dev.pawl.v1.Output;
import dev.pawl.v1.Parameter;
import dev.pawl.v1.Retry;
import dev.pawl.v1.RunAction;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WorkflowSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads plans out of stored {@code pawl.v1.Definition} messages. */
public final class ContractPlanReader implements PlanReader {
  private static final int MAX_IN_FLIGHT = 1_000;

  @Override
  public Plan read(ByteString content) {
    Definition definition = parse(content);
    return switch (definition.getKindCase()) {
      case WORKFLOW -> plan(definition.getWorkflow());
      case TASK -> plan(definition.getTask());
      case STREAM, KIND_NOT_SET ->
          throw new IllegalArgumentException(
              "stored content defines " + definition.getKindCase() + ", which has no plan");
    };
  }

  /** The message that was stored. */
  public static Definition parse(ByteString content) {
    try {
      return Definition.parseFrom(content);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("stored content is no pawl.v1.Definition", e);
    }
  }

  private static Plan plan(WorkflowSpec spec) {
    Map<String, Integer> indexes = HashMap.newHashMap(spec.getTasksCount());
    for (TaskSpec task : spec.getTasksList()) {
      indexes.put(task.getName(), indexes.size());
    }
    Profile profile = Profiles.toEngine(spec.getProfile());
    List<TaskPlan> tasks = new ArrayList<>(spec.getTasksCount());
    for (TaskSpec task : spec.getTasksList()) {
      tasks.add(task(tasks.size(), task, indexes, profile, spec.getForbidList()));
    }
    return new Plan(
        DefinitionKind.WORKFLOW,
        spec.getName(),
        spec.getDisplayName(),
        profile,
        spec.getFolder(),
        spec.getOwnersList(),
        spec.getLabelsMap(),
        parameters(spec.getParametersList()),
        tasks,
        spec.hasTimeout() ? Optional.of(duration(spec.getTimeout())) : Optional.empty(),
        spec.getMaxInFlight(),
        sources(spec.getOutputsMap(), indexes),
        new LockPlan(
            spec.getLocksList().stream().map(ContractPlanReader::lock).toList(),
            spec.getReleaseLocksOnFailure()),
        spec.hasManagedBy()
            ? Optional.of(
                new ManagedBy(spec.getManagedBy().getSystem(), spec.getManagedBy().getPrincipal()))
            : Optional.empty());
  }

  private static LockPlan.Wanted lock(LockSpec spec) {
    return new LockPlan.Wanted(
        spec.getScope(),
        spec.hasKey() ? Optional.of(source(spec.getKey(), Map.of())) : Optional.empty());
  }

  /** A task that stands alone: its only step gives the run's outputs. */
  private static Plan plan(TaskSpec spec) {
    Profile profile = Profiles.toEngine(spec.getProfile());
    TaskPlan task = task(0, spec, Map.of(), profile, List.of());
    Map<String, Source> outputs = new LinkedHashMap<>();
    for (OutputPlan output : task.outputs()) {
      outputs.put(output.name(), new Source.FromOutput(0, output.name()));
    }
    return new Plan(
        DefinitionKind.TASK,
        spec.getName(),
        spec.getDisplayName(),
        profile,
        spec.getFolder(),
        spec.getOwnersList(),
        spec.getLabelsMap(),
        parameters(spec.getParametersList()),
        List.of(task),
        spec.hasTimeout() ? Optional.of(duration(spec.getTimeout())) : Optional.empty(),
        MAX_IN_FLIGHT,
        outputs);
  }

  private static TaskPlan task(
      int index,
      TaskSpec spec,
      Map<String, Integer> indexes,
      Profile profile,
      List<Command> forbiddenInAll) {
    List<Integer> needs = new ArrayList<>(spec.getNeedsCount());
    for (String need : spec.getNeedsList()) {
      needs.add(indexOf(need, indexes));
    }
    List<OutputPlan> outputs = new ArrayList<>(spec.getOutputsCount());
    for (Output output : spec.getOutputsList()) {
      outputs.add(new OutputPlan(output.getName(), Profiles.toEngine(output.getType())));
    }
    return new TaskPlan(
        index,
        spec.getName(),
        spec.getDisplayName(),
        needs,
        spec.getGroup(),
        sources(spec.getInputsMap(), indexes),
        spec.getExecute().hasTimeout()
            ? Optional.of(duration(spec.getExecute().getTimeout()))
            : Optional.empty(),
        duration(spec.getExecute().getGrace()),
        retry(spec.getRetry(), profile),
        outputs,
        spec.getKeepRunning(),
        placement(spec.getPlacement()),
        forbidden(spec, forbiddenInAll),
        spec.getAllowRedo() == AllowRedo.ALLOW_REDO_FAILED,
        spec.hasRollback() ? Optional.of(undo(spec, profile)) : Optional.empty(),
        spec.hasCancel() ? Optional.of(cleanUp(spec.getCancel())) : Optional.empty(),
        spec.hasEach() ? Optional.of(each(spec.getEach())) : Optional.empty(),
        spec.getExecute().hasRun() ? Optional.of(subRun(spec)) : Optional.empty());
  }

  private static SubRunPlan subRun(TaskSpec spec) {
    return new SubRunPlan(
        target(spec.getExecute().getRun()),
        spec.hasRollback() ? Optional.of(target(spec.getRollback().getRun())) : Optional.empty());
  }

  private static SubRunPlan.Target target(RunAction run) {
    return new SubRunPlan.Target(
        run.getWorkflow(),
        run.hasVersion() ? OptionalLong.of(run.getVersion()) : OptionalLong.empty());
  }

  private static EachPlan each(Each each) {
    return new EachPlan(
        source(each.getOver(), Map.of()),
        each.hasParallel() ? OptionalInt.of(each.getParallel()) : OptionalInt.empty());
  }

  private static Set<RunVerb> forbidden(TaskSpec spec, List<Command> inAll) {
    Stream<RunVerb> named =
        Stream.concat(spec.getForbidList().stream(), inAll.stream())
            .map(ContractPlanReader::verb)
            .flatMap(Optional::stream);
    return Stream.concat(
            named,
            spec.getAllowRedo() == AllowRedo.ALLOW_REDO_NONE
                ? Stream.of(RunVerb.REDO)
                : Stream.empty())
        .collect(Collectors.toUnmodifiableSet());
  }

  private static UndoPlan undo(TaskSpec spec, Profile profile) {
    Action rollback = spec.getRollback();
    return new UndoPlan(
        rollback.hasTimeout() ? Optional.of(duration(rollback.getTimeout())) : Optional.empty(),
        duration(rollback.getGrace()),
        profile == Profile.OPS,
        spec.getRetryAfterFailedRollback());
  }

  private static CleanUpPlan cleanUp(Action cancel) {
    return new CleanUpPlan(duration(cancel.getTimeout()), duration(cancel.getGrace()));
  }

  /** The engine's word; empty for what no run is commanded. */
  private static Optional<RunVerb> verb(Command command) {
    return switch (command) {
      case COMMAND_PAUSE -> Optional.of(RunVerb.PAUSE);
      case COMMAND_FORCED_PAUSE -> Optional.of(RunVerb.FORCED_PAUSE);
      case COMMAND_CONTINUE -> Optional.of(RunVerb.CONTINUE);
      case COMMAND_STOP -> Optional.of(RunVerb.STOP);
      case COMMAND_RETRY -> Optional.of(RunVerb.RETRY);
      case COMMAND_ROLLBACK -> Optional.of(RunVerb.ROLLBACK);
      case COMMAND_PASS -> Optional.of(RunVerb.PASS);
      case COMMAND_REDO -> Optional.of(RunVerb.REDO);
      case COMMAND_CONTINUE_FAILED, COMMAND_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }

  private static List<ParameterPlan> parameters(List<Parameter> parameters) {
    return parameters.stream()
        .map(
            parameter ->
                new ParameterPlan(
                    parameter.getName(),
                    Profiles.toEngine(parameter.getType()),
                    parameter.hasDefault()
                        ? Optional.of(parameter.getDefault())
                        : Optional.empty()))
        .toList();
  }

  private static Map<String, Source> sources(
      Map<String, dev.pawl.v1.Source> specs, Map<String, Integer> indexes) {
    Map<String, Source> sources = new LinkedHashMap<>();
    specs.forEach((name, spec) -> sources.put(name, source(spec, indexes)));
    return sources;
  }

  private static Source source(dev.pawl.v1.Source spec, Map<String, Integer> indexes) {
    return switch (spec.getSourceCase()) {
      case VALUE -> new Source.Literal(spec.getValue());
      case PARAMETER -> new Source.FromParameter(spec.getParameter());
      case OUTPUT -> {
        // A task's name may hold dots, an output's may not.
        int dot = spec.getOutput().lastIndexOf('.');
        yield new Source.FromOutput(
            indexOf(spec.getOutput().substring(0, Math.max(dot, 0)), indexes),
            spec.getOutput().substring(dot + 1));
      }
      case EXPRESSION, SOURCE_NOT_SET ->
          throw new IllegalArgumentException(
              "stored content has a source that no check lets pass: " + spec.getSourceCase());
    };
  }

  private static int indexOf(String task, Map<String, Integer> indexes) {
    Integer index = indexes.get(task);
    if (index == null) {
      throw new IllegalArgumentException("stored content names the unknown task " + task);
    }
    return index;
  }

  private static RetryPlan retry(Retry retry, Profile profile) {
    Backoff backoff =
        switch (retry.getBackoffCase()) {
          case FIXED -> new Backoff.Fixed(duration(retry.getFixed().getInterval()));
          case EXPONENTIAL ->
              new Backoff.Exponential(
                  duration(retry.getExponential().getInitial()),
                  retry.getExponential().getFactor(),
                  duration(retry.getExponential().getMax()));
          case BACKOFF_NOT_SET -> RetryPlan.NONE.backoff();
        };
    return new RetryPlan(Math.max(1, retry.getMaxAttempts()), backoff, profile.forgivenLosses());
  }

  private static Placement placement(dev.pawl.v1.Placement placement) {
    return switch (placement.getPlacementCase()) {
      case PREFER_WORKER -> new Placement.Prefer(placement.getPreferWorker());
      case ONLY_WORKER -> new Placement.Only(placement.getOnlyWorker());
      case PLACEMENT_NOT_SET -> new Placement.Any();
    };
  }

  private static Duration duration(com.google.protobuf.Duration duration) {
    return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
  }
}
