package dev.pawl.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.typesafe.config.ConfigFactory;
import dev.pawl.engine.content.ContentStore;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.decider.Overloaded;
import dev.pawl.engine.decider.Unavailable;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.operation.OperationMessage.HeadAnswer;
import dev.pawl.engine.operation.OperationMessage.ItemsAnswer;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunRejection;
import dev.pawl.engine.run.StepRef;
import dev.pawl.engine.run.UnaskedRuns;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.persistence.testkit.PersistenceTestKitPlugin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One operation on one run, which answers as the test says, with time wound by hand. */
class OperationPatienceTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final String PROJECT = "shop";
  private static final OperationId ID = new OperationId("op000000000000000000000001");
  private static final RunId RUN = new RunId("01jd0000000000000000000001");
  private static final Throwable NO_ROOM = new Overloaded("4000 commands wait on this node");
  private static final Throwable NO_ANSWER =
      new Unavailable("the run did not answer in time", new TimeoutException());
  private static final Answer<RunHead, RunRejection> NOT_FOUND =
      new Answer.Refused<>(new RunRejection.NotFound());

  private final ActorTestKit kit =
      ActorTestKit.create(
          ManualTime.config()
              .withFallback(
                  ConfigFactory.parseString("pekko.persistence.testkit.events.serialize = off"))
              .withFallback(PersistenceTestKitPlugin.getInstance().config()));
  private final ManualTime time = ManualTime.get(kit.system());
  private final Talkative run = new Talkative();
  private final ActorRef<OperationMessage> operation =
      kit.spawn(
          OperationEntity.create(
              ID,
              kit.<ClusterSharding.ShardCommand>createTestProbe().getRef(),
              new OperationWorld(
                  run,
                  new OneList(),
                  (_, _, _, _, _) ->
                      CompletableFuture.failedFuture(new AssertionError("no export")),
                  () -> Instant.EPOCH,
                  _ -> {},
                  () -> true)));

  @BeforeEach
  void start() {
    TestProbe<HeadAnswer> caller = kit.createTestProbe();
    operation.tell(
        new OperationMessage.Start(
            PROJECT,
            new OperationWork.Command(RunVerb.STOP, "", "00ff", 1),
            new Cause.Command("r1", "b0d7", "ann", "because"),
            caller.getRef()));
    assertThat(caller.receiveMessage(PATIENCE).answer()).isInstanceOf(Answer.Accepted.class);
  }

  @AfterEach
  void close() {
    kit.shutdownTestKit();
  }

  private List<ItemResult> results() {
    TestProbe<ItemsAnswer> caller = kit.createTestProbe();
    operation.tell(new OperationMessage.ListItems(PROJECT, 0, 10, caller.getRef()));
    return switch (caller.receiveMessage(PATIENCE).answer()) {
      case Answer.Accepted(var page) -> page.results();
      case Answer.Refused(var rejection) -> throw new AssertionError("refused: " + rejection);
    };
  }

  /** Lets as much time pass as it takes until the run was commanded so often. */
  private void untilCommanded(int times) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(2))
        .until(
            () -> {
              time.timePasses(LONGEST_PAUSE);
              return run.commanded.get() >= times;
            });
  }

  private ItemResult result() {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(2))
        .until(
            () -> {
              time.timePasses(LONGEST_PAUSE);
              return !results().isEmpty();
            });
    return results().getFirst();
  }

  @Test
  void an_item_that_never_left_its_node_waits_for_room_and_is_not_given_up() {
    run.failure = Optional.of(NO_ROOM);
    untilCommanded(70);
    assertThat(results()).isEmpty();

    run.failure = Optional.empty();
    assertThat(result())
        .satisfies(
            result -> {
              assertThat(result.outcome()).isEqualTo(ItemOutcome.REFUSED);
              assertThat(result.reason()).isEqualTo("RUN_NOT_FOUND");
            });
  }

  @Test
  void an_item_that_left_and_was_not_answered_thirty_times_is_given_up() {
    run.failure = Optional.of(NO_ROOM);
    untilCommanded(20);
    run.failure = Optional.of(NO_ANSWER);
    int left = run.commanded.get();

    assertThat(result().outcome()).isEqualTo(ItemOutcome.UNANSWERED);
    // The one that was on its way when the room came may count to either.
    assertThat(run.commanded.get()).isBetween(left + 29, left + 31);
  }

  /** One run in the list. */
  private static final class OneList implements ContentStore {
    @Override
    public CompletionStage<String> put(ByteString content) {
      throw new AssertionError("an operation stores no content");
    }

    @Override
    public CompletionStage<ByteString> get(String hash) {
      return CompletableFuture.completedFuture(ItemList.write(List.of(RUN)));
    }
  }

  /** Fails commands as the test says, and refuses them otherwise. */
  private static final class Talkative extends UnaskedRuns {
    final AtomicInteger commanded = new AtomicInteger();
    volatile Optional<Throwable> failure = Optional.of(NO_ROOM);

    @Override
    public CompletionStage<Answer<RunHead, RunRejection>> command(
        String project,
        RunId id,
        RunVerb verb,
        Optional<StepRef> step,
        Optional<Instant> until,
        Cause.Command cause,
        OptionalLong expectedSequence,
        boolean dryRun) {
      commanded.incrementAndGet();
      return failure
          .<CompletionStage<Answer<RunHead, RunRejection>>>map(
              why -> CompletableFuture.failedStage(new CompletionException(why)))
          .orElseGet(() -> CompletableFuture.completedStage(NOT_FOUND));
    }
  }
}
