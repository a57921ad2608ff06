package dev.pawl.engine.lock;

import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunMessage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;

/** The locks of one scope as their entity sees to them, with a journal in memory and no actors. */
public final class LockBench {
  private final LockId id;
  private final BiConsumer<RunId, RunMessage> toRun;
  private final ActorRef<LockMessage> self;
  private final Holders holders = new Holders();
  private LockState state = LockState.NEW;

  public LockBench(LockId id, BiConsumer<RunId, RunMessage> toRun, ActorRef<LockMessage> self) {
    this.id = id;
    this.toRun = toRun;
    this.self = self;
  }

  public LockState state() {
    return state;
  }

  /** It is in memory no more, and comes back from its journal. */
  public void restart() {
    holders.forget(0);
  }

  /** Asks who has not said so whether it holds something, and tells again what was lost. */
  public void look() {
    holders.doubtAll();
    tellLosses();
    holders.unconfirmed(state).forEach(this::ask);
  }

  /** Takes away one lock that is held. */
  public void force(LockName lock, String requestId) {
    advance(
        new LockCommand.Force(lock, OptionalLong.empty()),
        new Cause.Command(requestId, "00", "root", "because"),
        _ -> tellLosses());
  }

  /** Takes in a message. */
  public void receive(LockMessage message) {
    switch (message) {
      case LockMessage.Take take -> {
        var command =
            new LockCommand.Take(
                take.run(), take.version(), take.initiator(), take.locks(), take.goingOn());
        switch (LockDecider.decide(state, command, parent(take.run()))) {
          case Decision.Reject(var why) -> answer(take, Optional.of(why));
          case Decision.Accept(var events) -> {
            holders.takes(take.run());
            store(events, parent(take.run()));
            answer(take, Optional.empty());
          }
        }
      }
      case LockMessage.LetGo(_, var run, var version, _) ->
          advance(
              new LockCommand.Release(run, version),
              parent(run),
              _ -> toRun.accept(run, new RunMessage.LocksLetGo(id, version)));
      case LockMessage.Holding holding ->
          advance(
              new LockCommand.Disown(holding.run(), holders.denied(state, holding)),
              parent(holding.run()),
              _ -> {});
      case LockMessage.Doubt(var run) -> ask(run);
      case LockMessage.LossHeard(var run, var number) ->
          advance(new LockCommand.Heard(run, number), parent(run), _ -> {});
      case LockMessage.Force _, LockMessage.Describe _, LockMessage.WakeUp _, LockMessage.Own _ ->
          throw new IllegalArgumentException("not between a run and its locks: " + message);
    }
  }

  private void answer(LockMessage.Take take, Optional<LockRejection> why) {
    toRun.accept(take.run(), new RunMessage.LocksAnswered(id, take.question(), why));
  }

  private void ask(RunId run) {
    toRun.accept(run, new RunMessage.LocksAsked(id, holders.ask(run), self));
  }

  private void tellLosses() {
    state
        .losses()
        .forEach(
            loss ->
                toRun.accept(
                    loss.run(),
                    new RunMessage.LockTaken(
                        loss.lock(),
                        loss.version(),
                        loss.number(),
                        loss.by(),
                        loss.reason(),
                        self)));
  }

  private static Cause parent(RunId run) {
    return new Cause.Parent(run.value());
  }

  private void advance(LockCommand command, Cause cause, Consumer<LockState> then) {
    if (LockDecider.decide(state, command, cause) instanceof Decision.Accept(var events)) {
      store(events, cause);
      then.accept(state);
    }
  }

  private void store(List<LockEvent> events, Cause cause) {
    for (LockEvent event : events) {
      state = LockDecider.evolve(state, LockDecider.fact(state, event, cause, Instant.EPOCH));
    }
  }
}
