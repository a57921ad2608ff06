package dev.pawl.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import dev.pawl.engine.content.ContentStore;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.PersistenceIds;
import dev.pawl.engine.operation.OperationMessage.HeadAnswer;
import dev.pawl.engine.run.Runs;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.persistence.testkit.PersistenceTestKitPlugin;
import org.apache.pekko.persistence.testkit.javadsl.PersistenceTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One operation, with a journal in memory that fails when it is told to. */
class OperationEntityTest {
  private static final OperationId ID = new OperationId("op" + "0".repeat(24));

  private final ActorTestKit kit =
      ActorTestKit.create(
          PersistenceTestKitPlugin.getInstance()
              .config()
              .withFallback(
                  ConfigFactory.parseString("pekko.persistence.testkit.events.serialize = off")));
  private final PersistenceTestKit journal = PersistenceTestKit.create(kit.system());
  private final FakeExporter exporter = new FakeExporter();
  private final TestProbe<HeadAnswer> asker = kit.createTestProbe(HeadAnswer.class);
  private final ActorRef<OperationMessage> operation =
      kit.spawn(
          OperationEntity.create(
              ID,
              kit.createTestProbe(ClusterSharding.ShardCommand.class).getRef(),
              new OperationWorld(
                  unused(Runs.class),
                  unused(ContentStore.class),
                  exporter,
                  InstantSource.fixed(Instant.EPOCH),
                  _ -> {},
                  () -> true)));

  /** An export that goes on until the test ends it. */
  private record Begun(int attempt, BooleanSupplier wanted, CompletableFuture<OperationFile> end) {}

  private static final class FakeExporter implements Exporter {
    final List<Begun> begun = new CopyOnWriteArrayList<>();

    @Override
    public CompletionStage<OperationFile> export(
        OperationId id,
        int attempt,
        String project,
        OperationWork.Export work,
        BooleanSupplier wanted) {
      CompletableFuture<OperationFile> end = new CompletableFuture<>();
      begun.add(new Begun(attempt, wanted, end));
      return end;
    }
  }

  @AfterEach
  void close() {
    kit.shutdownTestKit();
  }

  private static <T> T unused(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, _) -> {
              throw new AssertionError("an export does not call " + method);
            }));
  }

  private static OperationFile file(int attempt) {
    return new OperationFile("runs.csv", "text/csv", attempt, 1, 10, 1, "hash", Instant.MAX);
  }

  private static Cause.Command cause(String requestId) {
    return new Cause.Command(requestId, "b0d7", "ann", "because");
  }

  private OperationHead head() {
    operation.tell(new OperationMessage.Describe("shop", asker.getRef()));
    return switch (asker.receiveMessage().answer()) {
      case Answer.Accepted(var head) -> head;
      case Answer.Refused(var rejection) -> throw new AssertionError("refused: " + rejection);
    };
  }

  private Begun begun(int attempt) {
    await().until(() -> exporter.begun.size() >= attempt);
    return exporter.begun.get(attempt - 1);
  }

  @Test
  void the_late_end_of_an_export_that_was_given_up_leaves_its_successor_alone() {
    operation.tell(
        new OperationMessage.Start(
            "shop", new OperationWork.Export("", List.of("id")), cause("start"), asker.getRef()));
    asker.receiveMessage();
    Begun first = begun(1);
    journal.failNextPersisted(PersistenceIds.of(ID));
    operation.tell(new OperationMessage.Cancel("shop", cause("cancel"), asker.getRef()));
    Begun second = begun(2);
    assertThat(first.wanted().getAsBoolean()).isFalse();

    first.end().complete(file(1));
    operation.tell(new OperationMessage.WakeUp());
    // What the entity says to itself when it wakes up comes before the second question.
    assertThat(head().attempt()).isEqualTo(2);
    assertThat(head().attempt()).isEqualTo(2);
    assertThat(second.wanted().getAsBoolean()).isTrue();

    second.end().complete(file(2));
    OperationHead ended = head();
    assertThat(ended.status()).isEqualTo(OperationStatus.SUCCESS);
    assertThat(ended.file()).contains(file(2));
    assertThat(exporter.begun).hasSize(2);
  }
}
