package dev.pawl.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.engine.definition.Placement;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.run.RunId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a group says of an execution's way to a slot. */
class GroupPlaceTest {
  private static final RunId RUN = new RunId("run%023d".formatted(1));

  private final ActorTestKit kit = ActorTestKit.create();
  private final TestProbe<SessionMessage> session = kit.createTestProbe(SessionMessage.class);
  private final TestProbe<Offer> offers = kit.createTestProbe(Offer.class);
  private final TestProbe<GroupPlace> places = kit.createTestProbe(GroupPlace.class);
  private final ActorRef<GroupMessage> group =
      kit.spawn(WorkerGroup.create(() -> Instant.EPOCH, (_, _) -> {}, _ -> {}));

  @AfterEach
  void close() {
    kit.shutdownTestKit();
  }

  private static ExecutionId id(String task) {
    return new ExecutionId(RUN, task, 0);
  }

  private void join(String worker, int slots, boolean draining) {
    group.tell(
        new GroupMessage.Join(
            session.getRef(),
            new WorkerHello(worker, "i1", "default", slots, Map.of(), List.of(), "test"),
            false,
            draining));
  }

  private void waits(String task, Placement placement) {
    group.tell(new GroupMessage.Wait(id(task), placement, Instant.EPOCH, offers.getRef()));
  }

  private GroupPlace place(String task, Optional<String> only) {
    group.tell(new GroupMessage.DescribePlace(id(task), only, places.getRef()));
    return places.receiveMessage();
  }

  private static GroupPlace place(int slots, int busy, int waiting, int place) {
    return new GroupPlace(
        slots == 0 ? 0 : 1, 0, slots, busy, waiting, OptionalInt.of(place), false, false);
  }

  @Test
  void an_execution_has_its_place_in_the_line_as_it_moves_on() {
    waits("a", new Placement.Any());
    waits("b", new Placement.Any());
    waits("c", new Placement.Any());
    assertThat(place("c", Optional.empty())).isEqualTo(place(0, 0, 3, 3));

    join("w1", 1, false);

    assertThat(place("a", Optional.empty()).offered()).isTrue();
    assertThat(place("c", Optional.empty())).isEqualTo(place(1, 1, 2, 2));
    group.tell(new GroupMessage.Withdraw(id("b")));
    assertThat(place("c", Optional.empty())).isEqualTo(place(1, 1, 1, 1));
    assertThat(place("b", Optional.empty()).place()).isEmpty();
  }

  @Test
  void one_that_only_one_worker_may_take_hears_of_that_worker_alone() {
    waits("any", new Placement.Any());
    waits("a", new Placement.Only("w2"));
    waits("b", new Placement.Only("w2"));
    join("w1", 4, false);

    assertThat(place("b", Optional.of("w2"))).isEqualTo(place(0, 0, 2, 2));
    join("w2", 1, false);
    assertThat(place("b", Optional.of("w2"))).isEqualTo(place(1, 1, 1, 1));
  }

  @Test
  void slots_of_workers_that_drain_are_none() {
    join("w1", 4, true);
    waits("a", new Placement.Any());

    assertThat(place("a", Optional.empty()))
        .isEqualTo(new GroupPlace(1, 1, 0, 0, 1, OptionalInt.of(1), false, false));
  }

  @Test
  void a_line_of_ten_thousand_is_told_apart() {
    for (int i = 0; i < 10_000; i++) {
      waits("t" + i, new Placement.Any());
    }

    assertThat(place("t9999", Optional.empty()).place()).hasValue(10_000);
    assertThat(place("t0", Optional.empty()).place()).hasValue(1);
  }
}
