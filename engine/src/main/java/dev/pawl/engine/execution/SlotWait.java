package dev.pawl.engine.execution;

import dev.pawl.engine.definition.TaskPlan;
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
final class SlotWait {
  private static final Duration ASK_AGAIN = Duration.ofSeconds(10);

  private final ExecutionId id;
  private final ActorRef<ExecutionMessage> self;
  private final ActorRef<Offer> offers;
  private final ExecutionTimers timers;
  private final ExecutionWorld world;

  private @Nullable Instant since;

  /** Where it is on a roll call; empty when nowhere. */
  private String calledBy = "";

  SlotWait(
      ExecutionId id,
      ActorRef<ExecutionMessage> self,
      ActorRef<Offer> offers,
      ExecutionTimers timers,
      ExecutionWorld world) {
    this.id = id;
    this.self = self;
    this.offers = offers;
    this.timers = timers;
    this.world = world;
  }

  /** Asks for a slot, now or in a while; again and again until it has one or wants none. */
  void ask(TaskPlan task, Duration in) {
    if (in.isPositive()) {
      timers.waitFor(in);
      return;
    }
    if (since == null) {
      since = world.clock().instant();
    }
    world
        .toGroup()
        .accept(task.group(), new GroupMessage.Wait(id, task.placement(), since, offers));
    timers.waitFor(ASK_AGAIN);
  }

  /** Since when it has asked; empty when it has not. */
  Optional<Instant> since() {
    return Optional.ofNullable(since);
  }

  /** Wants none any more, and tells the group if it has asked. */
  void withdraw(String group) {
    if (end()) {
      world.toGroup().accept(group, new GroupMessage.Withdraw(id));
    }
  }

  /** Has a slot, or has forgotten that it wanted one; says whether it had asked. */
  boolean end() {
    boolean asked = since != null;
    since = null;
    timers.stopWaiting();
    return asked;
  }

  /** Is to be heard by a group that is born again while it waits, or has a lease there. */
  void answerRollCalls(String group, boolean leased) {
    if (leased || since != null) {
      if (calledBy.isEmpty()) {
        world.rollCall().enter(group, self);
        calledBy = group;
      }
    } else {
      leaveRollCall();
    }
  }

  void leaveRollCall() {
    if (!calledBy.isEmpty()) {
      world.rollCall().leave(calledBy, self);
      calledBy = "";
    }
  }
}
