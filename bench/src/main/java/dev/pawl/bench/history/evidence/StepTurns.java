package dev.pawl.bench.history.evidence;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the tasks of one run ended and were opened again, one turn after the other, as the facts of
 * the run have it.
 */
public final class StepTurns {
  private static final String FORCED_PAUSE = "FORCED_PAUSE";

  private final Map<Integer, List<Turn>> turns = new HashMap<>();

  /** What became of a task by one fact. */
  public sealed interface Turn {
    /** The run's. */
    Fact by();

    /** It ended; or had failed, and from now on counts so. */
    record Ended(Fact by, Change.StepEnd end, boolean passed) implements Turn {
      /** Whether its run has it for a failure: what a forced pause ended begins anew. */
      public boolean failed() {
        return switch (end.outcome()) {
          case "FAILED" -> true;
          case "TERMINATED" -> !end.reason().equals(FORCED_PAUSE);
          default -> false;
        };
      }
    }

    /**
     * It is open again.
     *
     * @param how as {@link Change.WentOn} says it; CONTINUED when its run went on from a pause
     */
    record Opened(Fact by, String how) implements Turn {
      /** Whether it is to begin even where nothing else of its run begins. */
      public boolean wanted() {
        return switch (how) {
          case "RETRIED", "STEP_REDONE", "CONTINUED", "REOPENED" -> true;
          default -> false;
        };
      }
    }
  }

  private StepTurns() {}

  /** Those of one run. */
  public static StepTurns of(RunCase run) {
    StepTurns all = new StepTurns();
    run.journal().facts().forEach(all::take);
    return all;
  }

  private void take(Fact fact) {
    switch (fact.change()) {
      case Change.StepsEnded(var ends) ->
          ends.forEach(end -> add(end.index(), new Turn.Ended(fact, end, false)));
      case Change.StepPassed(var end) -> add(end.index(), new Turn.Ended(fact, end, true));
      case Change.WentOn(var how, _) when how.equals("REDONE") ->
          turns.values().forEach(of -> of.add(new Turn.Opened(fact, how)));
      case Change.WentOn(var how, var steps) ->
          steps.forEach(step -> add(step, new Turn.Opened(fact, how)));
      case Change.Continued _ ->
          turns.values().stream()
              .filter(StepTurns::paused)
              .forEach(of -> of.add(new Turn.Opened(fact, "CONTINUED")));
      case Change.Submitted _,
          Change.RunCreated _,
          Change.PauseBegan _,
          Change.Paused _,
          Change.StepStopBegan _,
          Change.LockLost _,
          Change.RunPassed _,
          Change.RunStopBegan _,
          Change.RunEnded _,
          Change.Leased _,
          Change.AttemptFailed _,
          Change.Undone _,
          Change.Stopped _,
          Change.StopBegan _,
          Change.Ended _ -> {}
    }
  }

  private void add(int step, Turn turn) {
    turns.computeIfAbsent(step, _ -> new ArrayList<>(2)).add(turn);
  }

  private static boolean paused(List<Turn> turns) {
    return turns.getLast() instanceof Turn.Ended ended
        && ended.end().outcome().equals("TERMINATED")
        && ended.end().reason().equals(FORCED_PAUSE);
  }

  /** The tasks that ended once at least. */
  public Map<Integer, List<Turn>> all() {
    return turns;
  }

  /** The turns of a task, in their order. */
  public List<Turn> of(int step) {
    return turns.getOrDefault(step, List.of());
  }

  /** The last turn of a task that was stored before a fact. */
  public Optional<Turn> before(int step, Fact fact) {
    Turn last = null;
    for (Turn turn : of(step)) {
      if (turn.by().ordering() >= fact.ordering()) {
        break;
      }
      last = turn;
    }
    return Optional.ofNullable(last);
  }

  /** Whether a task was undone when it was last opened again before a fact. */
  public boolean undoneBefore(int step, Fact fact) {
    boolean undone = false;
    String last = "";
    for (Turn turn : of(step)) {
      if (turn.by().ordering() >= fact.ordering()) {
        break;
      }
      switch (turn) {
        case Turn.Ended ended -> last = ended.end().outcome();
        case Turn.Opened _ -> undone = last.equals("ROLLED_BACK");
      }
    }
    return undone;
  }

  /** How a task stands in the end, when it has ended. */
  public Optional<Turn.Ended> end(int step) {
    return of(step).isEmpty() || !(of(step).getLast() instanceof Turn.Ended ended)
        ? Optional.empty()
        : Optional.of(ended);
  }

  /** Whether a task was opened again between two facts. */
  public boolean opened(int step, Fact after, Fact before) {
    return of(step).stream()
        .anyMatch(
            turn ->
                turn instanceof Turn.Opened
                    && turn.by().ordering() > after.ordering()
                    && turn.by().ordering() < before.ordering());
  }
}
