package dev.pawl.engine.run;

import dev.pawl.engine.access.ObjectName;
import dev.pawl.engine.access.Permission;
import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.execution.Directive;
import dev.pawl.engine.execution.Directive.Order;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.ExecutionMessage;
import dev.pawl.engine.execution.Standing;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.JournaledEntity;
import dev.pawl.engine.journal.PersistenceIds;
import dev.pawl.engine.journal.Requests;
import dev.pawl.engine.lock.LockId;
import dev.pawl.engine.lock.LockMessage;
import dev.pawl.engine.run.RunMessage.Execute;
import dev.pawl.engine.run.RunMessage.Own;
import dev.pawl.engine.run.RunState.Absent;
import dev.pawl.engine.run.RunState.Live;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
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
import org.jspecify.annotations.Nullable;

/**
 * Keeps one run alive in the cluster: asks {@link RunDecider}, journals what it accepts, directs
 * its executions, answers.
 *
 * <p>What is released follows from plan and state ({@link Releases}); where executions are it hears
 * by message, and after a recovery by asking. Ends that arrive together are stored together. A
 * pause or stop is answered when every released execution has confirmed it.
 */
public final class RunEntity extends JournaledEntity<RunMessage, RunFact, RunState> {
  private static final Duration IDLE = Duration.ofSeconds(60);

  private final ActorContext<RunMessage> context;
  private final RunTimers timers;
  private final ActorRef<ClusterSharding.ShardCommand> shard;
  private final RunId id;
  private final RunWorld world;

  private @Nullable Plan plan;
  private String planHash = "";
  private @Nullable Releases releases;
  private final List<StepEnd> collected = new ArrayList<>();
  private final Set<Integer> unbegun = new HashSet<>();
  private boolean flushDue;
  private boolean leaving;
  private boolean begunBefore;
  private final Callers callers = new Callers();
  private final Locking locking;

  /** The behaviour of one run. */
  public static Behavior<RunMessage> create(
      RunId id, ActorRef<ClusterSharding.ShardCommand> shard, RunWorld world) {
    return Behaviors.setup(
        context -> {
          // Else Pekko walks the stack of each entity that is born to find the name of its logger.
          context.setLoggerName(RunEntity.class);
          return Behaviors.withTimers(timers -> new RunEntity(context, timers, shard, id, world));
        });
  }

  private RunEntity(
      ActorContext<RunMessage> context,
      TimerScheduler<RunMessage> timers,
      ActorRef<ClusterSharding.ShardCommand> shard,
      RunId id,
      RunWorld world) {
    super(PersistenceIds.of(id));
    this.context = context;
    this.timers = new RunTimers(timers, world.clock());
    this.shard = shard;
    this.id = id;
    this.world = world;
    this.locking =
        new Locking(
            id, world.toLock(), context.getSelf(), world.clock().instant().toEpochMilli() * 1_000);
    context.setReceiveTimeout(IDLE, new Own.Idle());
  }

  @Override
  public RunState emptyState() {
    return RunDecider.absent();
  }

  @Override
  public EventHandler<RunState, RunFact> eventHandler() {
    return RunDecider::evolve;
  }

  /** Its shard moves to another node: a run that has something to do goes on there at once. */
  @Override
  protected void stopped(RunState state) {
    boolean due =
        switch (state) {
          case Absent _ -> false;
          case Live live -> releases == null || !resting(live);
          case RunState.Ended _ -> locking.busy();
        };
    if (!leaving && due) {
      world.wake().accept(id);
    }
  }

  @Override
  protected void recovered(RunState state) {
    // After a failed write this same object goes on with its timers gone: begin anew. Who waits for
    // an answer gets none, and asks again.
    plan = null;
    planHash = "";
    releases = null;
    collected.clear();
    unbegun.clear();
    flushDue = false;
    callers.forget();
    locking.forget();
    state.begun().ifPresent(header -> load(header.definitionHash()));
    if (begunBefore) {
      context.getSelf().tell(new RunMessage.WakeUp());
    }
    begunBefore = true;
  }

  @Override
  public CommandHandler<RunMessage, RunFact, RunState> commandHandler() {
    return this::handle;
  }

  private Effect<RunFact, RunState> handle(RunState state, RunMessage message) {
    return switch (message) {
      case RunMessage.LocksAnswered answered -> locksAnswered(state, answered);
      case RunMessage.LocksLetGo gone -> {
        locking.letGone(gone);
        yield Effect().none();
      }
      case Own.LocksDue _ -> locksDue();
      case RunMessage.Start _, Execute _ when locking.taking() -> Effect().stash();
      case RunMessage.Start start -> start(state, start, false);
      case Own.Planned(var hash, var loaded) -> planned(state, hash, loaded);
      case Own.PlanFailed(var hash, var cause) -> planFailed(state, hash, cause);
      case Own.PlanDue(var hash) -> {
        load(hash);
        yield Effect().none();
      }
      case RunMessage.Describe _, RunMessage.Await _ when state instanceof Absent && beginning() ->
          // Whoever is told that it is not there may rely on what was sent before.
          Effect().stash();
      case RunMessage other when state instanceof Absent absent -> absent(absent, other);
      case RunMessage _ when plan == null -> Effect().stash();
      case RunMessage.Describe _,
          RunMessage.Await _,
          RunMessage.ListSteps _,
          RunMessage.DescribeStep _,
          RunMessage.Explain _,
          RunMessage.Locate _
          when !world.fit().getAsBoolean() ->
          // Another life of this run may know more: who asked asks again, elsewhere.
          Effect().none();
      case Execute execute -> execute(state, execute, false);
      case RunMessage.LocksAsked asked -> {
        answerHolding(state, asked, LockRules.holds(state, plan()));
        yield Effect().none();
      }
      case RunMessage.LockTaken taken -> lockTaken(state, taken);
      case RunMessage.Describe(var project, var replyTo) -> {
        replyTo.tell(Reads.head(state, project, portrait(state)));
        yield Effect().none();
      }
      case RunMessage.Await await -> await(state, await);
      case RunMessage.ListSteps list -> {
        list.replyTo().tell(Reads.steps(state, plan(), portrait(state), list));
        yield Effect().none();
      }
      case RunMessage.DescribeStep describe -> {
        describe.replyTo().tell(Reads.step(state, plan(), portrait(state), describe));
        yield Effect().none();
      }
      case RunMessage.Explain explain -> {
        explain.replyTo().tell(Reads.explain(state, plan(), portrait(state), explain));
        yield Effect().none();
      }
      case RunMessage.Locate locate -> {
        locate.replyTo().tell(Reads.locate(state, plan(), portrait(state), locate));
        yield Effect().none();
      }
      case RunMessage.Stood(var standing) -> stood(state, standing);
      case RunMessage.WakeUp _ -> wakeUp(state);
      case RunMessage.Unload _ -> {
        leave();
        yield Effect().none();
      }
      case Own.Flush _ -> flush(state);
      case Own.DirectDue _ -> directDue(state);
      case Own.DeadlineDue _ ->
          advance(
              state,
              new RunCommand.TimeOut(),
              new Cause.Timer("RUN_TIMEOUT"),
              now -> {
                if (now instanceof Live live) {
                  arm(live);
                }
              });
      case Own.PauseOver _ ->
          advance(
              state,
              new RunCommand.PauseOver(),
              new Cause.Timer("PAUSE_UNTIL"),
              now -> {
                if (now instanceof Live live) {
                  arm(live);
                }
              });
      case Own.Idle _ -> {
        callers.prune(world.clock().instant());
        if (plan != null && idle(state)) {
          leave();
        }
        yield Effect().none();
      }
    };
  }

  /** Whether a start has come of which it is not known yet what becomes of it. */
  private boolean beginning() {
    return locking.taking() || plan == null && !planHash.isEmpty();
  }

  private Effect<RunFact, RunState> absent(Absent state, RunMessage message) {
    Reads.notFound(message);
    if (message instanceof RunMessage.LocksAsked asked) {
      answerHolding(state, asked, false);
    } else if (message instanceof RunMessage.LockTaken taken) {
      beginAnew();
      taken.replyTo().tell(new LockMessage.LossHeard(id, taken.number()));
    } else if ((message instanceof Own || message instanceof RunMessage.Unload)
        && !locking.taking()) {
      leave();
    }
    return Effect().none();
  }

  // Locks.

  /** Asks for what a command needs, which waits until the answers are there. */
  private Effect<RunFact, RunState> take(Locking.Wish wish) {
    locking.take(wish);
    armLocks();
    return Effect().none();
  }

  private Effect<RunFact, RunState> locksAnswered(
      RunState state, RunMessage.LocksAnswered answered) {
    return switch (locking.answered(answered)) {
      case Locking.Outcome.Waiting _ -> Effect().none();
      case Locking.Outcome.Granted(RunMessage.Start start) -> {
        goOnWithWaiting();
        yield start(state, start, true);
      }
      case Locking.Outcome.Granted(Execute execute) -> {
        goOnWithWaiting();
        yield execute(state, execute, true);
      }
      case Locking.Outcome.Refused(RunMessage.Start start, var why) -> {
        goOnWithWaiting();
        start.replyTo().tell(Callers.refused(LockRules.refusal(start.header(), why)));
        yield Effect().none();
      }
      case Locking.Outcome.Refused(Execute execute, var why) -> {
        goOnWithWaiting();
        yield refuse(execute, why);
      }
      case Locking.Outcome.Granted(var other) ->
          throw new IllegalStateException("no locks are taken for " + other);
      case Locking.Outcome.Refused(var other, _) ->
          throw new IllegalStateException("no locks are taken for " + other);
    };
  }

  /**
   * Whoever gets no answer asks again: another life of this run may know more, and while it takes
   * something it knows not itself whether it will keep that.
   */
  private void answerHolding(RunState state, RunMessage.LocksAsked asked, boolean holds) {
    if (world.fit().getAsBoolean() && !locking.taking()) {
      asked.replyTo().tell(LockRules.answer(id, state, holds, asked));
    }
  }

  /** The command that waits for locks, if one does, is looked at once more. */
  private void beginAnew() {
    locking.abandon().ifPresent(context.getSelf()::tell);
    goOnWithWaiting();
  }

  private void goOnWithWaiting() {
    context.getSelf().tell(new Own.LocksDue());
  }

  private Effect<RunFact, RunState> locksDue() {
    if (!timers.isLocksArmed()) {
      locking.repeat();
    }
    armLocks();
    return locking.taking() ? Effect().none() : Effect().none().thenUnstashAll();
  }

  private Effect<RunFact, RunState> lockTaken(RunState state, RunMessage.LockTaken taken) {
    beginAnew();
    return advance(
        state,
        new RunCommand.LoseLock(taken.lock(), taken.version(), taken.by(), taken.reason()),
        new Cause.Parent(PersistenceIds.of(new LockId(project(state), taken.lock().scope()))),
        _ -> taken.replyTo().tell(new LockMessage.LossHeard(id, taken.number())));
  }

  private static String project(RunState state) {
    return state.begun().map(RunHeader::project).orElse("");
  }

  private void armLocks() {
    if (locking.busy() && !timers.isLocksArmed()) {
      timers.locks();
    }
  }

  /**
   * A run that is done lets go of what it held, and says so until it is heard: when it ends, and
   * when it is woken since it had not been heard. Whoever only reads it later does not have it say
   * so again. Should its last word be lost with its node, its locks ask it.
   */
  private void letGoWhenDone(RunState state) {
    if (state instanceof RunState.Ended ended && !LockRules.holds(state, plan())) {
      locking.letGo(ended.header(), ended.trail().sequence());
    }
    armLocks();
  }

  // The plan.

  private void load(String hash) {
    plan = null;
    planHash = hash;
    Optional<Plan> cached = world.plans().cached(hash);
    if (cached.isPresent()) {
      context.getSelf().tell(new Own.Planned(hash, cached.get()));
    } else {
      context.pipeToSelf(
          world.plans().get(hash),
          (loaded, failure) ->
              failure == null ? new Own.Planned(hash, loaded) : new Own.PlanFailed(hash, failure));
    }
  }

  private Effect<RunFact, RunState> planned(RunState state, String hash, Plan loaded) {
    if (!hash.equals(planHash)) {
      return Effect().none();
    }
    if (plan == null) {
      plan = loaded;
      if (state instanceof Live live) {
        releases = new Releases(id, loaded, live, this::direct);
        releases.recover(live);
        arm(live);
        settleWhenQuiet(live);
      }
    }
    return Effect().none().thenUnstashAll();
  }

  private Effect<RunFact, RunState> planFailed(RunState state, String hash, Throwable cause) {
    context.getLog().warn("run {}: its plan cannot be read: {}", id, cause.toString());
    if (state instanceof Absent) {
      // Callers time out and start again.
      return Effect().stop();
    }
    timers.loadPlanAgain(hash);
    return Effect().none();
  }

  private Plan plan() {
    if (plan == null) {
      throw new IllegalStateException("run " + id + " was asked before its plan was read");
    }
    return plan;
  }

  private Releases releases() {
    if (releases == null) {
      throw new IllegalStateException("run " + id + " is not live");
    }
    return releases;
  }

  private Portrait portrait(RunState state) {
    return Portrait.of(id, plan(), state, releases);
  }

  // Commands of callers.

  private Effect<RunFact, RunState> start(
      RunState state, RunMessage.Start start, boolean hasLocks) {
    RunHeader given = start.header();
    if (!start.rights().allow(Permission.RUN, given.objectNames())) {
      start.replyTo().tell(Callers.refused(new RunRejection.NotPermitted(Permission.RUN)));
      return Effect().none();
    }
    if (state instanceof Absent && !planHash.equals(given.definitionHash())) {
      load(given.definitionHash());
    }
    if (plan == null) {
      return Effect().stash();
    }
    Cause cause =
        new Cause.Command(given.requestId(), given.bodyHash(), given.initiator(), start.reason());
    var decision = decide(state, new RunCommand.Start(given), cause);
    return switch (decision) {
      case Decision.Reject(var rejection) -> {
        start.replyTo().tell(Callers.refused(rejection));
        yield Effect().none();
      }
      case Decision.Accept(var events)
          when !hasLocks && !LockRules.needed(state, events).isEmpty() ->
          take(
              new Locking.Wish(
                  start,
                  given.project(),
                  1,
                  given.initiator(),
                  LockRules.needed(state, events),
                  false,
                  start.dryRun()));
      case Decision.Accept(var events) when start.dryRun() -> {
        start.replyTo().tell(Callers.accepted(preview(state, events, cause).head()));
        yield Effect().none();
      }
      case Decision.Accept(var events) ->
          persist(
              state,
              events,
              cause,
              now -> start.replyTo().tell(Callers.accepted(portrait(now).head(1))));
    };
  }

  private Effect<RunFact, RunState> execute(RunState state, Execute execute, boolean hasLocks) {
    if (!execute.cause().call().rights().allow(Permission.RUN, objects(state))) {
      return refuse(execute, new RunRejection.NotPermitted(Permission.RUN));
    }
    if (!state.isIn(execute.project())) {
      return refuse(execute, new RunRejection.NotFound());
    }
    long sequence = state.sequence();
    OptionalLong expected = execute.expectedSequence();
    Optional<Requests.Remembered> known = state.requests().find(execute.cause().requestId());
    if (known.isEmpty() && expected.isPresent() && expected.getAsLong() != sequence) {
      return refuse(execute, new RunRejection.VersionMismatch(expected.getAsLong(), sequence));
    }
    Optional<RunCommand.Step> step =
        execute.step().flatMap(wanted -> portrait(state).command(wanted));
    if (execute.step().isPresent() && step.isEmpty()) {
      return refuse(execute, new RunRejection.StepNotFound(execute.step().get()));
    }
    RunCommand command = new RunCommand.Execute(execute.verb(), step, execute.until());
    return switch (decide(state, command, execute.cause())) {
      case Decision.Reject(var rejection) -> refuse(execute, rejection);
      case Decision.Accept(var events)
          when !hasLocks && !LockRules.needed(state, events).isEmpty() ->
          take(
              new Locking.Wish(
                  execute,
                  execute.project(),
                  sequence + 1,
                  initiator(state),
                  LockRules.needed(state, events),
                  LockRules.goingOn(events),
                  execute.dryRun()));
      case Decision.Accept(var events) when execute.dryRun() -> {
        RunHead head =
            preview(state, events, execute.cause())
                .head()
                .foreseeing(Foresight.of(plan(), state, events, releases));
        execute.replyTo().tell(Callers.accepted(events.isEmpty() ? head.unchanged() : head));
        yield Effect().none();
      }
      case Decision.Accept(var events) -> {
        // Of several facts the first is the one that the command made.
        long made = events.isEmpty() ? sequence : sequence + 1;
        long answered = known.map(Requests.Remembered::sequence).orElse(made);
        boolean changed =
            known.map(request -> request.isOf(execute.cause())).orElse(!events.isEmpty());
        yield persist(
            state,
            events,
            execute.cause(),
            now -> {
              callers.awaitConfirmation(execute.replyTo(), answered, changed);
              answerPending(now);
            });
      }
    };
  }

  private static List<ObjectName> objects(RunState state) {
    return state.begun().map(RunHeader::objectNames).orElse(List.of());
  }

  private static String initiator(RunState state) {
    return state.begun().map(RunHeader::initiator).orElse("");
  }

  private Effect<RunFact, RunState> refuse(Execute execute, RunRejection rejection) {
    execute.replyTo().tell(Callers.refused(rejection));
    return Effect().none();
  }

  private Portrait preview(RunState state, List<RunEvent> events, Cause cause) {
    RunState next = state;
    for (RunEvent event : events) {
      next = RunDecider.evolve(next, RunDecider.fact(next, event, cause, now(state)));
    }
    return Portrait.of(id, plan(), next, releases);
  }

  private Effect<RunFact, RunState> await(RunState state, RunMessage.Await await) {
    if (state.isIn(await.project()) && state instanceof Live) {
      callers.awaitEnd(await, world.clock().instant());
    } else {
      await.replyTo().tell(Reads.head(state, await.project(), portrait(state)));
    }
    return Effect().none();
  }

  // Executions.

  private void direct(ExecutionId execution, Directive directive, boolean first) {
    if (first) {
      world.births().announce(PersistenceIds.of(execution));
    }
    world.toExecution().accept(execution, new ExecutionMessage.Direct(directive));
  }

  private Effect<RunFact, RunState> stood(RunState state, Standing told) {
    Standing standing =
        RunDecider.steps(state).splits().place(plan(), told.id()).map(told::at).orElse(told);
    return switch (state) {
      case Absent _ -> Effect().none();
      case Live live when isPast(live, standing) -> {
        if (releases().isReleased(standing.end().orElseThrow().index())) {
          // It has not heard yet that it begins anew.
          releases().remind(live, standing);
        } else {
          world.toExecution().accept(standing.id(), new ExecutionMessage.Recorded());
        }
        yield Effect().none();
      }
      case Live live when isRecorded(live, standing) -> {
        // Said once more before it heard so: it is no longer released, and must not count again.
        world.toExecution().accept(standing.id(), new ExecutionMessage.Recorded());
        yield Effect().none();
      }
      case Live live -> {
        releases().stood(live, standing);
        Optional<Integer> halted = releases().unbegun(live, standing);
        if (standing.end().isPresent()) {
          collected.add(standing.end().get());
          flushSoon();
        } else if (halted.isPresent()) {
          unbegun.add(halted.get());
          flushSoon();
        } else {
          releases().remind(live, standing);
          settleWhenQuiet(live);
          answerPending(live);
        }
        yield Effect().none();
      }
      case RunState.Ended ended -> {
        if (standing.end().isPresent()) {
          world.toExecution().accept(standing.id(), new ExecutionMessage.Recorded());
        } else if (!standing.atRest()) {
          direct(
              standing.id(),
              new Directive(
                  ended.trail().sequence(),
                  Order.STOP,
                  ended.reason(),
                  Optional.empty(),
                  0,
                  ended.trail().round(),
                  Directive.Work.DO),
              false);
        }
        yield Effect().none();
      }
    };
  }

  private static boolean isPast(Live live, Standing standing) {
    return standing.end().filter(end -> RunDecider.isPast(live.steps(), end)).isPresent();
  }

  private static boolean isRecorded(Live live, Standing standing) {
    return standing.end().filter(end -> live.steps().end(end.index()).isPresent()).isPresent();
  }

  private void flushSoon() {
    if (!flushDue) {
      flushDue = true;
      context.getSelf().tell(new Own.Flush());
    }
  }

  /** A run that waits until nothing is at work moves on once that is so. */
  private void settleWhenQuiet(Live live) {
    if (Releases.order(live) != Order.GO
        && !(live.phase() instanceof RunState.Phase.Paused)
        && releases().quietWithout(collected)) {
      flushSoon();
    }
  }

  private Effect<RunFact, RunState> flush(RunState state) {
    flushDue = false;
    if (!(state instanceof Live)) {
      collected.clear();
      unbegun.clear();
      return Effect().none();
    }
    List<StepEnd> ends =
        collected.isEmpty() ? List.of() : Slices.of(collected, Slices.WRITE).getFirst();
    collected.subList(0, ends.size()).clear();
    Set<Integer> halted = Set.copyOf(unbegun);
    unbegun.clear();
    boolean quiet = collected.isEmpty() && releases().quietWithout(ends);
    if (!collected.isEmpty()) {
      flushSoon();
    }
    Cause cause =
        new Cause.Parent(
            ends.isEmpty() ? id.value() : execution(ends.getFirst().index()).entityId());
    return advance(
        state,
        new RunCommand.Settle(ends, quiet, halted),
        cause,
        _ -> {
          ends.forEach(end -> tellRecorded(end.index()));
          halted.forEach(this::tellRecorded);
        });
  }

  private void tellRecorded(int place) {
    world.toExecution().accept(execution(place), new ExecutionMessage.Recorded());
  }

  private ExecutionId execution(int place) {
    return new ExecutionId(id, plan().task(place).name(), plan().execution(place));
  }

  private Effect<RunFact, RunState> directDue(RunState state) {
    if (state instanceof Live live) {
      if (releases().confirmed()) {
        releases().refresh(live);
      } else {
        releases().repeat(live);
      }
      if (!resting(live)) {
        armDirect();
      }
      settleWhenQuiet(live);
    }
    return Effect().none();
  }

  private Effect<RunFact, RunState> wakeUp(RunState state) {
    if (state instanceof Live live) {
      arm(live);
      settleWhenQuiet(live);
    }
    letGoWhenDone(state);
    return Effect().none();
  }

  // Deciding and storing.

  private Decision<RunEvent, RunRejection> decide(RunState state, RunCommand command, Cause cause) {
    return RunDecider.decide(state, plan(), command, cause, now(state));
  }

  private Instant now(RunState state) {
    Instant now = world.clock().instant();
    return state.past().map(RunState.Trail::lastAt).filter(now::isBefore).orElse(now);
  }

  private Effect<RunFact, RunState> advance(
      RunState state, RunCommand command, Cause cause, Consumer<RunState> then) {
    return switch (decide(state, command, cause)) {
      case Decision.Accept(var events) -> persist(state, events, cause, then);
      case Decision.Reject(_) -> Effect().none();
    };
  }

  private Effect<RunFact, RunState> persist(
      RunState state, List<RunEvent> events, Cause cause, Consumer<RunState> then) {
    if (events.isEmpty()) {
      return Effect().none().thenRun(then::accept);
    }
    // A run's beginning is stored once, as its first fact's time.
    Instant at =
        events.getFirst() instanceof RunEvent.Created(var header) ? header.createdAt() : now(state);
    List<RunFact> facts = new ArrayList<>(events.size());
    RunState next = state;
    for (RunEvent event : events) {
      RunFact fact = RunDecider.fact(next, event, cause, at);
      facts.add(fact);
      next = RunDecider.evolve(next, fact);
    }
    return Effect()
        .persist(facts)
        .thenRun(
            now -> {
              stored(facts, now);
              then.accept(now);
              answerPending(now);
            });
  }

  private void stored(List<RunFact> facts, RunState now) {
    if (now instanceof Live live && releases == null) {
      releases = new Releases(id, plan(), live, this::direct);
    } else if (now instanceof Live live) {
      facts.forEach(fact -> releases().take(live, fact.event()));
    }
    switch (now) {
      case Absent _ -> {}
      case Live live -> {
        locking.keep();
        if (releases().direct(live) && !releases().confirmed()) {
          armDirect();
        }
        arm(live);
        settleWhenQuiet(live);
        if (live.steps().succeededCount() == live.steps().size()
            || live.phase() instanceof RunState.Phase.RollingBack && !live.steps().anyUndoing()) {
          // The last task that was missing was passed, or there is nothing left to undo.
          flushSoon();
        }
      }
      case RunState.Ended _ -> ended(now);
    }
  }

  private void ended(RunState now) {
    releases = null;
    timers.cancelAll();
    letGoWhenDone(now);
    callers.ended(portrait(now), world.clock().instant());
  }

  /** Answers those who waited for the executions, once all have confirmed. */
  private void answerPending(RunState now) {
    if (!callers.awaitConfirmation()) {
      return;
    }
    boolean held =
        switch (now) {
          case Absent _, RunState.Ended _ -> true;
          case Live live ->
              Releases.order(live) == Order.GO
                  ? releases().haltsConfirmed(live)
                  : releases().confirmed() && (!flushDue || !releases().quietWithout(collected));
        };
    if (held) {
      callers.confirmed(portrait(now));
    }
  }

  // Timers.

  private void arm(Live live) {
    if (!timers.isDirectArmed() && !resting(live)) {
      armDirect();
    }
    timers.arm(live);
  }

  private void armDirect() {
    timers.direct(releases().confirmed());
  }

  private boolean idle(RunState state) {
    return callers.none()
        && !locking.busy()
        && switch (state) {
          case Absent _, RunState.Ended _ -> true;
          case Live live -> resting(live);
        };
  }

  /** Whether nothing happens until somebody says so: the run may leave memory. */
  private boolean resting(Live live) {
    return live.phase() instanceof RunState.Phase.Paused && releases().confirmed();
  }

  private void leave() {
    leaving = true;
    shard.tell(new ClusterSharding.Passivate<>(context.getSelf()));
  }
}
