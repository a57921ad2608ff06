package dev.pawl.engine.explain;

import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.explain.Reason.Others;
import dev.pawl.engine.explain.Reason.Turn;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.worker.GroupPlace;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reasons in words, all of them: the sentence of an explanation, and what a step waits for. */
public final class ReasonText {
  /** The most names that a text lists. */
  private static final int FEW = 5;

  private ReasonText() {}

  /** A sentence for people, without its full stop. */
  public static String sentence(Reason reason) {
    return switch (reason) {
      case Reason.Upstream(var steps) -> "waits for " + withStates(steps);
      case Reason.NothingNew(var failed, var why) ->
          "nothing new starts: step %s is %s%s"
              .formatted(failed.step(), failed.status(), inBrackets(why));
      case Reason.RunPaused paused -> paused(paused);
      case Reason.RunStopping(var why, var turn, var inFlight) ->
          (why.equals("RUN_TIMED_OUT")
                  ? "the run passed its timeout" + turn.map(it -> " at " + at(it.at())).orElse("")
                  : "the run is being stopped" + told(turn))
              + still(inFlight);
      case Reason.RunRollingBack(var stopping, var turn, var inFlight) ->
          (stopping
                  ? "the run is told to end its rollback"
                  : "what the run did is being taken back")
              + told(turn)
              + still(inFlight);
      case Reason.InFlight(var steps, var deadline) ->
          "%s%s"
              .formatted(
                  steps.total() == 0 ? "no step is at work" : atWork(steps),
                  deadline.map(due -> "; the run times out at " + at(due)).orElse(""));
      case Reason.RunOver(var status, var why, var step, var when) ->
          "the run is %s since %s%s%s"
              .formatted(status, at(when), inBrackets(why), step.isEmpty() ? "" : ", at " + step);
      case Reason.Slot slot -> slot(slot);
      case Reason.FlightLimit(var inFlight, var limit, var ahead, var step) ->
          "%d of %d %s that may be in flight are%s"
              .formatted(
                  inFlight,
                  limit,
                  step.isEmpty() ? "steps of this run" : "executions of " + step,
                  ahead == 0 ? ", and it is the next" : ", and %d are before it".formatted(ahead));
      case Reason.Retry retry ->
          "retry " + attempt(retry) + (retry.after().isEmpty() ? "" : ", after " + retry.after());
      case Reason.AtWork work -> atWork(work);
      case Reason.Stopping(var worker, var ladder) ->
          ladder
              .map(rungs -> stopping(worker, rungs))
              .orElseGet(() -> named(worker) + " was told to stop it, and has not confirmed yet");
      case Reason.Undo(var steps) -> "waits for the undo of " + withStates(steps);
      case Reason.Settling _ -> "it is on its way: the run is just being told";
      case Reason.StepOver over -> over(over);
    };
  }

  /**
   * What a step waits for, as it stands behind the words "waits for"; empty when it waits for
   * nothing.
   */
  public static String waitsFor(Reason reason) {
    return switch (reason) {
      case Reason.Upstream(var steps) -> "upstream: " + names(steps);
      case Reason.NothingNew _, Reason.RunStopping _, Reason.RunRollingBack _ ->
          "nothing: the run starts nothing new";
      case Reason.RunPaused _ -> "the run to continue";
      case Reason.Slot slot -> "a free slot in group " + slot.group();
      case Reason.FlightLimit(_, var limit, _, var step) ->
          "fewer than %d %s in flight"
              .formatted(limit, step.isEmpty() ? "steps of this run" : "executions of " + step);
      case Reason.Retry retry -> "attempt " + attempt(retry);
      case Reason.Stopping _ -> "its worker to confirm the stop";
      case Reason.Undo(var steps) -> "the undo of: " + names(steps);
      case Reason.InFlight _,
          Reason.RunOver _,
          Reason.AtWork _,
          Reason.Settling _,
          Reason.StepOver _ ->
          "";
    };
  }

  private static String atWork(Others steps) {
    return "%s at work: %s"
        .formatted(steps.total() == 1 ? "1 step is" : steps.total() + " steps are", names(steps));
  }

  private static String paused(Reason.RunPaused paused) {
    String state =
        paused.settled()
            ? "the run is paused"
            : paused.forced() ? "the run is being forced to pause" : "the run is pausing";
    return state + told(paused.turn()) + still(paused.inFlight());
  }

  private static String slot(Reason.Slot slot) {
    String since = slot.since().map(asked -> ", since " + at(asked)).orElse("");
    return slot.place().map(place -> slot(slot, place)).orElseGet(() -> silent(slot)) + since;
  }

  private static String silent(Reason.Slot slot) {
    return "wants a slot in group %s, which does not answer now".formatted(slot.group());
  }

  private static String slot(Reason.Slot slot, GroupPlace place) {
    if (place.offered()) {
      return "a slot in group %s is just being offered to it".formatted(slot.group());
    }
    if (slot.worker().isPresent()) {
      return only(slot.group(), slot.worker().get(), place);
    }
    if (place.workers() == 0) {
      return "no worker is connected to group " + slot.group() + place(place);
    }
    if (place.workers() == place.draining()) {
      return "no worker of group %s takes anything new: all %d are draining%s"
          .formatted(slot.group(), place.workers(), place(place));
    }
    return noneOrSome("slot in group " + slot.group(), place);
  }

  private static String only(String group, String worker, GroupPlace place) {
    if (place.workers() == 0) {
      return "only worker %s may take it, which is not connected to group %s%s"
          .formatted(worker, group, place(place));
    }
    if (place.draining() > 0) {
      return "only worker %s may take it, which is draining%s".formatted(worker, place(place));
    }
    return noneOrSome("slot of worker " + worker + ", the only one that may take it", place);
  }

  private static String noneOrSome(String slot, GroupPlace place) {
    if (place.settling()) {
      return "a %s is given once the group has heard of all its workers%s"
          .formatted(slot, place(place));
    }
    String busy = "%d of %d busy".formatted(place.busy(), place.slots());
    return place.busy() < place.slots()
        ? "asks for a %s: %s".formatted(slot, busy)
        : "no %s: %s%s".formatted(slot, busy, place(place));
  }

  private static String place(GroupPlace place) {
    return place.place().isPresent()
        ? ", place %d of %d".formatted(place.place().getAsInt(), place.waiting())
        : "";
  }

  private static String attempt(Reason.Retry retry) {
    return "%d of %d%s"
        .formatted(
            retry.attempt(),
            retry.maxAttempts(),
            retry.at().map(due -> " at " + at(due)).orElse(""));
  }

  private static String atWork(Reason.AtWork work) {
    String what =
        switch (work.operation()) {
          case EXECUTE, RETRY -> " is at it";
          case ROLLBACK -> " takes back what it did";
          case CANCEL -> " cleans up after it";
        };
    return named(work.worker())
        + what
        + work.since().map(since -> " since " + at(since)).orElse("")
        + (work.operation() == Operation.ROLLBACK
            ? ""
            : " (attempt %d of %d)".formatted(work.attempt(), work.maxAttempts()))
        + work.timeoutAt().map(due -> "; it times out at " + at(due)).orElse("");
  }

  private static String stopping(String worker, Reason.Ladder ladder) {
    String told = named(worker) + " was told to stop it at " + at(ladder.signalledAt());
    return switch (ladder.rung()) {
      case SIGNALLED ->
          "%s; it is killed at %s, and given up at %s"
              .formatted(told, at(ladder.killAt()), at(ladder.fenceAt()));
      case KILLED ->
          "%s and kills it since %s; it is given up at %s"
              .formatted(told, at(ladder.killAt()), at(ladder.fenceAt()));
      case FENCED -> "%s and said nothing: it is being given up".formatted(told);
    };
  }

  private static String over(Reason.StepOver over) {
    if (over.passed()) {
      return "counts as %s since %s: an operator said so".formatted(over.status(), at(over.at()));
    }
    String why =
        over.reason().isEmpty() || over.message().isEmpty()
            ? over.reason() + over.message()
            : over.reason() + ", " + over.message();
    return "it is %s since %s%s%s"
        .formatted(
            over.status(),
            at(over.at()),
            why.isEmpty() ? "" : ": " + why,
            over.lastLogLine().isEmpty() || why.isEmpty()
                ? ""
                : "; its last line: " + over.lastLogLine());
  }

  private static String named(String worker) {
    if (worker.startsWith("runs/")) {
      return "run " + worker.substring("runs/".length());
    }
    return worker.isEmpty() ? "its worker" : "worker " + worker;
  }

  private static String told(Optional<Turn> turn) {
    return turn.map(
            it ->
                switch (it.cause()) {
                  case Cause.Command(_, _, var principal, var reason, _) ->
                      " by %s since %s%s"
                          .formatted(
                              principal,
                              at(it.at()),
                              reason.isEmpty() ? "" : ", because: " + reason);
                  case Cause.Report _, Cause.Timer _, Cause.Parent _ -> " since " + at(it.at());
                })
        .orElse("");
  }

  private static String still(Others inFlight) {
    return inFlight.total() == 0 ? "" : "; still in flight: " + names(inFlight);
  }

  private static String inBrackets(String text) {
    return text.isEmpty() ? "" : " (" + text + ")";
  }

  private static String names(Others others) {
    return listed(others, Reason.Other::step, ", ");
  }

  private static String withStates(Others others) {
    return listed(others, other -> other.step() + " (" + other.status() + ")", " and ");
  }

  private static String listed(Others others, Function<Reason.Other, String> word, String last) {
    List<String> words = others.steps().stream().limit(FEW).map(word).toList();
    int more = others.total() - words.size();
    if (more > 0) {
      return String.join(", ", words) + " and " + more + " more";
    }
    return words.size() < 2
        ? String.join("", words)
        : String.join(", ", words.subList(0, words.size() - 1)) + last + words.getLast();
  }

  private static String at(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
