package dev.pawl.engine.operation;

import static dev.pawl.engine.decider.Decision.accept;
import static dev.pawl.engine.decider.Decision.reject;
import static dev.pawl.engine.decider.Decision.unchanged;

import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.Requests;
import dev.pawl.engine.operation.OperationCommand.Advance;
import dev.pawl.engine.operation.OperationCommand.BeginExport;
import dev.pawl.engine.operation.OperationCommand.Cancel;
import dev.pawl.engine.operation.OperationCommand.FailExport;
import dev.pawl.engine.operation.OperationCommand.FinishExport;
import dev.pawl.engine.operation.OperationCommand.Start;
import dev.pawl.engine.operation.OperationEvent.Advanced;
import dev.pawl.engine.operation.OperationEvent.CancelBegan;
import dev.pawl.engine.operation.OperationEvent.Created;
import dev.pawl.engine.operation.OperationEvent.ExportBegan;
import dev.pawl.engine.operation.OperationState.Absent;
import dev.pawl.engine.operation.OperationState.Ended;
import dev.pawl.engine.operation.OperationState.Live;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The rules of one operation, as two pure functions: C3.6.
 *
 * <p>Items begin in their order and a few at a time. That they begin is stored before their
 * commands leave, so a cancelled operation knows which items were never sent.
 */
final class OperationDecider {
  /** So many items are under way at once. */
  static final int IN_FLIGHT = 16;

  /** An export that was begun so often is given up. */
  static final int EXPORT_ATTEMPTS = 20;

  private static final Absent ABSENT = new Absent();

  private OperationDecider() {}

  static Absent absent() {
    return ABSENT;
  }

  static Decision<OperationEvent, OperationRejection> decide(
      OperationState state, OperationCommand command, Cause cause) {
    return switch (command) {
      case Start start -> start(state, start, cause);
      case Cancel _ -> cancel(state, cause);
      case Advance advance -> advance(state, advance);
      case BeginExport _ -> beginExport(state);
      case FinishExport finish -> finishExport(state, finish);
      case FailExport fail -> failExport(state, fail);
    };
  }

  private static Decision<OperationEvent, OperationRejection> start(
      OperationState state, Start start, Cause cause) {
    Optional<OperationHead> known = state.known();
    if (known.isPresent()) {
      // Its id derives from the request's, so whoever starts it again says the same or lies.
      return cause instanceof Cause.Command command && repeats(known.get().origin(), command)
          ? unchanged()
          : reject(new OperationRejection.RequestIdReused());
    }
    Created created = new Created(start.project(), start.work());
    return switch (start.work()) {
      case OperationWork.Command command when command.count() == 0 ->
          accept(created, ended(OperationStatus.SUCCESS, "", "no run fits the filter"));
      case OperationWork.Command _, OperationWork.Export _ -> accept(created);
    };
  }

  private static boolean repeats(Cause.Command origin, Cause.Command command) {
    return origin.requestId().equals(command.requestId())
        && origin.bodyHash().equals(command.bodyHash());
  }

  private static Decision<OperationEvent, OperationRejection> cancel(
      OperationState state, Cause cause) {
    Optional<Requests.Remembered> known = known(state, cause);
    if (known.isPresent()) {
      return cause instanceof Cause.Command command
              && known.get().bodyHash().equals(command.bodyHash())
          ? unchanged()
          : reject(new OperationRejection.RequestIdReused());
    }
    return switch (state) {
      case Absent _ -> reject(new OperationRejection.NotFound());
      case Ended ended when ended.head().cancelling() -> unchanged();
      case Ended ended -> reject(new OperationRejection.HasEnded(ended.head().status()));
      case Live live when live.head().cancelling() -> unchanged();
      case Live live ->
          switch (live.head().work()) {
            case OperationWork.Command _ when live.head().counts().inFlight() > 0 ->
                accept(new CancelBegan());
            case OperationWork.Command _ ->
                accept(new CancelBegan(), settled(live.head().counts(), true));
            case OperationWork.Export _ ->
                accept(
                    new CancelBegan(),
                    ended(OperationStatus.FAIL, OperationEvent.Ended.CANCELLED, "was cancelled"));
          };
    };
  }

  /** Whether a caller sends again what it sent before, and what was stored then. */
  static boolean repeats(OperationState state, Cause.Command cause) {
    return known(state, cause).filter(request -> request.isOf(cause)).isPresent();
  }

  private static Optional<Requests.Remembered> known(OperationState state, Cause cause) {
    if (!(cause instanceof Cause.Command command)) {
      return Optional.empty();
    }
    return switch (state) {
      case Absent _ -> Optional.empty();
      case Live live -> live.requests().find(command.requestId());
      case Ended ended -> ended.requests().find(command.requestId());
    };
  }

  private static Decision<OperationEvent, OperationRejection> advance(
      OperationState state, Advance advance) {
    return switch (state) {
      case Absent _ -> reject(new OperationRejection.NotFound());
      case Ended _ -> unchanged();
      case Live live -> {
        OperationHead head = live.head();
        List<ItemResult> fresh = fresh(live, advance.results());
        OperationCounts counts = head.counts().with(head.counts().begun(), fresh);
        int begun =
            head.cancelling()
                ? counts.begun()
                : Math.max(counts.begun(), Math.min(counts.total(), counts.answered() + IN_FLIGHT));
        List<OperationEvent> events = new ArrayList<>();
        if (!fresh.isEmpty() || begun > counts.begun()) {
          events.add(new Advanced(begun, fresh));
        }
        if (begun == counts.answered() && (head.cancelling() || begun == counts.total())) {
          events.add(settled(counts, head.cancelling()));
        }
        yield accept(events);
      }
    };
  }

  /** What was not known before, of items that have begun. */
  private static List<ItemResult> fresh(Live live, List<ItemResult> results) {
    Set<Integer> seen = new HashSet<>();
    return results.stream()
        .filter(result -> result.index() >= 0 && result.index() < live.head().counts().begun())
        .filter(result -> !live.results().containsKey(result.index()))
        .filter(result -> seen.add(result.index()))
        .toList();
  }

  private static OperationEvent.Ended settled(OperationCounts counts, boolean cancelled) {
    int good = counts.accepted() + counts.unchanged();
    OperationStatus status =
        good == counts.total()
            ? OperationStatus.SUCCESS
            : good == 0 ? OperationStatus.FAIL : OperationStatus.PART_SUCCESS;
    boolean cut = cancelled && counts.begun() < counts.total();
    return ended(status, cut ? OperationEvent.Ended.CANCELLED : "", cut ? "was cancelled" : "");
  }

  private static OperationEvent.Ended ended(OperationStatus status, String reason, String message) {
    return new OperationEvent.Ended(status, reason, message, Optional.empty());
  }

  private static Decision<OperationEvent, OperationRejection> beginExport(OperationState state) {
    return switch (state) {
      case Absent _ -> reject(new OperationRejection.NotFound());
      case Ended _ -> unchanged();
      case Live live when live.head().attempt() >= EXPORT_ATTEMPTS ->
          accept(
              ended(
                  OperationStatus.FAIL,
                  "EXPORT_FAILED",
                  "the export was begun %d times and never got to its end"
                      .formatted(EXPORT_ATTEMPTS)));
      case Live live -> accept(new ExportBegan(live.head().attempt() + 1));
    };
  }

  private static Decision<OperationEvent, OperationRejection> finishExport(
      OperationState state, FinishExport finish) {
    return switch (state) {
      case Absent _ -> reject(new OperationRejection.NotFound());
      case Live live when live.head().attempt() == finish.file().attempt() ->
          accept(
              new OperationEvent.Ended(
                  OperationStatus.SUCCESS, "", "", Optional.of(finish.file())));
      // Of an attempt that was given up.
      case Live _, Ended _ -> unchanged();
    };
  }

  private static Decision<OperationEvent, OperationRejection> failExport(
      OperationState state, FailExport fail) {
    return switch (state) {
      case Absent _ -> reject(new OperationRejection.NotFound());
      case Live live when live.head().attempt() == fail.attempt() ->
          accept(ended(OperationStatus.FAIL, fail.reason(), fail.message()));
      case Live _, Ended _ -> unchanged();
    };
  }

  static OperationState evolve(OperationState state, OperationFact fact) {
    if (state instanceof Ended || (state instanceof Absent) != isBeginning(fact)) {
      throw new IllegalStateException("%s cannot follow %s".formatted(fact, state));
    }
    OperationHead head = OperationHead.after(state.known(), fact);
    Requests before = state instanceof Live live ? live.requests() : Requests.NONE;
    Requests requests = before.after(fact.cause(), head.sequence(), fact.at());
    return switch (fact.event()) {
      case Advanced(_, var results) ->
          new Live(head, with(state.answers(), results), requests, fact.at());
      case Created _, ExportBegan _, CancelBegan _ ->
          new Live(head, state.answers(), requests, fact.at());
      case OperationEvent.Ended _ -> new Ended(head, state.answers(), requests, fact.at());
    };
  }

  private static boolean isBeginning(OperationFact fact) {
    return fact.event() instanceof Created;
  }

  private static Map<Integer, ItemResult> with(
      Map<Integer, ItemResult> before, List<ItemResult> results) {
    Map<Integer, ItemResult> all = new TreeMap<>(before);
    results.forEach(result -> all.put(result.index(), result));
    return all;
  }

  /** The fact that an event makes of a state. */
  static OperationFact fact(OperationState state, OperationEvent event, Cause cause, Instant at) {
    String before = state.known().map(head -> head.status().name()).orElse("");
    String after =
        switch (event) {
          case Created _ -> OperationStatus.INIT.name();
          case Advanced _, ExportBegan _ -> OperationStatus.RUNNING.name();
          case CancelBegan _ -> before;
          case OperationEvent.Ended ended -> ended.status().name();
        };
    return new OperationFact(event, cause, at, before, after);
  }
}
