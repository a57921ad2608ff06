package dev.pawl.engine.lock;

import dev.pawl.engine.access.Permission;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.JournaledEntity;
import dev.pawl.engine.journal.PersistenceIds;
import dev.pawl.engine.lock.LockMessage.Own;
import dev.pawl.engine.lock.LockMessage.ViewAnswer;
import dev.pawl.engine.lock.LockState.Taking;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;

/**
 * Keeps the locks of one scope alive in the cluster: asks {@link LockDecider}, journals what it
 * accepts, answers.
 *
 * <p>It does not trust that a run lets go: a run may never have begun with what it took, and its
 * last word may be lost. So it asks who holds something whether that is so, some seconds after it
 * was taken and whenever it is woken, and lets go of what the run says no to. An answer counts only
 * for the last question, and none is open once the run takes something.
 */
final class LockEntity extends JournaledEntity<LockMessage, LockFact, LockState> {
  private static final Duration LOOK = Duration.ofSeconds(10);
  private static final Duration TELL_AGAIN = Duration.ofSeconds(2);
  private static final Duration IDLE = Duration.ofSeconds(60);

  /** Who begins reads so many at most; who locks waits for one commit more once in so many. */
  private static final int FACTS_APART = 500;

  private final ActorContext<LockMessage> context;
  private final TimerScheduler<LockMessage> timers;
  private final ActorRef<ClusterSharding.ShardCommand> shard;
  private final LockId id;
  private final LockWorld world;

  private final Holders holders = new Holders();

  /** The behaviour of the locks of one scope. */
  static Behavior<LockMessage> create(
      LockId id, ActorRef<ClusterSharding.ShardCommand> shard, LockWorld world) {
    return Behaviors.setup(
        context -> {
          context.setLoggerName(LockEntity.class);
          return Behaviors.withTimers(timers -> new LockEntity(context, timers, shard, id, world));
        });
  }

  private LockEntity(
      ActorContext<LockMessage> context,
      TimerScheduler<LockMessage> timers,
      ActorRef<ClusterSharding.ShardCommand> shard,
      LockId id,
      LockWorld world) {
    super(PersistenceIds.of(id), FACTS_APART);
    this.context = context;
    this.timers = timers;
    this.shard = shard;
    this.id = id;
    this.world = world;
    context.setReceiveTimeout(IDLE, new Own.Idle());
  }

  @Override
  public LockState emptyState() {
    return LockState.NEW;
  }

  @Override
  public EventHandler<LockState, LockFact> eventHandler() {
    return LockDecider::evolve;
  }

  @Override
  protected void recovered(LockState state) {
    // No question of an earlier life is taken for one of this.
    holders.forget(world.clock().instant().toEpochMilli() * 1_000);
    tellLosses(state);
    arm(state);
  }

  @Override
  public CommandHandler<LockMessage, LockFact, LockState> commandHandler() {
    return (state, message) ->
        switch (message) {
          case LockMessage.Take take -> take(state, take);
          case LockMessage.LetGo letGo ->
              advance(
                  state,
                  new LockCommand.Release(letGo.run(), letGo.version()),
                  parent(letGo.run()),
                  _ -> letGo.replyTo().tell(new RunMessage.LocksLetGo(id, letGo.version())));
          case LockMessage.Holding holding -> holding(state, holding);
          case LockMessage.Doubt(var run) -> {
            ask(run);
            yield Effect().none();
          }
          case LockMessage.LossHeard(var run, var number) ->
              advance(state, new LockCommand.Heard(run, number), parent(run), _ -> {});
          case LockMessage.Force force -> force(state, force);
          case LockMessage.Describe describe -> describe(state, describe);
          case LockMessage.WakeUp _ -> {
            holders.doubtAll();
            tellLosses(state);
            holders.unconfirmed(state).forEach(this::ask);
            arm(state);
            yield Effect().none();
          }
          case Own.LookDue _ -> {
            tellLosses(state);
            holders.unconfirmed(state).forEach(this::ask);
            arm(state);
            yield Effect().none();
          }
          case Own.Idle _ -> {
            if (state.losses().isEmpty() && holders.unconfirmed(state).isEmpty()) {
              shard.tell(new ClusterSharding.Passivate<>(context.getSelf()));
            }
            yield Effect().none();
          }
        };
  }

  private Effect<LockFact, LockState> take(LockState state, LockMessage.Take take) {
    Cause cause = parent(take.run());
    LockCommand command =
        new LockCommand.Take(
            take.run(), take.version(), take.initiator(), take.locks(), take.goingOn());
    return switch (LockDecider.decide(state, command, cause)) {
      case Decision.Reject(var why) -> {
        answer(take, Optional.of(why));
        yield Effect().none();
      }
      case Decision.Accept(_) when take.dryRun() -> {
        answer(take, Optional.empty());
        yield Effect().none();
      }
      case Decision.Accept(var events) when events.isEmpty() -> {
        holders.takes(take.run());
        arm(state);
        answer(take, Optional.empty());
        yield Effect().none();
      }
      case Decision.Accept(var events) -> {
        holders.takes(take.run());
        yield persist(
            state,
            events,
            cause,
            now -> {
              arm(now);
              take.replyTo()
                  .tell(new RunMessage.LocksAnswered(id, take.question(), Optional.empty()));
            });
      }
    };
  }

  /** Answers without having stored anything: another life of these locks may know more. */
  private void answer(LockMessage.Take take, Optional<LockRejection> why) {
    if (world.fit().getAsBoolean()) {
      take.replyTo().tell(new RunMessage.LocksAnswered(id, take.question(), why));
    }
  }

  private Effect<LockFact, LockState> holding(LockState state, LockMessage.Holding holding) {
    if (!world.fit().getAsBoolean()) {
      return Effect().none();
    }
    return advance(
        state,
        new LockCommand.Disown(holding.run(), holders.denied(state, holding)),
        parent(holding.run()),
        _ -> {});
  }

  private Effect<LockFact, LockState> force(LockState state, LockMessage.Force force) {
    if (!force.cause().call().rights().allow(Permission.MANAGE)) {
      reply(
          force.replyTo(), new Answer.Refused<>(new LockRejection.NotPermitted(Permission.MANAGE)));
      return Effect().none();
    }
    LockCommand command = new LockCommand.Force(force.lock(), force.expected());
    LockView before = view(state, force.lock());
    return switch (LockDecider.decide(state, command, force.cause())) {
      case Decision.Reject(var why) -> {
        reply(force.replyTo(), new Answer.Refused<>(why));
        yield Effect().none();
      }
      case Decision.Accept(var events) when force.dryRun() || events.isEmpty() -> {
        reply(force.replyTo(), new Answer.Accepted<>(before));
        yield Effect().none();
      }
      case Decision.Accept(var events) ->
          persist(
              state,
              events,
              force.cause(),
              now -> {
                tellLosses(now);
                arm(now);
                force
                    .replyTo()
                    .tell(
                        new ViewAnswer(
                            new Answer.Accepted<>(
                                new LockView(
                                    before.lock(), before.hold(), before.last(), now.sequence()))));
              });
    };
  }

  private Effect<LockFact, LockState> describe(LockState state, LockMessage.Describe describe) {
    LockView view = view(state, describe.lock());
    reply(
        describe.replyTo(),
        view.last().isEmpty()
            ? new Answer.Refused<>(new LockRejection.NotFound(describe.lock()))
            : new Answer.Accepted<>(view));
    return Effect().none();
  }

  private void reply(ActorRef<ViewAnswer> to, Answer<LockView, LockRejection> answer) {
    if (world.fit().getAsBoolean()) {
      to.tell(new ViewAnswer(answer));
    }
  }

  private static LockView view(LockState state, LockName lock) {
    return new LockView(
        lock,
        LockDecider.hold(state, lock),
        state.past().last(lock).map(Taking::run),
        state.sequence());
  }

  // The holders.

  private void ask(RunId run) {
    world.toRun().accept(run, new RunMessage.LocksAsked(id, holders.ask(run), context.getSelf()));
  }

  private void tellLosses(LockState state) {
    state
        .losses()
        .forEach(
            loss ->
                world
                    .toRun()
                    .accept(
                        loss.run(),
                        new RunMessage.LockTaken(
                            loss.lock(),
                            loss.version(),
                            loss.number(),
                            loss.by(),
                            loss.reason(),
                            context.getSelf())));
  }

  private void arm(LockState state) {
    if (!state.losses().isEmpty()) {
      timers.startSingleTimer("look", new Own.LookDue(), TELL_AGAIN);
    } else if (!timers.isTimerActive("look") && !holders.unconfirmed(state).isEmpty()) {
      timers.startSingleTimer("look", new Own.LookDue(), LOOK);
    }
  }

  // Storing.

  private static Cause parent(RunId run) {
    return new Cause.Parent(run.value());
  }

  private Effect<LockFact, LockState> advance(
      LockState state, LockCommand command, Cause cause, Consumer<LockState> then) {
    return switch (LockDecider.decide(state, command, cause)) {
      case Decision.Accept(var events) -> persist(state, events, cause, then);
      case Decision.Reject(_) -> Effect().none();
    };
  }

  private Effect<LockFact, LockState> persist(
      LockState state, List<LockEvent> events, Cause cause, Consumer<LockState> then) {
    if (events.isEmpty()) {
      return Effect().none().thenRun(then::accept);
    }
    Instant clock = world.clock().instant();
    Instant at = clock.isBefore(state.lastAt()) ? state.lastAt() : clock;
    List<LockFact> facts = new ArrayList<>(events.size());
    LockState next = state;
    for (LockEvent event : events) {
      LockFact fact = LockDecider.fact(next, event, cause, at);
      facts.add(fact);
      next = LockDecider.evolve(next, fact);
    }
    return Effect().persist(facts).thenRun(then::accept);
  }
}
