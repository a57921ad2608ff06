package dev.pawl.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.engine.definition.Placement;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.run.RunId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkerGroupTest {
  private static final RunId RUN = new RunId("run%023d".formatted(1));

  private final ActorTestKit kit = ActorTestKit.create();
  private volatile Instant now = Instant.EPOCH;
  private final BlockingQueue<LeaseNews> news = new LinkedBlockingQueue<>();
  private final TestProbe<SessionMessage> session = kit.createTestProbe(SessionMessage.class);
  private final TestProbe<Offer> execution = kit.createTestProbe(Offer.class);
  private final ActorRef<GroupMessage> group =
      kit.spawn(WorkerGroup.create(() -> now, (_, said) -> news.add(said), _ -> {}));

  @BeforeEach
  void join() {
    join(List.of());
  }

  @AfterEach
  void close() {
    kit.shutdownTestKit();
  }

  private void join(List<WorkerHello.Held> held) {
    WorkerHello hello = new WorkerHello("w1", "i1", "default", 1, Map.of(), held, "test");
    group.tell(new GroupMessage.Join(session.getRef(), hello, false, false));
    session.expectMessage(new SessionMessage.Joined());
  }

  private static ExecutionId id(String task) {
    return new ExecutionId(RUN, task, 0);
  }

  private Offer offer(String task) {
    group.tell(
        new GroupMessage.Wait(id(task), new Placement.Any(), Instant.EPOCH, execution.getRef()));
    return execution.receiveMessage();
  }

  private void take(String task, Offer offer) {
    group.tell(new GroupMessage.Taken(id(task), offer.number(), 1, "w1", "i1"));
  }

  private void beat(int held) {
    group.tell(new GroupMessage.Beat(session.getRef(), "w1", held));
  }

  @Test
  void a_slot_whose_freeing_was_lost_is_found_by_the_worker_s_heartbeats() throws Exception {
    take("a", offer("a"));
    beat(0);
    session.expectNoMessage();
    beat(0);
    session.expectMessage(new SessionMessage.Rejoin());

    join(List.of());
    LeaseNews missing = news.poll(10, TimeUnit.SECONDS);
    assertThat(missing).isEqualTo(new LeaseNews.Missing(1, "i1", session.getRef()));

    // What an execution without the lease has the session say.
    group.tell(new GroupMessage.Freed(id("a"), 1, "w1"));
    assertThat(offer("b").worker()).isEqualTo("w1");
  }

  @Test
  void an_offer_that_nobody_answers_is_made_to_another() {
    offer("a");
    group.tell(
        new GroupMessage.Wait(id("b"), new Placement.Any(), Instant.EPOCH, execution.getRef()));
    execution.expectNoMessage();

    now = Instant.EPOCH.plusSeconds(11);
    group.tell(new GroupMessage.Own.NewsDue());

    assertThat(execution.receiveMessage().worker()).isEqualTo("w1");
  }

  @Test
  void a_lease_that_only_the_worker_knows_of_fills_a_slot() throws Exception {
    beat(1);
    beat(1);
    session.expectMessage(new SessionMessage.Rejoin());

    join(List.of(new WorkerHello.Held(id("a"), 1)));

    assertThat(news.poll(10, TimeUnit.SECONDS))
        .isEqualTo(new LeaseNews.Held(1, "i1", session.getRef()));
    group.tell(
        new GroupMessage.Wait(id("b"), new Placement.Any(), Instant.EPOCH, execution.getRef()));
    execution.expectNoMessage();
  }

  @Test
  void a_worker_that_drains_hears_that_nothing_follows_once_its_offers_are_settled() {
    Offer open = offer("a");
    group.tell(new GroupMessage.Drain(session.getRef(), "w1"));
    session.expectNoMessage();
    take("a", open);

    group.tell(new GroupMessage.Drain(session.getRef(), "w1"));

    session.expectMessage(new SessionMessage.Drained(List.of(new WorkerHello.Held(id("a"), 1))));
  }
}
