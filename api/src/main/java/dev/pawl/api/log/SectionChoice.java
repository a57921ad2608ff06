package dev.pawl.api.log;

import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.run.RunWords;
import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.log.LogChunk;
import dev.pawl.engine.log.LogKey;
import dev.pawl.engine.log.LogSection;
import dev.pawl.v1.ErrorReason;
import dev.pawl.v1.LogSelection;
import io.grpc.StatusRuntimeException;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which sections of a log are wanted.
 *
 * @param operations all when empty
 */
record SectionChoice(
    OptionalInt round,
    OptionalInt attempt,
    Set<Operation> operations,
    OptionalLong fence,
    OptionalInt execution) {
  private static final int SHOWN = 8;

  SectionChoice {
    operations = Set.copyOf(operations);
  }

  /** Reads a selection; refuses what no section can be. */
  static SectionChoice of(LogSelection selection) {
    if (selection.hasRound() && selection.getRound() < 0) {
      throw ApiErrors.invalidField("selection.round", "is negative; rounds begin at 0");
    }
    if (selection.hasAttempt() && selection.getAttempt() < 1) {
      throw ApiErrors.invalidField("selection.attempt", "is below 1; attempts begin at 1");
    }
    if (selection.hasFence() && selection.getFence() < 1) {
      throw ApiErrors.invalidField("selection.fence", "is below 1; fences begin at 1");
    }
    if (selection.hasExecution() && selection.getExecution() < 0) {
      throw ApiErrors.invalidField("selection.execution", "is negative; they begin at 0");
    }
    Set<Operation> operations = EnumSet.noneOf(Operation.class);
    selection
        .getOperationsList()
        .forEach(
            operation ->
                operations.add(
                    RunWords.toEngine(operation)
                        .orElseThrow(
                            () ->
                                ApiErrors.invalidField(
                                    "selection.operations",
                                    "holds what no worker does; expected EXECUTE, RETRY, ROLLBACK"
                                        + " or CANCEL"))));
    return new SectionChoice(
        selection.hasRound() ? OptionalInt.of(selection.getRound()) : OptionalInt.empty(),
        selection.hasAttempt() ? OptionalInt.of(selection.getAttempt()) : OptionalInt.empty(),
        operations,
        selection.hasFence() ? OptionalLong.of(selection.getFence()) : OptionalLong.empty(),
        selection.hasExecution() ? OptionalInt.of(selection.getExecution()) : OptionalInt.empty());
  }

  boolean isEverything() {
    return round.isEmpty()
        && attempt.isEmpty()
        && operations.isEmpty()
        && fence.isEmpty()
        && execution.isEmpty();
  }

  boolean wants(LogSection section) {
    return wants(section.key(), section.round(), section.attempt(), section.operation());
  }

  boolean wants(LogChunk chunk) {
    return wants(chunk.key(), chunk.round(), chunk.attempt(), chunk.operation());
  }

  private boolean wants(LogKey key, int ofRound, int ofAttempt, Operation operation) {
    return (round.isEmpty() || round.getAsInt() == ofRound)
        && wantsAttempt(key, ofAttempt)
        && (operations.isEmpty() || operations.contains(operation));
  }

  /** Whether an attempt may be wanted of which only this is known. */
  boolean wantsAttempt(LogKey key, int ofAttempt) {
    return (attempt.isEmpty() || attempt.getAsInt() == ofAttempt)
        && (fence.isEmpty() || fence.getAsLong() == key.fence())
        && (execution.isEmpty() || execution.getAsInt() == key.execution().index());
  }

  /**
   * Refuses a choice that fits nothing, unless there is nothing to choose from.
   *
   * @param of whose sections these are, for people
   */
  void check(String of, List<LogSection> there) {
    if (!isEverything() && !there.isEmpty() && there.stream().noneMatch(this::wants)) {
      throw nothing(of, there);
    }
  }

  private static StatusRuntimeException nothing(String of, List<LogSection> there) {
    List<LogSection> newest = there.subList(Math.max(0, there.size() - SHOWN), there.size());
    return ApiErrors.of(
        ErrorReason.ERROR_REASON_LOG_NOT_FOUND,
        "%s has no log of that kind; %s %s"
            .formatted(
                of,
                newest.size() == there.size() ? "there is" : "the newest are",
                newest.stream()
                    .map(
                        section ->
                            "round %d attempt %d %s (fence %d)"
                                .formatted(
                                    section.round(),
                                    section.attempt(),
                                    section.operation(),
                                    section.key().fence()))
                    .distinct()
                    .collect(Collectors.joining(", "))));
  }
}
