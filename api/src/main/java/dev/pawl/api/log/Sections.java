package dev.pawl.api.log;

import dev.pawl.engine.execution.AttemptView;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.ExecutionView;
import dev.pawl.engine.execution.Executions;
import dev.pawl.engine.log.LogKey;
import dev.pawl.engine.log.LogSection;
import dev.pawl.engine.log.Logs;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.StepView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The sections of steps: what is stored, joined with the attempts that executions know of. */
final class Sections {
  private static final Comparator<Section> OLDEST_FIRST =
      Comparator.comparing((Section section) -> section.stored().startedAt())
          .thenComparing(section -> section.stored().key().execution().index())
          .thenComparing(section -> section.stored().key().fence());

  private final Logs logs;
  private final Executions executions;

  Sections(Logs logs, Executions executions) {
    this.logs = logs;
    this.executions = executions;
  }

  /** One for every attempt of a step, also for those that wrote nothing, oldest first. */
  CompletionStage<List<Section>> of(RunId run, StepView step) {
    return logs.sections(run, Optional.of(step.task()))
        .thenCompose(
            stored ->
                stored.isEmpty() && step.fence() == 0 && step.executions().isEmpty()
                    ? CompletableFuture.completedFuture(List.of())
                    : attempts(run, step, stored).thenApply(attempts -> join(stored, attempts)));
  }

  private CompletionStage<Map<LogKey, AttemptView>> attempts(
      RunId run, StepView step, List<LogSection> stored) {
    Set<ExecutionId> ids = new LinkedHashSet<>();
    if (step.executions().isEmpty()) {
      ids.add(new ExecutionId(run, step.task(), 0));
    }
    for (int index = 0; index < step.executions().size(); index++) {
      if (step.executions().get(index).fence() > 0) {
        ids.add(new ExecutionId(run, step.task(), index));
      }
    }
    stored.forEach(section -> ids.add(section.key().execution()));
    CompletionStage<Map<LogKey, AttemptView>> all =
        CompletableFuture.completedFuture(new HashMap<>());
    for (ExecutionId id : ids) {
      all =
          all.thenCombine(
              executions.describe(id),
              (attempts, view) -> {
                view.map(ExecutionView::attempts)
                    .orElse(List.of())
                    .forEach(attempt -> attempts.put(new LogKey(id, attempt.fence()), attempt));
                return attempts;
              });
    }
    return all;
  }

  private static List<Section> join(List<LogSection> stored, Map<LogKey, AttemptView> attempts) {
    List<Section> sections = new ArrayList<>();
    Map<LogKey, AttemptView> silent = new HashMap<>(attempts);
    for (LogSection section : stored) {
      sections.add(new Section(section, Optional.ofNullable(silent.remove(section.key()))));
    }
    silent.forEach(
        (key, attempt) ->
            sections.add(new Section(withoutLines(key, attempt), Optional.of(attempt))));
    sections.sort(OLDEST_FIRST);
    return List.copyOf(sections);
  }

  private static LogSection withoutLines(LogKey key, AttemptView attempt) {
    return new LogSection(
        key,
        attempt.startedAt(),
        attempt.round(),
        attempt.attempt(),
        attempt.operation(),
        attempt.worker(),
        0,
        0,
        attempt.endedAt().isPresent(),
        false);
  }
}
