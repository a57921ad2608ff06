package dev.pawl.engine.log;

import com.google.protobuf.ByteString;
import dev.pawl.engine.log.Logs.Stored;
import dev.pawl.engine.log.SectionState.Verdict;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** What storing some chunks would change, from what their hubs know; changes nothing itself. */
final class BatchPlan {
  private static final int OLDEST_DAYS = 400;
  private static final int NEWEST_DAYS = 2;

  /** A chunk that waits, and who waits for it. */
  record Waiting(LogHub hub, LogChunk chunk, CompletableFuture<Stored> answer) {}

  /** What one chunk is answered once the plan is committed. */
  sealed interface Outcome {
    record Stands(Stored stored) implements Outcome {}

    record Malformed(IllegalArgumentException reason) implements Outcome {}
  }

  /** One section that the plan changes. */
  record Change(LogHub hub, SectionState before, SectionState after) {}

  /** A chunk that live readers see once the plan is committed. */
  record Shown(LogHub hub, LogChunk chunk) {}

  private final List<Outcome> outcomes = new ArrayList<>();
  private final Map<LogKey, Change> changes = new LinkedHashMap<>();
  private final List<LogChunk> rows = new ArrayList<>();
  private final List<Shown> shown = new ArrayList<>();
  private final Set<LogKey> misfits = new LinkedHashSet<>();

  private BatchPlan() {}

  static BatchPlan of(List<Waiting> batch, long sectionLimit, Instant now) {
    BatchPlan plan = new BatchPlan();
    for (Waiting waiting : batch) {
      plan.outcomes.add(plan.add(waiting, sectionLimit, now));
    }
    return plan;
  }

  private Outcome add(Waiting waiting, long limit, Instant now) {
    LogHub hub = waiting.hub();
    LogChunk chunk = waiting.chunk();
    LogKey key = chunk.key();
    Change change = changes.get(key);
    SectionState state;
    if (change != null) {
      state = change.after();
    } else {
      state = hub.state(key).orElseGet(() -> SectionState.before(chunk));
      if (!state.stored() && !isPlausible(chunk.startedAt(), now)) {
        return new Outcome.Malformed(
            new IllegalArgumentException(
                ("an attempt whose log begins now started at %s; expected between %d days ago and"
                        + " %d days ahead: check the clocks")
                    .formatted(chunk.startedAt(), OLDEST_DAYS, NEWEST_DAYS)));
      }
    }
    SectionState before = change == null ? state : change.before();
    return switch (state.judge(chunk, limit)) {
      case Verdict.Take(var next) -> {
        changes.put(key, new Change(hub, before, next));
        if (chunk.lineCount() > 0) {
          rows.add(chunk);
        }
        shown.add(new Shown(hub, chunk));
        yield stands(next.lines(), false);
      }
      case Verdict.Full(var next) -> {
        changes.put(key, new Change(hub, before, next));
        shown.add(new Shown(hub, endMark(chunk, next)));
        yield stands(next.lines(), true);
      }
      case Verdict.Known _ -> stands(state.lines(), false);
      case Verdict.Closed _ -> stands(state.lines(), true);
      case Verdict.Misfit _ -> {
        misfits.add(key);
        yield stands(state.lines(), false);
      }
    };
  }

  /** The worker names the day, and each new one makes a partition: not just any is taken. */
  private static boolean isPlausible(Instant startedAt, Instant now) {
    return startedAt.isAfter(now.minus(OLDEST_DAYS, ChronoUnit.DAYS))
        && startedAt.isBefore(now.plus(NEWEST_DAYS, ChronoUnit.DAYS));
  }

  private static Outcome stands(long lines, boolean closed) {
    return new Outcome.Stands(new Stored(lines, closed));
  }

  private static LogChunk endMark(LogChunk chunk, SectionState ended) {
    return new LogChunk(
        chunk.key(),
        chunk.startedAt(),
        chunk.round(),
        chunk.attempt(),
        chunk.operation(),
        chunk.worker(),
        ended.lines() + 1,
        0,
        ByteString.EMPTY,
        true,
        true);
  }

  /** One for each chunk of the batch, in its order. */
  List<Outcome> outcomes() {
    return outcomes;
  }

  Map<LogKey, Change> changes() {
    return changes;
  }

  /** The chunks to store; each one's section is among the changes. */
  List<LogChunk> rows() {
    return rows;
  }

  List<Shown> shown() {
    return shown;
  }

  /** Sections that chunks do not go on from: what is known of them may be out of date. */
  Set<LogKey> misfits() {
    return misfits;
  }
}
