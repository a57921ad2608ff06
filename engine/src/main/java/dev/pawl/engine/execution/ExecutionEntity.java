package dev.pawl.engine.execution;

import dev.pawl.engine.content.AdditionalData;
import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.execution.Directive.Order;
import dev.pawl.engine.execution.ExecutionMessage.Own;
import dev.pawl.engine.execution.ExecutionState.Absent;
import dev.pawl.engine.execution.ExecutionState.CleanUpWait;
import dev.pawl.engine.execution.ExecutionState.Ended;
import dev.pawl.engine.execution.ExecutionState.Lease;
import dev.pawl.engine.execution.ExecutionState.Leased;
import dev.pawl.engine.execution.ExecutionState.RetryWait;
import dev.pawl.engine.execution.ExecutionState.Terminating;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.JournaledEntity;
import dev.pawl.engine.journal.PersistenceIds;
import dev.pawl.engine.worker.LeaseNews;
import dev.pawl.engine.worker.Offer;
import dev.pawl.engine.worker.SessionMessage;
import dev.pawl.engine.worker.WorkerLease;
import dev.pawl.engine.worker.WorkerReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
import org.apache.pekko.persistence.typed.javadsl.EffectBuilder;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one execution alive in the cluster: asks {@link ExecutionDecider}, journals what it
 * accepts, and only then lets leases, acknowledgements and standings go out.
 *
 * <p>Waiting for a slot is not stored: a recovered execution asks for none until its run says go.
 * Timers follow from the state, after every persist and again after recovery.
 */
public final class ExecutionEntity
    extends JournaledEntity<ExecutionMessage, ExecutionFact, ExecutionState> {
  private static final Duration IDLE = Duration.ofSeconds(60);

  private final ActorContext<ExecutionMessage> context;
  private final ExecutionTimers timers;
  private final ActorRef<ClusterSharding.ShardCommand> shard;
  private final ExecutionId id;
  private final ExecutionWorld world;
  private final ActorRef<Offer> offers;
  private final ActorRef<LeaseNews> news;

  private @Nullable Plan plan;
  private @Nullable Slot slot;
  private @Nullable Directive directive;
  private @Nullable ActorRef<SessionMessage> session;
  private Instant renewed = Instant.MIN;
  private boolean recorded;

  /** The fence of the attempt whose run is known to let nothing begin any more. */
  private long halted;

  /** The behaviour of one execution. */
  public static Behavior<ExecutionMessage> create(
      ExecutionId id, ActorRef<ClusterSharding.ShardCommand> shard, ExecutionWorld world) {
    return Behaviors.setup(
        context -> {
          // Else Pekko walks the stack of each entity that is born to find the name of its logger.
          context.setLoggerName(ExecutionEntity.class);
          return Behaviors.withTimers(
              timers -> new ExecutionEntity(context, timers, shard, id, world));
        });
  }

  private ExecutionEntity(
      ActorContext<ExecutionMessage> context,
      TimerScheduler<ExecutionMessage> timers,
      ActorRef<ClusterSharding.ShardCommand> shard,
      ExecutionId id,
      ExecutionWorld world) {
    super(PersistenceIds.of(id));
    this.context = context;
    this.timers = new ExecutionTimers(timers, world);
    this.shard = shard;
    this.id = id;
    this.world = world;
    this.offers = context.messageAdapter(Offer.class, ExecutionMessage.Offered::new);
    this.news = context.messageAdapter(LeaseNews.class, ExecutionMessage.Heard::new);
    context.setReceiveTimeout(IDLE, new Own.Idle());
  }

  @Override
  public ExecutionState emptyState() {
    return ExecutionDecider.absent();
  }

  @Override
  public EventHandler<ExecutionState, ExecutionFact> eventHandler() {
    return ExecutionDecider::evolve;
  }

  @Override
  protected void recovered(ExecutionState state) {
    // After a failed write this same object goes on with its timers gone: begin anew.
    renewed = world.clock().instant();
    session = null;
    directive = null;
    halted = 0;
    if (slot != null) {
      slot.beginAnew();
    }
    recorded = false;
    if (plan == null) {
      spec(state).ifPresent(spec -> load(spec.definitionHash()));
    } else {
      context.getSelf().tell(new Own.Planned(plan));
    }
  }

  @Override
  protected void stopped(ExecutionState state) {
    if (slot != null) {
      slot.leave();
    }
  }

  @Override
  public CommandHandler<ExecutionMessage, ExecutionFact, ExecutionState> commandHandler() {
    return this::handle;
  }

  private Effect<ExecutionFact, ExecutionState> handle(
      ExecutionState state, ExecutionMessage message) {
    return switch (message) {
      case ExecutionMessage.Direct(var given) -> direct(state, given);
      case ExecutionMessage.Recorded _ -> recorded(state);
      case ExecutionMessage.Offered(var offer) ->
          // Without its plan it has asked for nothing: the offer was made to its life before.
          plan == null ? Effect().none() : offered(state, offer);
      case ExecutionMessage.Reported(var report, var from) -> reported(state, report, from);
      case ExecutionMessage.Heard(var heard) -> heard(state, heard);
      case ExecutionMessage.WakeUp _ -> tellRun(state);
      case ExecutionMessage.Unload _ -> {
        leave();
        yield Effect().none();
      }
      case ExecutionMessage.Describe _, ExecutionMessage.Explain _
          when !world.fit().getAsBoolean() ->
          Effect().none();
      case ExecutionMessage.Describe(var replyTo) ->
          Effect()
              .none()
              .thenRun(
                  now ->
                      replyTo.tell(
                          new ExecutionMessage.Description(
                              Standings.of(id, now, Optional.ofNullable(directive)))));
      case ExecutionMessage.Explain(var replyTo) ->
          Effect().none().thenRun(now -> replyTo.tell(explained(now)));
      case Own own -> own(state, own);
    };
  }

  private ExecutionMessage.Explained explained(ExecutionState state) {
    return new ExecutionMessage.Explained(
        plan == null
            ? List.of()
            : Whereabouts.of(
                state, task(), slot().since(), world.leaseGrace(), world.clock().instant()));
  }

  private Effect<ExecutionFact, ExecutionState> own(ExecutionState state, Own own) {
    return switch (own) {
      case Own.WaitDue _,
          Own.GroupBorn _,
          Own.LeaseCheckDue _,
          Own.LeaseUnanswered _,
          Own.AttemptOver _,
          Own.StopOver _,
          Own.CleanUpOver _,
          Own.SubRunGone _,
          Own.SubRunHalted _
          when plan == null ->
          // Left over from before a restart: what is due is armed again once the plan is there.
          Effect().none();
      case Own.Planned(var loaded) -> planned(state, loaded);
      case Own.PlanFailed(var cause) -> planFailed(cause);
      case Own.PlanDue _ -> {
        hash(state).ifPresent(this::load);
        yield Effect().none();
      }
      case Own.WaitDue _ -> {
        arm(state);
        yield Effect().none();
      }
      case Own.GroupBorn _ -> {
        attach(state);
        arm(state);
        yield Effect().none();
      }
      case Own.LeaseCheckDue _ -> checkLease(state);
      case Own.LeaseUnanswered(var fence) when task().subRun().isPresent() -> {
        ExecutionDecider.lease(state)
            .filter(lease -> lease.fence() == fence)
            .ifPresent(
                lease -> {
                  session = null;
                  slot().silent(lease);
                });
        yield Effect().none();
      }
      case Own.LeaseUnanswered(var fence) ->
          advance(
              state,
              new ExecutionCommand.Lose(fence, "no word from its worker while the lease was valid"),
              new Cause.Timer("LEASE_EXPIRY"));
      case Own.AttemptOver(var fence) -> attemptOver(state, fence);
      case Own.StopOver(var fence) ->
          advance(state, new ExecutionCommand.Fence(fence), new Cause.Timer("STOP_GRACE"));
      case Own.CleanUpOver(var fence) -> {
        slot().withdraw();
        yield advance(
            state,
            new ExecutionCommand.GiveUpCleanUp(fence),
            new Cause.Timer("CLEAN_UP_TIMEOUT"),
            this::tell);
      }
      case Own.SubRunGone(var fence) -> {
        slot().gone(fence);
        yield Effect().none();
      }
      case Own.SubRunHalted(var fence) -> {
        halted = fence;
        yield tellRun(state);
      }
      case Own.TellRunDue _ -> tellRun(state);
      case Own.Idle _ -> {
        if (idle(state)) {
          leave();
        }
        yield Effect().none();
      }
    };
  }

  // The plan, which the first directive or the stored spec names.

  private void load(String hash) {
    Optional<Plan> cached = world.plans().cached(hash);
    if (cached.isPresent()) {
      context.getSelf().tell(new Own.Planned(cached.get()));
    } else {
      context.pipeToSelf(
          world.plans().get(hash),
          (loaded, failure) ->
              failure == null ? new Own.Planned(loaded) : new Own.PlanFailed(failure));
    }
  }

  private Effect<ExecutionFact, ExecutionState> planned(ExecutionState state, Plan loaded) {
    plan = loaded;
    if (slot == null) {
      slot =
          task().subRun().isPresent()
              ? new SubRunSlot(context, id, task(), timers, world.subRuns(), news)
              : new SlotWait(id, task(), context.getSelf(), offers, timers, world);
    }
    attach(state);
    arm(state);
    if (state instanceof Ended && directive == null) {
      return Effect().none().thenUnstashAll();
    }
    context.getSelf().tell(new Own.TellRunDue());
    return directive != null && directive.order() == Order.STOP
        ? stop(state, directive).thenUnstashAll()
        : Effect().none().thenUnstashAll();
  }

  private Effect<ExecutionFact, ExecutionState> planFailed(Throwable cause) {
    context.getLog().warn("{}: its plan cannot be read, trying again: {}", id, cause.toString());
    timers.loadPlanAgain();
    return Effect().none();
  }

  private TaskPlan task() {
    if (plan == null) {
      throw new IllegalStateException(id + " was asked before its plan was read");
    }
    return plan.task(id.task()).orElseThrow();
  }

  private Slot slot() {
    if (slot == null) {
      throw new IllegalStateException(id + " was asked before its plan was read");
    }
    return slot;
  }

  private Optional<String> hash(ExecutionState state) {
    return spec(state)
        .or(() -> Optional.ofNullable(directive).flatMap(Directive::spec))
        .map(WorkSpec::definitionHash);
  }

  private static Optional<WorkSpec> spec(ExecutionState state) {
    return switch (state) {
      case Absent _ -> Optional.empty();
      case Leased leased -> Optional.of(leased.spec());
      case RetryWait retry -> Optional.of(retry.spec());
      case CleanUpWait wait -> Optional.of(wait.spec());
      case Terminating terminating -> Optional.of(terminating.spec());
      case Ended ended -> Optional.of(ended.spec());
    };
  }

  // What the run wants.

  private Effect<ExecutionFact, ExecutionState> direct(ExecutionState state, Directive given) {
    if (directive != null && given.revision() < directive.revision()) {
      return Effect().none();
    }
    directive = given;
    recorded = false;
    if (plan == null) {
      if (state instanceof Absent) {
        given.spec().map(WorkSpec::definitionHash).ifPresentOrElse(this::load, () -> tell(state));
      }
      return Effect().none();
    }
    if (given.order() == Order.STOP && !(state instanceof CleanUpWait)) {
      return stop(state, given);
    }
    arm(state);
    return tellRun(state);
  }

  private EffectBuilder<ExecutionFact, ExecutionState> stop(ExecutionState state, Directive given) {
    slot().withdraw();
    return advance(
        state,
        new ExecutionCommand.Stop(given.reason()),
        new Cause.Parent(id.run().value()),
        this::tell);
  }

  private Effect<ExecutionFact, ExecutionState> recorded(ExecutionState state) {
    timers.told();
    if (!mayBegin(state)) {
      recorded = true;
      leave();
    }
    return Effect().none();
  }

  private Effect<ExecutionFact, ExecutionState> tellRun(ExecutionState state) {
    if (plan == null && !(state instanceof Absent)) {
      return Effect().none();
    }
    tell(state);
    return Effect().none();
  }

  private void tell(ExecutionState state) {
    if (isHalting(state)) {
      return;
    }
    world.toRun().accept(id.run(), Standings.standing(id, state, Optional.ofNullable(directive)));
    if (state instanceof Ended && !recorded && !mayBegin(state)) {
      timers.tellAgain();
    }
  }

  /**
   * Whether the run that it started may still let something begin: a stop is confirmed, and its
   * caller answered, only when that is over.
   */
  private boolean isHalting(ExecutionState state) {
    return state instanceof Terminating terminating
        && task().subRun().isPresent()
        && terminating.lease().fence() != halted;
  }

  // Waiting for a slot.

  private boolean mayBegin(ExecutionState state) {
    if (directive == null || plan == null) {
      return false;
    }
    if (state instanceof CleanUpWait) {
      return true;
    }
    return switch (directive.order()) {
      case GO ->
          state instanceof Absent
              || state instanceof RetryWait
              || Standings.isPast(state, directive);
      case FINISH -> state instanceof RetryWait;
      case HOLD, STOP -> false;
    };
  }

  /** Timers and waiting, as they follow from the state and the directive. */
  private void arm(ExecutionState state) {
    if (plan == null) {
      return;
    }
    timers.arm(state, task(), renewed);
    if (!mayBegin(state)) {
      slot().withdraw();
    } else {
      slot()
          .ask(
              ExecutionDecider.lastFence(state) + 1,
              state instanceof RetryWait(_, _, var due, _) ? timers.until(due) : Duration.ZERO);
    }
    slot().answerRollCalls(ExecutionDecider.lease(state).isPresent());
  }

  private Effect<ExecutionFact, ExecutionState> offered(ExecutionState state, Offer offer) {
    if (!slot().isOpen(offer)) {
      return Effect().none();
    }
    boolean due = !(state instanceof RetryWait(_, _, var at, _)) || timers.until(at).isZero();
    Optional<WorkSpec> wanted = Optional.ofNullable(directive).flatMap(Directive::spec);
    // An execution that has begun goes on with what it began with.
    Optional<WorkSpec> spec = state instanceof Ended ? wanted : spec(state).or(() -> wanted);
    if (!mayBegin(state) || !due || spec.isEmpty() || directive == null) {
      slot().declined(offer);
      return Effect().none();
    }
    slot().end();
    return advance(
        state,
        new ExecutionCommand.Grant(
            spec.get(), directive.round(), directive.work(), offer.worker(), offer.incarnation()),
        new Cause.Parent(id.run().value()),
        now -> {
          session = offer.session();
          renewed = world.clock().instant();
          arm(now);
          ExecutionDecider.lease(now)
              .ifPresent(
                  lease -> {
                    offer.session().tell(deliver(now, lease));
                    slot().taken(offer, lease);
                  });
        });
  }

  private SessionMessage deliver(ExecutionState state, Lease lease) {
    Instant now = world.clock().instant();
    return new SessionMessage.Deliver(
        new WorkerLease(
            id,
            lease.fence(),
            world.tokens().token(id, lease.fence()),
            lease.round(),
            lease.attempt(),
            lease.operation(),
            spec(state).orElseThrow(),
            lease.undoes() ? Standings.outputs(state) : Map.of(),
            lease.since(),
            ExecutionTimers.timeout(lease, task()).map(timeout -> left(timeout, lease, now))));
  }

  private static Duration left(Duration timeout, Lease lease, Instant now) {
    Duration left = timeout.minus(Duration.between(lease.since(), now));
    return left.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : left;
  }

  // What a worker says, and what is known of its lease.

  private Effect<ExecutionFact, ExecutionState> reported(
      ExecutionState state, WorkerReport report, ActorRef<SessionMessage> from) {
    if (plan == null) {
      if (state instanceof Absent) {
        from.tell(new SessionMessage.Acknowledge(id, report.fence(), true));
        return Effect().none();
      }
      return Effect().stash();
    }
    long fence = report.fence();
    Optional<ExecutionCommand> command =
        switch (report.result()) {
          case WorkerReport.Result.Started _ -> Optional.empty();
          case WorkerReport.Result.Succeeded(var outputs) ->
              Optional.of(new ExecutionCommand.Succeed(fence, outputs, report.lastLogLine()));
          case WorkerReport.Result.Failed(var reason, var text, var permanent) ->
              Optional.of(
                  new ExecutionCommand.Fail(fence, reason, text, permanent, report.lastLogLine()));
          case WorkerReport.Result.Stopped(var reason) ->
              Optional.of(new ExecutionCommand.Confirm(fence, reason, report.lastLogLine()));
        };
    if (command.isEmpty()) {
      return Effect().none();
    }
    String worker = ExecutionDecider.lease(state).map(Lease::worker).orElse("");
    Instant at = now(state);
    return switch (decide(state, command.get(), at)) {
      case Decision.Accept(var events) -> {
        if (events.isEmpty()) {
          // A repeat: the slot was freed before its worker connected again and listed it.
          slot().freed(fence, worker(state, fence));
        }
        yield persist(
            state,
            events,
            at,
            new Cause.Report(worker, fence),
            report.data(),
            _ -> from.tell(new SessionMessage.Acknowledge(id, fence, false)));
      }
      case Decision.Reject(_) -> {
        from.tell(new SessionMessage.Acknowledge(id, fence, true));
        yield Effect().none();
      }
    };
  }

  /** The worker that had the last attempt, when it was under this fence. */
  private static String worker(ExecutionState state, long fence) {
    return Standings.lastAttempt(state)
        .filter(attempt -> attempt.fence() == fence)
        .map(AttemptView::worker)
        .orElse("");
  }

  private Effect<ExecutionFact, ExecutionState> attemptOver(ExecutionState state, long fence) {
    if (state instanceof Leased(_, var lease, _)
        && lease.fence() == fence
        && timers.attemptOver(lease, task())) {
      return advance(
          state, new ExecutionCommand.TimeOut(fence), new Cause.Timer("ATTEMPT_TIMEOUT"));
    }
    arm(state);
    return Effect().none();
  }

  private void attach(ExecutionState state) {
    ExecutionDecider.lease(state).ifPresent(slot()::attach);
  }

  private Effect<ExecutionFact, ExecutionState> heard(ExecutionState state, LeaseNews heard) {
    if (plan == null && !(state instanceof Absent)) {
      return Effect().stash();
    }
    Optional<Lease> lease =
        ExecutionDecider.lease(state).filter(held -> held.fence() == heard.fence());
    return switch (heard) {
      case LeaseNews.Held(var fence, var incarnation, var from) -> {
        if (lease.filter(held -> held.incarnation().equals(incarnation)).isEmpty()) {
          if (ExecutionDecider.lease(state).filter(held -> held.fence() <= fence).isEmpty()) {
            from.tell(new SessionMessage.StopWork(id, fence, Duration.ZERO, true, true));
          }
        } else {
          connected(state, from);
        }
        yield Effect().none();
      }
      case LeaseNews.Missing(_, var incarnation, var from) -> {
        lease
            .filter(held -> held.incarnation().equals(incarnation))
            .ifPresent(
                held -> {
                  from.tell(deliver(state, held));
                  if (state instanceof Terminating && from.equals(session)) {
                    // It was told to stop what it did not have.
                    from.tell(stopWork(held));
                  }
                  connected(state, from);
                });
        if (lease.isEmpty()) {
          from.tell(new SessionMessage.StopWork(id, heard.fence(), Duration.ZERO, true, true));
        }
        yield Effect().none();
      }
      case LeaseNews.Gone(var fence, var incarnation) ->
          lease.filter(held -> !held.incarnation().equals(incarnation)).isPresent()
              ? advance(
                  state,
                  new ExecutionCommand.Lose(fence, "its worker restarted"),
                  new Cause.Timer("LEASE_EXPIRY"))
              : Effect().none();
      case LeaseNews.Alive(var fence, var age) -> alive(state, lease, fence, age);
    };
  }

  private Effect<ExecutionFact, ExecutionState> alive(
      ExecutionState state, Optional<Lease> lease, long fence, Duration age) {
    if (lease.isEmpty()) {
      return Effect().none();
    }
    timers.heard();
    if (age.compareTo(world.leasePatience()) >= 0) {
      return advance(
          state,
          new ExecutionCommand.Lose(fence, "no heartbeat of its worker for " + age),
          new Cause.Timer("LEASE_EXPIRY"));
    }
    renewed = world.clock().instant().minus(age);
    arm(state);
    return Effect().none();
  }

  private void connected(ExecutionState state, ActorRef<SessionMessage> from) {
    if (from.equals(session)) {
      // Only a worker's word renews its lease, and this is not one.
      return;
    }
    session = from;
    renewed = world.clock().instant();
    timers.heard();
    arm(state);
    if (state instanceof Terminating terminating) {
      from.tell(stopWork(terminating.lease()));
    }
  }

  private Effect<ExecutionFact, ExecutionState> checkLease(ExecutionState state) {
    if (task().subRun().isPresent()) {
      // What follows a run cannot be lost with it, only be born once more.
      renewed = world.clock().instant();
      attach(state);
      ExecutionDecider.lease(state)
          .ifPresent(
              lease -> {
                askAlive(lease.fence());
                timers.awaitWordOf(lease.fence());
              });
      arm(state);
    } else if (state instanceof Leased leased) {
      long fence = leased.lease().fence();
      askAlive(fence);
      attach(state);
      timers.awaitWordOf(fence);
    }
    return Effect().none();
  }

  private void askAlive(long fence) {
    if (session != null) {
      session.tell(new SessionMessage.AskAlive(id, fence, news));
    }
  }

  private SessionMessage stopWork(Lease lease) {
    return new SessionMessage.StopWork(
        id, lease.fence(), ExecutionTimers.grace(lease, task()), false, false);
  }

  // Deciding and storing.

  private Decision<ExecutionEvent, ExecutionRejection> decide(
      ExecutionState state, ExecutionCommand command, Instant at) {
    return ExecutionDecider.decide(state, task(), command, at);
  }

  private Instant now(ExecutionState state) {
    Instant now = world.clock().instant();
    return Standings.lastAt(state).filter(now::isBefore).orElse(now);
  }

  private Effect<ExecutionFact, ExecutionState> advance(
      ExecutionState state, ExecutionCommand command, Cause cause) {
    return advance(state, command, cause, _ -> {});
  }

  private EffectBuilder<ExecutionFact, ExecutionState> advance(
      ExecutionState state, ExecutionCommand command, Cause cause, Consumer<ExecutionState> then) {
    Instant at = now(state);
    return switch (decide(state, command, at)) {
      case Decision.Accept(var events) ->
          persist(state, events, at, cause, AdditionalData.NONE, then);
      case Decision.Reject(_) -> Effect().none();
    };
  }

  private EffectBuilder<ExecutionFact, ExecutionState> persist(
      ExecutionState state,
      List<ExecutionEvent> events,
      Instant at,
      Cause cause,
      AdditionalData data,
      Consumer<ExecutionState> then) {
    if (events.isEmpty()) {
      return Effect().none().thenRun(then::accept);
    }
    ExecutionEvent event = events.getFirst();
    Optional<Lease> before = ExecutionDecider.lease(state);
    return Effect()
        .persist(ExecutionDecider.fact(state, event, cause, at, data))
        .thenRun(
            now -> {
              stored(event, cause, before, now);
              then.accept(now);
              tell(now);
            });
  }

  private void stored(
      ExecutionEvent event, Cause cause, Optional<Lease> before, ExecutionState now) {
    arm(now);
    switch (event) {
      case ExecutionEvent.Leased _ -> {}
      case ExecutionEvent.StopBegan _ -> {
        if (session != null) {
          before.map(this::stopWork).ifPresent(session::tell);
        }
      }
      case ExecutionEvent.AttemptFailed _,
          ExecutionEvent.Undone _,
          ExecutionEvent.Stopped _,
          ExecutionEvent.Ended _ ->
          before.ifPresent(lease -> release(cause, lease));
    }
  }

  /** Frees the slot; a worker that did not say itself that the work ended is told to drop it. */
  private void release(Cause cause, Lease lease) {
    timers.heard();
    slot().freed(lease.fence(), lease.worker());
    if (session != null && cause instanceof Cause.Timer) {
      session.tell(new SessionMessage.StopWork(id, lease.fence(), Duration.ZERO, true, true));
    }
    session = null;
  }

  // Leaving memory.

  private boolean idle(ExecutionState state) {
    return switch (state) {
      case Absent _ -> !mayBegin(state);
      case RetryWait _ -> directive != null && !mayBegin(state);
      case Leased _, Terminating _, CleanUpWait _ -> false;
      case Ended _ -> !mayBegin(state) && (recorded || directive == null);
    };
  }

  private void leave() {
    shard.tell(new ClusterSharding.Passivate<>(context.getSelf()));
  }
}
