package dev.pawl.engine.execution;

import static dev.pawl.engine.execution.SubRunFixture.STEP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.execution.ExecutionMessage.Own;
import dev.pawl.engine.execution.ExecutionState.Lease;
import dev.pawl.engine.worker.LeaseNews;
import dev.pawl.engine.worker.LeaseTokens;
import dev.pawl.engine.worker.Offer;
import dev.pawl.engine.worker.SessionMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SubRunSlotTest {
  private static final Lease LEASE =
      new Lease(1, 0, 1, Operation.EXECUTE, false, "runs/x", "engine", Instant.EPOCH, 0);

  private final ActorTestKit kit = ActorTestKit.create();
  private final SubRunFixture there = new SubRunFixture();
  private final TestProbe<ExecutionMessage> heard = kit.createTestProbe(ExecutionMessage.class);
  private final TestProbe<LeaseNews> news = kit.createTestProbe(LeaseNews.class);
  private final Queue<Runnable> todo = new ConcurrentLinkedQueue<>();
  private final ActorRef<ExecutionMessage> execution;
  private final SubRunSlot slot;

  SubRunSlotTest() throws Exception {
    CompletableFuture<SubRunSlot> made = new CompletableFuture<>();
    execution = kit.spawn(behavior(made));
    slot = made.get(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() {
    kit.shutdownTestKit();
  }

  /** An execution that only passes on what it hears, and has its slot do something when woken. */
  private Behavior<ExecutionMessage> behavior(CompletableFuture<SubRunSlot> made) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  made.complete(
                      new SubRunSlot(
                          context,
                          STEP,
                          SubRunFixture.TASK,
                          new ExecutionTimers(timers, world()),
                          there.world(),
                          news.getRef()));
                  return Behaviors.receive(ExecutionMessage.class)
                      .onMessage(
                          ExecutionMessage.WakeUp.class,
                          _ -> {
                            todo.remove().run();
                            return Behaviors.same();
                          })
                      .onAnyMessage(
                          message -> {
                            heard.getRef().tell(message);
                            return Behaviors.same();
                          })
                      .build();
                }));
  }

  private ExecutionWorld world() {
    return new ExecutionWorld(
        SubRunFixture.plans(),
        (_, _) -> {},
        (_, _) -> {},
        new RollCall(),
        () -> true,
        new LeaseTokens(UnaryOperator.identity()),
        there.world(),
        () -> there.now,
        Duration.ofMinutes(1),
        Duration.ofSeconds(15));
  }

  private void perform(Runnable what) {
    todo.add(what);
    execution.tell(new ExecutionMessage.WakeUp());
  }

  private Offer offer() {
    return heard.expectMessageClass(ExecutionMessage.Offered.class).offer();
  }

  private ActorRef<SessionMessage> born() {
    return news.expectMessageClass(LeaseNews.Missing.class).session();
  }

  @Test
  void an_offer_of_one_that_was_sent_away_stands_no_more() {
    perform(() -> slot.ask(1, Duration.ZERO));
    Offer first = offer();
    assertThat(slot.isOpen(first)).isTrue();

    perform(
        () -> {
          // A pause, and who continues.
          slot.withdraw();
          slot.ask(1, Duration.ZERO);
        });
    Offer second = offer();

    assertThat(slot.isOpen(first)).isFalse();
    assertThat(slot.isOpen(second)).isTrue();
  }

  @Test
  void what_follows_a_run_is_born_once_more_when_it_is_gone_or_says_nothing() {
    perform(() -> slot.attach(LEASE));
    ActorRef<SessionMessage> first = born();
    perform(() -> slot.attach(LEASE));
    news.expectNoMessage(Duration.ofMillis(300));

    first.tell(new SessionMessage.StopWork(STEP, 1, Duration.ZERO, true, true));
    long gone = heard.expectMessageClass(Own.SubRunGone.class).fence();
    perform(() -> slot.gone(gone));
    perform(() -> slot.attach(LEASE));
    ActorRef<SessionMessage> second = born();
    perform(() -> slot.silent(LEASE));
    ActorRef<SessionMessage> third = born();

    assertThat(List.of(first, second, third)).doesNotHaveDuplicates();
  }
}
