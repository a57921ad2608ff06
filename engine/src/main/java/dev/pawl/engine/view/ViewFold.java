package dev.pawl.engine.view;

import dev.pawl.engine.definition.DefinitionEvent;
import dev.pawl.engine.definition.DefinitionFact;
import dev.pawl.engine.definition.DefinitionStatus;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.feed.FeedEntry;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.run.Again;
import dev.pawl.engine.run.ParentStep;
import dev.pawl.engine.run.RunEvent;
import dev.pawl.engine.run.RunHeader;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepCounts;
import dev.pawl.engine.run.StepEnd;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What a fact does to the row of its entity. */
final class ViewFold {
  private ViewFold() {}

  /** What lists show of a definition's content. */
  record Shown(
      String displayName,
      Profile profile,
      String folder,
      List<String> owners,
      Map<String, String> labels,
      int taskCount) {
    Shown {
      owners = List.copyOf(owners);
      labels = Map.copyOf(labels);
    }
  }

  /** The run's row after the fact; unchanged by a fact that it shows already. */
  static RunRow fold(Optional<RunRow> row, FeedEntry.OfRun entry, Profile profile) {
    RunRow before = row.orElseGet(() -> begin(entry, profile));
    if (entry.sequence() <= before.sequence()) {
      return before;
    }
    RunStatus status = RunStatus.valueOf(entry.fact().after());
    return switch (entry.fact().event()) {
      case RunEvent.LockLost _ -> lost(before, entry);
      case RunEvent.Created _,
          RunEvent.PauseBegan _,
          RunEvent.Paused _,
          RunEvent.StopBegan _,
          RunEvent.StepStopBegan _ ->
          next(before, entry, status, before.reason(), before.steps());
      case RunEvent.Continued(var again) ->
          next(before, entry, status, "", reopen(before.steps(), again));
      case RunEvent.Reopened(var again) ->
          next(before, entry, status, "", reopen(before.steps(), again));
      case RunEvent.StepRedone(var again) ->
          next(before, entry, status, "", reopen(before.steps(), List.of(again)));
      case RunEvent.Retried(var again) ->
          next(before, entry, status, "", reopen(before.steps(), again));
      case RunEvent.RollbackBegan(var steps) ->
          next(before, entry, status, "", reopen(before.steps(), steps));
      case RunEvent.StepsUndone(var indexes) ->
          next(
              before,
              entry,
              status,
              before.reason(),
              before.steps().plus(StepEnd.Outcome.ROLLED_BACK, indexes.size()));
      case RunEvent.Redone _ ->
          next(before, entry, status, "", StepCounts.none(before.steps().total()));
      case RunEvent.StepPassed(var end, var was) ->
          next(
              before,
              entry,
              status,
              "",
              count(reopen(before.steps(), List.of(new Again(end.index(), was))), List.of(end)));
      case RunEvent.Passed _ -> next(before, entry, status, RunEvent.Passed.REASON, before.steps());
      case RunEvent.StepsEnded(var ends) ->
          next(before, entry, status, before.reason(), count(before.steps(), ends));
      case RunEvent.Ended ended -> next(before, entry, status, ended.reason(), before.steps());
    };
  }

  /** The run's row once one of its executions got its first lease. */
  static RunRow leased(RunRow row, Instant at) {
    return row.startedAt().filter(known -> !known.isAfter(at)).isPresent()
        ? row
        : new RunRow(
            row.id(),
            row.definition(),
            row.definitionVersion(),
            row.definitionHash(),
            row.profile(),
            row.status(),
            row.reason(),
            row.initiator(),
            row.labels(),
            row.objects(),
            row.createdAt(),
            Optional.of(at),
            row.endedAt(),
            row.steps(),
            row.sequence(),
            row.parent());
  }

  private static RunRow begin(FeedEntry.OfRun entry, Profile profile) {
    RunHeader header = entry.header();
    return new RunRow(
        entry.id(),
        header.definition(),
        header.definitionVersion(),
        header.definitionHash(),
        profile,
        RunStatus.RUNNING,
        "",
        header.initiator(),
        header.labels(),
        header.objects(),
        header.createdAt(),
        Optional.empty(),
        Optional.empty(),
        StepCounts.none(header.splits().size()),
        0,
        header.parent().map(ParentStep::execution));
  }

  private static RunRow next(
      RunRow before, FeedEntry.OfRun entry, RunStatus status, String reason, StepCounts steps) {
    return new RunRow(
        before.id(),
        before.definition(),
        before.definitionVersion(),
        before.definitionHash(),
        before.profile(),
        status,
        reason,
        before.initiator(),
        before.labels(),
        before.objects(),
        before.createdAt(),
        first(before.startedAt(), entry.fact().event()),
        status.ended() ? Optional.of(entry.fact().at()) : Optional.empty(),
        steps,
        entry.sequence(),
        before.parent());
  }

  /** The lease that a step began with may be told by its end alone. */
  private static Optional<Instant> first(Optional<Instant> before, RunEvent event) {
    return event instanceof RunEvent.StepsEnded(var ends)
        ? Stream.concat(before.stream(), ends.stream().flatMap(end -> end.startedAt().stream()))
            .min(Comparator.naturalOrder())
        : before;
  }

  /** A run that lost a lock shows nothing else of it; that it ended, it did before. */
  private static RunRow lost(RunRow before, FeedEntry.OfRun entry) {
    return new RunRow(
        before.id(),
        before.definition(),
        before.definitionVersion(),
        before.definitionHash(),
        before.profile(),
        before.status(),
        before.reason(),
        before.initiator(),
        before.labels(),
        before.objects(),
        before.createdAt(),
        before.startedAt(),
        before.endedAt(),
        before.steps(),
        entry.sequence(),
        before.parent());
  }

  private static StepCounts reopen(StepCounts before, List<Again> again) {
    StepCounts counts = before;
    for (Again one : again) {
      counts = counts.plus(one.was(), -1);
    }
    return counts;
  }

  private static StepCounts count(StepCounts before, List<StepEnd> ends) {
    StepCounts counts = before;
    for (StepEnd end : ends) {
      counts = counts.plus(end.outcome(), 1);
    }
    return counts;
  }

  /** The definition's row after the fact; unchanged by a fact that it shows already. */
  static DefinitionRow fold(
      Optional<DefinitionRow> row, FeedEntry.OfDefinition entry, Shown shown) {
    if (row.isPresent() && entry.sequence() <= row.get().sequence()) {
      return row.get();
    }
    DefinitionFact fact = entry.fact();
    return switch (fact.event()) {
      case DefinitionEvent.Submitted(var version, var hash) ->
          new DefinitionRow(
              entry.id(),
              DefinitionStatus.valueOf(fact.after()),
              version,
              hash,
              shown.displayName(),
              shown.profile(),
              shown.folder(),
              shown.owners(),
              shown.labels(),
              shown.taskCount(),
              row.map(DefinitionRow::creator).orElseGet(() -> principal(fact.cause())),
              row.map(DefinitionRow::createdAt).orElse(fact.at()),
              fact.at(),
              entry.sequence());
    };
  }

  private static String principal(Cause cause) {
    return switch (cause) {
      case Cause.Command command -> command.principal();
      case Cause.Report _, Cause.Timer _, Cause.Parent _ -> "";
    };
  }
}
