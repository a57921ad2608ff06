package dev.pawl.engine.operation;

import dev.pawl.engine.access.Permission;
import dev.pawl.engine.access.Rights;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.decider.Overloaded;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.journal.Call;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.JournaledEntity;
import dev.pawl.engine.journal.PersistenceIds;
import dev.pawl.engine.operation.OperationMessage.HeadAnswer;
import dev.pawl.engine.operation.OperationMessage.ItemsAnswer;
import dev.pawl.engine.operation.OperationMessage.Own;
import dev.pawl.engine.operation.OperationState.Absent;
import dev.pawl.engine.operation.OperationState.Live;
import dev.pawl.engine.operation.Operations.ItemPage;
import dev.pawl.engine.run.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * Keeps one operation alive in the cluster: asks {@link OperationDecider}, journals what it
 * accepts, sends the items' commands to their runs, answers.
 *
 * <p>An item's command carries a request id made of the operation's id and the item's index, and is
 * repeated until it is answered: after a restart it reaches the run once more and acts once.
 */
public final class OperationEntity
    extends JournaledEntity<OperationMessage, OperationFact, OperationState> {
  private static final Duration IDLE = Duration.ofSeconds(60);
  private static final Duration LIST_AGAIN = Duration.ofSeconds(5);
  private static final Duration EXPORT_AGAIN = Duration.ofSeconds(5);
  private static final Duration TELL_AGAIN = Duration.ofSeconds(1);
  private static final int LONGEST_PAUSE = 10;

  /**
   * Of commands that left and were not answered. With the time that each waits for its answer, some
   * eight minutes.
   */
  private static final int TRIES = 30;

  private final ActorContext<OperationMessage> context;
  private final TimerScheduler<OperationMessage> timers;
  private final ActorRef<ClusterSharding.ShardCommand> shard;
  private final OperationId id;
  private final OperationWorld world;

  private @Nullable List<RunId> runs;
  private boolean listing;
  // Every item before this one was answered, or is on its way.
  private int sent;
  private final Map<Integer, Integer> tries = new HashMap<>();
  // How often in a row this node was too busy to let an item's command out.
  private final Map<Integer, Integer> heldBack = new HashMap<>();
  private final List<ItemResult> collected = new ArrayList<>();
  private boolean flushDue;
  private @Nullable AtomicBoolean exporting;
  private final List<OperationMessage.Await> waiting = new ArrayList<>();
  private boolean leaving;

  /** The behaviour of one operation. */
  public static Behavior<OperationMessage> create(
      OperationId id, ActorRef<ClusterSharding.ShardCommand> shard, OperationWorld world) {
    return Behaviors.setup(
        context -> {
          context.setLoggerName(OperationEntity.class);
          return Behaviors.withTimers(
              timers -> new OperationEntity(context, timers, shard, id, world));
        });
  }

  private OperationEntity(
      ActorContext<OperationMessage> context,
      TimerScheduler<OperationMessage> timers,
      ActorRef<ClusterSharding.ShardCommand> shard,
      OperationId id,
      OperationWorld world) {
    super(PersistenceIds.of(id));
    this.context = context;
    this.timers = timers;
    this.shard = shard;
    this.id = id;
    this.world = world;
    context.setReceiveTimeout(IDLE, new Own.Idle());
  }

  @Override
  public OperationState emptyState() {
    return OperationDecider.absent();
  }

  @Override
  public EventHandler<OperationState, OperationFact> eventHandler() {
    return OperationDecider::evolve;
  }

  /** Its shard moves to another node: what has something to do goes on there at once. */
  @Override
  protected void stopped(OperationState state) {
    giveUpExport();
    if (!leaving && state instanceof Live) {
      world.wake().accept(id);
    }
  }

  @Override
  protected void recovered(OperationState state) {
    // After a failed write this same object goes on with its timers gone: begin anew. Who waits for
    // an answer gets none, and asks again.
    giveUpExport();
    sent = 0;
    tries.clear();
    heldBack.clear();
    collected.clear();
    flushDue = false;
    listing = false;
    waiting.clear();
    goOn(state);
  }

  @Override
  public CommandHandler<OperationMessage, OperationFact, OperationState> commandHandler() {
    return this::handle;
  }

  private Effect<OperationFact, OperationState> handle(
      OperationState state, OperationMessage message) {
    return switch (message) {
      case OperationMessage.Start(var project, var work, var cause, var replyTo) ->
          mayBegin(cause.call().rights(), work)
              ? execute(state, new OperationCommand.Start(project, work), project, cause, replyTo)
              : answer(replyTo, notPermitted(work.wanted()));
      case OperationMessage.Cancel(var project, var cause, var replyTo) -> {
        if (!mayCancel(state, project, cause)) {
          yield answer(replyTo, notPermitted(Permission.RUN));
        }
        yield state.in(project).isEmpty()
            ? answer(replyTo, notFound())
            : execute(state, new OperationCommand.Cancel(), project, cause, replyTo);
      }
      case OperationMessage.Describe _, OperationMessage.Await _, OperationMessage.ListItems _
          when !world.fit().getAsBoolean() ->
          // Another life of this operation may know more: who asked asks again, elsewhere.
          Effect().none();
      case OperationMessage.Describe(var project, var replyTo) ->
          answer(replyTo, head(state, project));
      case OperationMessage.Await await -> await(state, await);
      case OperationMessage.ListItems list -> {
        list.replyTo().tell(new ItemsAnswer(items(state, list)));
        yield Effect().none();
      }
      case OperationMessage.WakeUp _ -> {
        goOn(state);
        yield Effect().none();
      }
      case OperationMessage.Unload _ -> {
        leave();
        yield Effect().none();
      }
      case Own own -> own(state, own);
    };
  }

  private Effect<OperationFact, OperationState> own(OperationState state, Own message) {
    return switch (message) {
      case Own.Listed(var listed) -> {
        listing = false;
        runs = listed;
        goOn(state);
        yield Effect().none();
      }
      case Own.ListFailed(var cause) -> {
        context.getLog().warn("operation {}: its list cannot be read: {}", id, cause.toString());
        timers.startSingleTimer("list", new Own.ListDue(), LIST_AGAIN);
        yield Effect().none();
      }
      case Own.ListDue _ -> {
        listing = false;
        goOn(state);
        yield Effect().none();
      }
      case Own.Answered(var index, var given) -> {
        collect(Refusals.result(index, given));
        yield Effect().none();
      }
      case Own.Unanswered(var index, var cause) -> {
        unanswered(index, cause);
        yield Effect().none();
      }
      case Own.ItemDue(var index) -> {
        if (state instanceof Live live && !live.results().containsKey(index)) {
          send(live, index);
        }
        yield Effect().none();
      }
      case Own.Flush _ -> flush(state);
      case Own.ExportDue _ ->
          exporting == null
              ? advance(state, new OperationCommand.BeginExport(), new Cause.Timer("EXPORT"))
              : Effect().none();
      case Own.Exported(var file) -> {
        // That of an attempt that was given up may come late, when another is at work.
        if (isAttempt(state, file.attempt())) {
          exporting = null;
        }
        yield advance(state, new OperationCommand.FinishExport(file), new Cause.Timer("EXPORT"));
      }
      case Own.ExportStopped(var attempt, var cause) -> exportStopped(state, attempt, cause);
      case Own.Idle _ -> {
        prune();
        if (!(state instanceof Live) && waiting.isEmpty()) {
          leave();
        }
        yield Effect().none();
      }
    };
  }

  // Callers.

  private Effect<OperationFact, OperationState> execute(
      OperationState state,
      OperationCommand command,
      String project,
      Cause.Command cause,
      ActorRef<HeadAnswer> replyTo) {
    return switch (OperationDecider.decide(state, command, cause)) {
      case Decision.Reject(var rejection) -> answer(replyTo, new Answer.Refused<>(rejection));
      case Decision.Accept(var events) -> {
        boolean unchanged = events.isEmpty() && !OperationDecider.repeats(state, cause);
        yield persist(
            state,
            events,
            cause,
            now -> replyTo.tell(new HeadAnswer(head(now, project), unchanged)));
      }
    };
  }

  private Effect<OperationFact, OperationState> answer(
      ActorRef<HeadAnswer> replyTo, Answer<OperationHead, OperationRejection> answer) {
    replyTo.tell(new HeadAnswer(answer));
    return Effect().none();
  }

  private static Answer<OperationHead, OperationRejection> head(
      OperationState state, String project) {
    return state
        .in(project)
        .<Answer<OperationHead, OperationRejection>>map(Answer.Accepted::new)
        .orElseGet(OperationEntity::notFound);
  }

  /** Which runs it commands the gateway has looked at; a file of runs holds what the list shows. */
  private static boolean mayBegin(Rights rights, OperationWork work) {
    return switch (work) {
      case OperationWork.Command _ -> rights.allowSome(work.wanted());
      case OperationWork.Export _ -> rights.allow(work.wanted());
    };
  }

  /** Who may command runs about some objects cancels what was begun by itself. */
  private static boolean mayCancel(OperationState state, String project, Cause.Command cause) {
    Rights rights = cause.call().rights();
    return rights.allow(Permission.RUN)
        || (rights.allowSome(Permission.RUN)
            && state
                .in(project)
                .filter(head -> head.origin().principal().equals(cause.principal()))
                .isPresent());
  }

  private static Answer<OperationHead, OperationRejection> notPermitted(Permission wanted) {
    return new Answer.Refused<>(new OperationRejection.NotPermitted(wanted));
  }

  private static Answer<OperationHead, OperationRejection> notFound() {
    return new Answer.Refused<>(new OperationRejection.NotFound());
  }

  private Effect<OperationFact, OperationState> await(
      OperationState state, OperationMessage.Await await) {
    Optional<OperationHead> head = state.in(await.project());
    if (head.isEmpty() || tells(head.get(), await)) {
      return answer(await.replyTo(), head(state, await.project()));
    }
    prune();
    waiting.add(await);
    return Effect().none();
  }

  private static boolean tells(OperationHead head, OperationMessage.Await await) {
    return head.status().ended() || head.sequence() > await.knownSequence();
  }

  private void prune() {
    Instant now = world.clock().instant();
    waiting.removeIf(await -> await.until().isBefore(now));
  }

  private static Answer<ItemPage, OperationRejection> items(
      OperationState state, OperationMessage.ListItems list) {
    Optional<OperationHead> head = state.in(list.project());
    if (head.isEmpty()) {
      return new Answer.Refused<>(new OperationRejection.NotFound());
    }
    int total = head.get().counts().total();
    int from = Math.max(0, list.from());
    int to = (int) Math.min(total, (long) from + Math.min(list.size(), Operations.LARGEST_PAGE));
    List<ItemResult> results = new ArrayList<>();
    for (int index = from; index < to; index++) {
      ItemResult result = state.answers().get(index);
      if (result != null) {
        results.add(result);
      }
    }
    return new Answer.Accepted<>(
        new ItemPage(
            head.get(), from, results, to < total ? OptionalInt.of(to) : OptionalInt.empty()));
  }

  // Work.

  /** Does what follows from the state and is not under way. */
  private void goOn(OperationState state) {
    if (!(state instanceof Live live)) {
      return;
    }
    switch (live.head().work()) {
      case OperationWork.Command command -> goOn(live, command);
      case OperationWork.Export _ -> {
        if (exporting == null && !timers.isTimerActive("export")) {
          context.getSelf().tell(new Own.ExportDue());
        }
      }
    }
  }

  private void goOn(Live live, OperationWork.Command command) {
    if (runs == null) {
      list(command.hash());
      return;
    }
    while (sent < live.head().counts().begun()) {
      int index = sent;
      sent++;
      if (!live.results().containsKey(index)) {
        send(live, index);
      }
    }
    if (live.head().counts().inFlight() == 0) {
      flushSoon();
    }
  }

  private void list(String hash) {
    if (listing) {
      return;
    }
    listing = true;
    context.pipeToSelf(
        world.contents().get(hash),
        (content, failure) ->
            failure == null ? new Own.Listed(ItemList.read(content)) : new Own.ListFailed(failure));
  }

  private void send(Live live, int index) {
    if (runs == null || !(live.head().work() instanceof OperationWork.Command command)) {
      return;
    }
    Cause.Command origin = live.head().origin();
    context.pipeToSelf(
        world
            .runs()
            .command(
                live.head().project(),
                runs.get(index),
                command.verb(),
                Optional.empty(),
                new Cause.Command(
                    id + "/" + index,
                    origin.bodyHash(),
                    origin.principal(),
                    origin.reason(),
                    new Call(rpc(command.verb()), "", origin.call().rights())),
                OptionalLong.empty(),
                false),
        (answer, failure) ->
            failure == null ? new Own.Answered(index, answer) : new Own.Unanswered(index, failure));
  }

  /** As the same command is called that somebody gives to one run: the audit names it so. */
  private static String rpc(RunVerb verb) {
    return switch (verb) {
      case PAUSE -> "PauseRun";
      case FORCED_PAUSE -> "ForcePauseRun";
      case CONTINUE -> "ContinueRun";
      case STOP -> "StopRun";
      case RETRY -> "RetryRun";
      case ROLLBACK -> "RollbackRun";
      case PASS -> "PassRun";
      case REDO -> "RedoRun";
    };
  }

  private void unanswered(int index, Throwable failure) {
    Throwable cause = unwrapped(failure);
    if (cause instanceof Overloaded) {
      heldBack(index, cause);
      return;
    }
    heldBack.remove(index);
    int tried = tries.merge(index, 1, Integer::sum);
    if (tried >= TRIES) {
      context
          .getLog()
          .warn("operation {}: item {} is given up unanswered: {}", id, index, cause.toString());
      collect(
          new ItemResult(
              index,
              ItemOutcome.UNANSWERED,
              "",
              "UNAVAILABLE",
              "the run did not answer %d times: whether the command acted is unknown"
                  .formatted(TRIES)));
      return;
    }
    sendAgain(index, tried);
  }

  /** Nothing left, so nothing was tried: the item waits until there is room, however long. */
  private void heldBack(int index, Throwable cause) {
    int often = heldBack.merge(index, 1, Integer::sum);
    if (often == TRIES) {
      context
          .getLog()
          .warn(
              "operation {}: item {} waits for room on this node: {}",
              id,
              index,
              cause.getMessage());
    }
    sendAgain(index, often);
  }

  private void sendAgain(int index, int failures) {
    timers.startSingleTimer(
        "item" + index,
        new Own.ItemDue(index),
        TELL_AGAIN.multipliedBy(Math.min(failures, LONGEST_PAUSE)));
  }

  private static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private void collect(ItemResult result) {
    tries.remove(result.index());
    heldBack.remove(result.index());
    collected.add(result);
    flushSoon();
  }

  private void flushSoon() {
    if (!flushDue) {
      flushDue = true;
      context.getSelf().tell(new Own.Flush());
    }
  }

  private Effect<OperationFact, OperationState> flush(OperationState state) {
    flushDue = false;
    List<ItemResult> results = List.copyOf(collected);
    collected.clear();
    String parent =
        runs == null || results.isEmpty()
            ? id.value()
            : runs.get(results.getFirst().index()).value();
    return advance(state, new OperationCommand.Advance(results), new Cause.Parent(parent));
  }

  private Effect<OperationFact, OperationState> advance(
      OperationState state, OperationCommand command, Cause cause) {
    return switch (OperationDecider.decide(state, command, cause)) {
      case Decision.Accept(var events) -> persist(state, events, cause, _ -> {});
      case Decision.Reject(_) -> Effect().none();
    };
  }

  // Exports.

  private void export(Live live, OperationWork.Export work) {
    giveUpExport();
    AtomicBoolean wanted = new AtomicBoolean(true);
    exporting = wanted;
    int attempt = live.head().attempt();
    context.pipeToSelf(
        world.exporter().export(id, attempt, live.head().project(), work, wanted::get),
        (file, failure) ->
            failure == null ? new Own.Exported(file) : new Own.ExportStopped(attempt, failure));
  }

  private Effect<OperationFact, OperationState> exportStopped(
      OperationState state, int attempt, Throwable failure) {
    if (!isAttempt(state, attempt)) {
      return Effect().none();
    }
    exporting = null;
    Throwable cause = unwrapped(failure);
    if (cause instanceof ExportFailed failed) {
      return advance(
          state,
          new OperationCommand.FailExport(
              attempt, failed.reason(), String.valueOf(failed.getMessage())),
          new Cause.Timer("EXPORT"));
    }
    context.getLog().warn("operation {}: its export begins anew: {}", id, cause.toString());
    timers.startSingleTimer("export", new Own.ExportDue(), EXPORT_AGAIN);
    return Effect().none();
  }

  private static boolean isAttempt(OperationState state, int attempt) {
    return state instanceof Live live && live.head().attempt() == attempt;
  }

  private void giveUpExport() {
    AtomicBoolean wanted = exporting;
    if (wanted != null) {
      wanted.set(false);
      exporting = null;
    }
  }

  // Storing.

  private Effect<OperationFact, OperationState> persist(
      OperationState state,
      List<OperationEvent> events,
      Cause cause,
      Consumer<OperationState> then) {
    if (events.isEmpty()) {
      return Effect().none().thenRun(then::accept);
    }
    Instant at = now(state);
    List<OperationFact> facts = new ArrayList<>(events.size());
    OperationState next = state;
    for (OperationEvent event : events) {
      OperationFact fact = OperationDecider.fact(next, event, cause, at);
      facts.add(fact);
      next = OperationDecider.evolve(next, fact);
    }
    return Effect()
        .persist(facts)
        .thenRun(
            now -> {
              then.accept(now);
              stored(events, now);
            });
  }

  private void stored(List<OperationEvent> events, OperationState now) {
    switch (now) {
      case Absent _ -> {}
      case Live live -> {
        if (events.getLast() instanceof OperationEvent.ExportBegan
            && live.head().work() instanceof OperationWork.Export work) {
          export(live, work);
        } else {
          goOn(live);
        }
      }
      case OperationState.Ended _ -> {
        giveUpExport();
        timers.cancelAll();
      }
    }
    now.known().ifPresent(this::tell);
  }

  private void tell(OperationHead head) {
    HeadAnswer answer = new HeadAnswer(new Answer.Accepted<>(head));
    waiting.removeIf(
        await -> {
          boolean told = tells(head, await);
          if (told) {
            await.replyTo().tell(answer);
          }
          return told;
        });
  }

  private Instant now(OperationState state) {
    Instant now = world.clock().instant();
    return switch (state) {
      case Absent _ -> now;
      case Live live -> now.isBefore(live.lastAt()) ? live.lastAt() : now;
      case OperationState.Ended ended -> now.isBefore(ended.lastAt()) ? ended.lastAt() : now;
    };
  }

  private void leave() {
    leaving = true;
    shard.tell(new ClusterSharding.Passivate<>(context.getSelf()));
  }
}
