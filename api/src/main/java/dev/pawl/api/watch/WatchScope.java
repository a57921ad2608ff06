package dev.pawl.api.watch;

import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.call.Commands;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.name.RunName;
import dev.pawl.api.page.SealedTokens.Scope;
import dev.pawl.api.run.RunServices;
import dev.pawl.engine.access.Permission;
import dev.pawl.engine.access.Rights;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.feed.FeedEntry;
import dev.pawl.engine.journal.Fact;
import dev.pawl.engine.run.RunHeader;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunObject;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.view.RunFilter;
import dev.pawl.engine.view.RunFilter.Text;
import dev.pawl.engine.view.RunRow;
import dev.pawl.v1.DefinitionState;
import dev.pawl.v1.EntityKind;
import dev.pawl.v1.ExecutionState;
import dev.pawl.v1.RunState;
import dev.pawl.v1.WatchFilter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a watcher wants to see: all conditions hold together, an empty one holds always.
 *
 * @param rights what the watcher may see of it
 */
record WatchScope(
    String project,
    Set<EntityKind> kinds,
    Set<RunId> runs,
    Set<DefinitionId> definitions,
    Set<String> states,
    Map<String, String> labels,
    Rights rights) {
  private static final int MOST = 1_000;
  private static final Set<String> STATES =
      Stream.of(
              names(RunState.values(), "RUN_STATE_"),
              names(ExecutionState.values(), "EXECUTION_STATE_"),
              names(DefinitionState.values(), "DEFINITION_STATE_"))
          .flatMap(List::stream)
          .collect(Collectors.toUnmodifiableSet());

  WatchScope {
    kinds = Set.copyOf(kinds);
    runs = Set.copyOf(runs);
    definitions = Set.copyOf(definitions);
    states = Set.copyOf(states);
    labels = Map.copyOf(labels);
  }

  /** The runs that a filter names, before their ids are looked up. */
  static List<RunName> runNames(String project, WatchFilter filter) {
    limit("filter.runs", filter.getRunsCount());
    List<RunName> names = new ArrayList<>();
    for (int i = 0; i < filter.getRunsCount(); i++) {
      String path = "filter.runs[%d]".formatted(i);
      RunName name = ResourceNames.run(path, filter.getRuns(i));
      requireProject(path, project, name.project());
      names.add(name);
    }
    return names;
  }

  static WatchScope of(String project, WatchFilter filter, List<RunId> runs, Rights rights) {
    limit("filter.definitions", filter.getDefinitionsCount());
    limit("filter.labels", filter.getLabelsCount());
    Set<EntityKind> kinds = EnumSet.noneOf(EntityKind.class);
    for (EntityKind kind : filter.getKindsList()) {
      if (kind == EntityKind.UNRECOGNIZED || kind == EntityKind.ENTITY_KIND_UNSPECIFIED) {
        throw ApiErrors.invalidField(
            "filter.kinds", "holds a kind that is none of WORKFLOW, TASK, RUN, EXECUTION");
      }
      kinds.add(kind);
    }
    Set<DefinitionId> definitions = new HashSet<>();
    for (int i = 0; i < filter.getDefinitionsCount(); i++) {
      String path = "filter.definitions[%d]".formatted(i);
      DefinitionId definition = ResourceNames.definition(path, filter.getDefinitions(i));
      requireProject(path, project, definition.project());
      definitions.add(definition);
    }
    for (int i = 0; i < filter.getStatesCount(); i++) {
      if (!STATES.contains(filter.getStates(i))) {
        throw ApiErrors.invalidField(
            "filter.states[%d]".formatted(i),
            "%s is no state: give names such as RUNNING or FAILED"
                .formatted(ResourceNames.quote(filter.getStates(i))));
      }
    }
    return new WatchScope(
        project,
        kinds,
        new HashSet<>(runs),
        definitions,
        new HashSet<>(filter.getStatesList()),
        filter.getLabelsMap(),
        rights);
  }

  /** What a cursor is good for. */
  static Scope cursorScope(String project, WatchFilter filter) {
    return Scope.of(project.getBytes(StandardCharsets.UTF_8), Commands.deterministic(filter));
  }

  boolean shows(FeedEntry entry) {
    return switch (entry) {
      case FeedEntry.OfDefinition of ->
          of.id().project().equals(project)
              && rights.allow(Permission.VIEW)
              && ofKind(kind(of.id().kind()))
              && runs.isEmpty()
              && labels.isEmpty()
              && (definitions.isEmpty() || definitions.contains(of.id()))
              && changesState(of.fact());
      // What becomes of a run's locks its run shows.
      case FeedEntry.OfLock _ -> false;
      case FeedEntry.OfRun of ->
          ofKind(EntityKind.ENTITY_KIND_RUN)
              && (runs.isEmpty() || runs.contains(of.id()))
              && ofRun(of.header())
              && changesState(of.fact());
      case FeedEntry.OfExecution of ->
          ofKind(EntityKind.ENTITY_KIND_EXECUTION)
              && (runs.isEmpty() || runs.contains(of.id().run()))
              && ofRun(of.header())
              && changesState(of.fact());
      // Whoever wants to see how an operation gets on watches that operation.
      case FeedEntry.OfOperation _ -> false;
    };
  }

  boolean shows(RunRow row) {
    return row.definition().project().equals(project)
        && ofKind(EntityKind.ENTITY_KIND_RUN)
        && (runs.isEmpty() || runs.contains(row.id()))
        && (definitions.isEmpty() || definitions.contains(row.definition()))
        && (states.isEmpty() || states.contains(row.status().name()))
        && row.labels().entrySet().containsAll(labels.entrySet())
        && rights.allow(Permission.VIEW, RunObject.names(row.objects()));
  }

  /** What {@link #shows(RunRow)} shows, but for the runs that it names. */
  RunFilter rows() {
    List<RunFilter> all = new ArrayList<>();
    if (!ofKind(EntityKind.ENTITY_KIND_RUN)) {
      all.add(new RunFilter.Or(List.of()));
    }
    if (!definitions.isEmpty()) {
      all.add(new RunFilter.Or(definitions.stream().map(WatchScope::ofDefinition).toList()));
    }
    if (!states.isEmpty()) {
      all.add(
          new RunFilter.Or(
              Arrays.stream(RunStatus.values())
                  .filter(status -> states.contains(status.name()))
                  .<RunFilter>map(RunFilter.InState::new)
                  .toList()));
    }
    labels.forEach((key, value) -> all.add(new RunFilter.Is(new Text.Label(key), value)));
    return RunServices.seen(new RunFilter.And(all), rights);
  }

  private static RunFilter ofDefinition(DefinitionId definition) {
    return new RunFilter.Is(
        switch (definition.kind()) {
          case WORKFLOW -> new Text.Workflow();
          case TASK -> new Text.Task();
        },
        definition.name());
  }

  static EntityKind kind(DefinitionKind kind) {
    return switch (kind) {
      case WORKFLOW -> EntityKind.ENTITY_KIND_WORKFLOW;
      case TASK -> EntityKind.ENTITY_KIND_TASK;
    };
  }

  private boolean ofRun(RunHeader header) {
    return header.project().equals(project)
        && (definitions.isEmpty() || definitions.contains(header.definition()))
        && header.labels().entrySet().containsAll(labels.entrySet())
        && rights.allow(Permission.VIEW, header.objectNames());
  }

  private boolean ofKind(EntityKind kind) {
    return kinds.isEmpty() || kinds.contains(kind);
  }

  private boolean changesState(Fact fact) {
    return states.isEmpty()
        || (states.contains(fact.after()) && !fact.after().equals(fact.before()));
  }

  private static void limit(String path, int count) {
    if (count > MOST) {
      throw ApiErrors.invalidField(path, "has %,d; at most %,d".formatted(count, MOST));
    }
  }

  private static void requireProject(String path, String project, String found) {
    if (!found.equals(project)) {
      throw ApiErrors.invalidField(
          path, "is of project %s; parent names project %s".formatted(found, project));
    }
  }

  private static List<String> names(Enum<?>[] states, String prefix) {
    return Arrays.stream(states)
        .map(Enum::name)
        .filter(name -> name.startsWith(prefix) && !name.endsWith("_UNSPECIFIED"))
        .map(name -> name.substring(prefix.length()))
        .toList();
  }
}
