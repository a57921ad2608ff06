package dev.pawl.engine.execution;

import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.execution.ExecutionState.Lease;
import dev.pawl.engine.worker.GroupMessage;
import dev.pawl.engine.worker.Offer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * An execution's place among those that wait for a slot of its group, and on the group's roll call:
 * whoever waits or has a lease must be heard when the group is born again.
 */
final class SlotWait implements Slot {
  private static final Duration ASK_AGAIN = Duration.ofSeconds(10);

  private final ExecutionId id;
  private final ActorRef<ExecutionMessage> self;
  private final ActorRef<Offer> offers;
  private final ExecutionTimers timers;
  private final ExecutionWorld world;
  private final TaskPlan task;

  private @Nullable Instant since;
  private boolean called;

  SlotWait(
      ExecutionId id,
      TaskPlan task,
      ActorRef<ExecutionMessage> self,
      ActorRef<Offer> offers,
      ExecutionTimers timers,
      ExecutionWorld world) {
    this.id = id;
    this.task = task;
    this.self = self;
    this.offers = offers;
    this.timers = timers;
    this.world = world;
  }

  @Override
  public void ask(long fence, Duration in) {
    if (in.isPositive()) {
      timers.waitFor(in);
      return;
    }
    if (since == null) {
      since = world.clock().instant();
    }
    tell(new GroupMessage.Wait(id, task.placement(), since, offers));
    timers.waitFor(ASK_AGAIN);
  }

  @Override
  public Optional<Instant> since() {
    return Optional.ofNullable(since);
  }

  @Override
  public void withdraw() {
    if (end()) {
      tell(new GroupMessage.Withdraw(id));
    }
  }

  @Override
  public boolean end() {
    boolean asked = since != null;
    since = null;
    timers.stopWaiting();
    return asked;
  }

  @Override
  public void beginAnew() {
    end();
  }

  @Override
  public void answerRollCalls(boolean leased) {
    if (leased || since != null) {
      if (!called) {
        world.rollCall().enter(task.group(), self);
        called = true;
      }
    } else {
      leave();
    }
  }

  @Override
  public void leave() {
    if (called) {
      world.rollCall().leave(task.group(), self);
      called = false;
    }
  }

  /** The group knows which of its offers stand. */
  @Override
  public boolean isOpen(Offer offer) {
    return true;
  }

  @Override
  public void declined(Offer offer) {
    tell(new GroupMessage.Declined(id, offer.number()));
  }

  @Override
  public void taken(Offer offer, Lease lease) {
    tell(
        new GroupMessage.Taken(
            id, offer.number(), lease.fence(), lease.worker(), lease.incarnation()));
  }

  @Override
  public void attach(Lease lease) {
    tell(new GroupMessage.Attach(id, lease.fence(), lease.worker(), lease.incarnation()));
  }

  @Override
  public void silent(Lease lease) {}

  @Override
  public void gone(long fence) {}

  @Override
  public void freed(long fence, String worker) {
    tell(new GroupMessage.Freed(id, fence, worker));
  }

  private void tell(GroupMessage message) {
    world.toGroup().accept(task.group(), message);
  }
}
