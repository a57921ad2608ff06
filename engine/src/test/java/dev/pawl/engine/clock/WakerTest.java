package dev.pawl.engine.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.feed.PostgresFeed;
import dev.pawl.engine.journal.Database;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.view.Projector;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class WakerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int ENTITIES = 1_700;

  private final TestDatabase postgres;

  WakerTest(TestDatabase postgres) {
    this.postgres = postgres;
  }

  @Test
  void the_next_are_woken_when_the_last_of_those_before_is_awake() throws Exception {
    var drowsy = new Drowsy();
    try (Database database = postgres.open();
        PostgresFeed feed = PostgresFeed.start(database, InstantSource.system());
        Projector projector = Projector.start(database, feed, WakerTest::noPlan)) {
      postgres.execute(
          "INSERT INTO wake SELECT 'run|r' || n, now() + interval '1 hour', NULL, 0, n % 64"
              + " FROM generate_series(1, "
              + ENTITIES
              + ") n");
      try (Waker _ = Waker.start(database, projector, InstantSource.system(), drowsy, Share.ALL)) {
        await().atMost(PATIENCE).until(() -> drowsy.asked.size() == 1);
        int first = drowsy.woken.size();
        assertThat(first).isBetween(1, ENTITIES - 1);
        await()
            .during(Duration.ofMillis(500))
            .atMost(PATIENCE)
            .until(() -> drowsy.woken.size() == first);

        drowsy.asked.getFirst().complete(null);
        await().atMost(PATIENCE).until(() -> drowsy.asked.size() == 2);
        drowsy.asked.get(1).completeExceptionally(new IllegalStateException("overloaded"));
        await().atMost(PATIENCE).until(() -> drowsy.asked.size() == 3);
        // The third never answers, and does not keep the others asleep.
        await().atMost(PATIENCE).until(() -> drowsy.woken.size() == ENTITIES);
        assertThat(drowsy.woken).doesNotHaveDuplicates();
      }
    }
  }

  private static CompletionStage<Plan> noPlan(String hash) {
    return CompletableFuture.failedStage(new IllegalStateException("no plan has the hash " + hash));
  }

  /** Says that an entity is awake only when the test does. */
  private static final class Drowsy implements Sleepers {
    private final Queue<String> woken = new ConcurrentLinkedQueue<>();
    private final List<CompletableFuture<Void>> asked = new CopyOnWriteArrayList<>();

    @Override
    public void wake(String entity) {
      woken.add(entity);
    }

    @Override
    public CompletionStage<?> awake(String entity) {
      CompletableFuture<Void> awake = new CompletableFuture<>();
      asked.add(awake);
      return awake;
    }
  }
}
