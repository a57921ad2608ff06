package dev.pawl.engine.execution;

import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.execution.ExecutionState.Lease;
import dev.pawl.engine.run.SubRuns;
import dev.pawl.engine.worker.LeaseNews;
import dev.pawl.engine.worker.Offer;
import dev.pawl.engine.worker.SessionMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;

/**
 * The place of an execution that starts a run: it waits for nobody, and what does its work lives
 * beside it.
 */
final class SubRunSlot implements Slot {
  private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

  /** Every life of it finds the same run. */
  private static final String INCARNATION = "engine";

  private final ActorContext<ExecutionMessage> context;
  private final ExecutionId id;
  private final TaskPlan task;
  private final ExecutionTimers timers;
  private final SubRunWorld world;
  private final ActorRef<LeaseNews> news;

  private boolean asked;

  /** Of the offer that was asked for last: one of a follower that was sent away stands no more. */
  private long offer;

  private @Nullable Born born;

  private record Born(long fence, ActorRef<SubRun.Message> actor) {}

  SubRunSlot(
      ActorContext<ExecutionMessage> context,
      ExecutionId id,
      TaskPlan task,
      ExecutionTimers timers,
      SubRunWorld world,
      ActorRef<LeaseNews> news) {
    this.context = context;
    this.id = id;
    this.task = task;
    this.timers = timers;
    this.world = world;
    this.news = news;
  }

  @Override
  public void ask(long fence, Duration in) {
    if (in.isPositive()) {
      timers.waitFor(in);
      return;
    }
    if (!asked) {
      asked = true;
      long number = ++offer;
      ActorRef<ExecutionMessage> self = context.getSelf();
      String worker = SubRun.worker(SubRuns.id(id, fence));
      bear(
          fence,
          SubRun.Life.FIRST,
          session ->
              self.tell(
                  new ExecutionMessage.Offered(new Offer(number, session, worker, INCARNATION))));
    }
  }

  private void bear(long fence, SubRun.Life life, Consumer<ActorRef<SessionMessage>> hello) {
    forget();
    ActorRef<SubRun.Message> actor =
        context.spawnAnonymous(SubRun.create(task, life, world, context.getSelf(), hello));
    context.watchWith(actor, new ExecutionMessage.Own.SubRunGone(fence));
    born = new Born(fence, actor);
  }

  private void forget() {
    if (born != null) {
      context.unwatch(born.actor());
      context.stop(born.actor());
      born = null;
    }
  }

  @Override
  public Optional<Instant> since() {
    return Optional.empty();
  }

  @Override
  public void withdraw() {
    if (end()) {
      forget();
    }
  }

  @Override
  public boolean end() {
    boolean had = asked;
    asked = false;
    timers.stopWaiting();
    return had;
  }

  @Override
  public void beginAnew() {
    end();
    forget();
  }

  @Override
  public void answerRollCalls(boolean leased) {}

  @Override
  public void leave() {}

  @Override
  public boolean isOpen(Offer made) {
    return asked && made.number() == offer;
  }

  @Override
  public void declined(Offer offer) {
    withdraw();
    timers.waitFor(ASK_AGAIN);
  }

  @Override
  public void taken(Offer offer, Lease lease) {}

  @Override
  public void attach(Lease lease) {
    if (born == null || born.fence() != lease.fence()) {
      bear(
          lease.fence(),
          SubRun.Life.FURTHER,
          session -> news.tell(new LeaseNews.Missing(lease.fence(), INCARNATION, session)));
    }
  }

  @Override
  public void silent(Lease lease) {
    forget();
    attach(lease);
  }

  @Override
  public void gone(long fence) {
    if (born != null && born.fence() == fence) {
      born = null;
      if (end()) {
        timers.waitFor(ASK_AGAIN);
      }
    }
  }

  @Override
  public void freed(long fence, String worker) {}
}
