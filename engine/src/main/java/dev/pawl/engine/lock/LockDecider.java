package dev.pawl.engine.lock;

import static dev.pawl.engine.decider.Decision.accept;
import static dev.pawl.engine.decider.Decision.reject;
import static dev.pawl.engine.decider.Decision.unchanged;

import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.Requests;
import dev.pawl.engine.lock.LockCommand.Disown;
import dev.pawl.engine.lock.LockCommand.Force;
import dev.pawl.engine.lock.LockCommand.Heard;
import dev.pawl.engine.lock.LockCommand.Release;
import dev.pawl.engine.lock.LockCommand.Take;
import dev.pawl.engine.lock.LockEvent.Forced;
import dev.pawl.engine.lock.LockEvent.LossHeard;
import dev.pawl.engine.lock.LockEvent.Released;
import dev.pawl.engine.lock.LockEvent.Taken;
import dev.pawl.engine.lock.LockState.Hold;
import dev.pawl.engine.lock.LockState.Loss;
import dev.pawl.engine.lock.LockState.Taking;
import dev.pawl.engine.run.RunId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.pcollections.TreePMap;

/** The rules of the locks of one scope, as two pure functions (OBS-27, OBS-28, invariant 11). */
final class LockDecider {
  private LockDecider() {}

  static Decision<LockEvent, LockRejection> decide(
      LockState state, LockCommand command, Cause cause) {
    if (cause instanceof Cause.Command request) {
      Optional<Requests.Remembered> known = state.requests().find(request.requestId());
      if (known.isPresent()) {
        return known.get().bodyHash().equals(request.bodyHash())
            ? unchanged()
            : reject(new LockRejection.RequestIdReused());
      }
    }
    return switch (command) {
      case Take take -> take(state, take);
      case Release(var run, var version) ->
          holdsOf(state, run).anyMatch(hold -> hold.version() <= version)
              ? accept(new Released(run))
              : unchanged();
      case Disown disown -> disown(state, disown);
      case Force force -> force(state, force);
      case Heard(var run, var number) ->
          state.losses().stream().anyMatch(isOf(run, number))
              ? accept(new LossHeard(run, number))
              : unchanged();
    };
  }

  private static Decision<LockEvent, LockRejection> take(LockState state, Take take) {
    for (LockName lock : take.locks()) {
      Optional<LockRejection> held = heldAgainst(state, lock, take.run());
      if (held.isPresent()) {
        return reject(held.get());
      }
    }
    if (take.goingOn()) {
      for (LockName lock : take.locks()) {
        if (!isHeldBy(state, lock, take.run())) {
          Optional<LockRejection> superseded = superseded(state, lock, take.run());
          if (superseded.isPresent()) {
            return reject(superseded.get());
          }
        }
      }
    }
    boolean has =
        take.locks().stream()
            .allMatch(
                lock ->
                    isHeldBy(state, lock, take.run())
                        && hold(state, lock)
                            .filter(hold -> hold.version() >= take.version())
                            .isPresent());
    return has
        ? unchanged()
        : accept(new Taken(take.run(), take.version(), take.initiator(), take.locks()));
  }

  /**
   * What a run keeps when it has to lose a part it is told to take anew, in the same commit: nodes
   * of an earlier version read that as well.
   */
  private static Decision<LockEvent, LockRejection> disown(LockState state, Disown disown) {
    List<LockName> kept = new ArrayList<>();
    Optional<Hold> given = Optional.empty();
    for (Map.Entry<LockName, Hold> held : state.holds().entrySet()) {
      if (held.getValue().run().equals(disown.run())) {
        if (disown.locks().contains(held.getKey())) {
          given = Optional.of(held.getValue());
        } else {
          kept.add(held.getKey());
        }
      }
    }
    if (given.isEmpty()) {
      return unchanged();
    }
    Released released = new Released(disown.run());
    return kept.isEmpty()
        ? accept(released)
        : accept(
            released,
            new Taken(disown.run(), given.get().version(), given.get().initiator(), kept));
  }

  private static Decision<LockEvent, LockRejection> force(LockState state, Force force) {
    Optional<Hold> hold = hold(state, force.lock());
    if (hold.isEmpty()) {
      return reject(new LockRejection.NotHeld(force.lock()));
    }
    long version = hold.get().taken();
    return force.expected().isPresent() && force.expected().getAsLong() != version
        ? reject(
            new LockRejection.VersionMismatch(force.lock(), force.expected().getAsLong(), version))
        : accept(new Forced(force.lock(), hold.get().run()));
  }

  /** What another run holds and this lock cannot stand beside. */
  private static Optional<LockRejection> heldAgainst(LockState state, LockName lock, RunId run) {
    return state.holds().entrySet().stream()
        .filter(held -> !held.getValue().run().equals(run))
        .filter(held -> held.getKey().conflictsWith(lock))
        .findFirst()
        .map(
            held ->
                new LockRejection.Held(
                    lock,
                    held.getKey(),
                    held.getValue().run(),
                    held.getValue().initiator(),
                    held.getValue().since()));
  }

  /** Who had a lock since this run had it: a run that goes on would go on from what is no more. */
  private static Optional<LockRejection> superseded(LockState state, LockName lock, RunId run) {
    Optional<Taking> last = state.past().lastAgainst(lock);
    if (last.isPresent() && !last.get().run().equals(run)) {
      return Optional.of(new LockRejection.Superseded(lock, last.map(Taking::run)));
    }
    return state.past().tells(lock)
        ? Optional.empty()
        : Optional.of(new LockRejection.Superseded(lock, Optional.empty()));
  }

  private static boolean isHeldBy(LockState state, LockName lock, RunId run) {
    return hold(state, lock).filter(hold -> hold.run().equals(run)).isPresent();
  }

  static Optional<Hold> hold(LockState state, LockName lock) {
    return Optional.ofNullable(state.holds().get(lock));
  }

  private static Stream<Hold> holdsOf(LockState state, RunId run) {
    return state.holds().values().stream().filter(hold -> hold.run().equals(run));
  }

  private static Predicate<Loss> isOf(RunId run, long number) {
    return loss -> loss.run().equals(run) && loss.number() == number;
  }

  static LockState evolve(LockState state, LockFact fact) {
    long sequence = state.sequence() + 1;
    return switch (fact.event()) {
      case Taken(var run, var version, var initiator, var locks) -> {
        TreePMap<LockName, Hold> holds = state.holds();
        for (LockName lock : locks) {
          Instant since =
              hold(state, lock)
                  .filter(hold -> hold.run().equals(run))
                  .map(Hold::since)
                  .orElse(fact.at());
          holds = holds.plus(lock, new Hold(run, version, initiator, since, sequence));
        }
        yield next(state, fact, holds, state.past().after(run, sequence, locks), state.losses());
      }
      case Released(var run) -> {
        TreePMap<LockName, Hold> holds = state.holds();
        for (Map.Entry<LockName, Hold> held : state.holds().entrySet()) {
          if (held.getValue().run().equals(run)) {
            holds = holds.minus(held.getKey());
          }
        }
        yield next(state, fact, holds, state.past(), state.losses());
      }
      case Forced(var lock, var run) -> {
        Hold lost =
            hold(state, lock)
                .filter(hold -> hold.run().equals(run))
                .orElseThrow(
                    () -> new IllegalStateException("%s cannot follow %s".formatted(fact, state)));
        List<Loss> losses = new ArrayList<>(state.losses());
        losses.add(
            switch (fact.cause()) {
              case Cause.Command command ->
                  new Loss(
                      run, sequence, lost.version(), lock, command.principal(), command.reason());
              case Cause.Report _, Cause.Timer _, Cause.Parent _ ->
                  new Loss(run, sequence, lost.version(), lock, "", "");
            });
        yield next(state, fact, state.holds().minus(lock), state.past(), losses);
      }
      case LossHeard(var run, var number) ->
          next(
              state,
              fact,
              state.holds(),
              state.past(),
              state.losses().stream().filter(isOf(run, number).negate()).toList());
    };
  }

  private static LockState next(
      LockState state,
      LockFact fact,
      TreePMap<LockName, Hold> holds,
      Past past,
      List<Loss> losses) {
    long sequence = state.sequence() + 1;
    return new LockState(
        holds,
        past,
        losses,
        sequence,
        fact.at(),
        state.requests().after(fact.cause(), sequence, fact.at()));
  }

  static LockStatus status(LockState state) {
    return state.holds().isEmpty() && state.losses().isEmpty() ? LockStatus.FREE : LockStatus.HELD;
  }

  /** The fact that an event makes of a state. */
  static LockFact fact(LockState state, LockEvent event, Cause cause, Instant at) {
    String before = state.sequence() == 0 ? "" : status(state).name();
    LockFact bare = new LockFact(event, cause, at, before, "");
    return new LockFact(event, cause, at, before, status(evolve(state, bare)).name());
  }
}
