package dev.pawl.engine.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.pawl.engine.clock.Share;
import dev.pawl.engine.clock.Waker;
import dev.pawl.engine.content.PostgresContentStore;
import dev.pawl.engine.decider.Unavailable;
import dev.pawl.engine.feed.PostgresFeed;
import dev.pawl.engine.journal.Database;
import dev.pawl.engine.postgres.JournalWriter;
import dev.pawl.engine.postgres.PostgresServer;
import dev.pawl.engine.postgres.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ViewsRestartTest {
  @Test
  void lists_and_wake_ups_go_on_when_postgres_comes_back(@TempDir Path directory) throws Exception {
    Set<String> woken = ConcurrentHashMap.newKeySet();
    try (PostgresServer server = new PostgresServer(directory.resolve("pg"))) {
      TestDatabase postgres = server.database("postgres");
      try (Database database = postgres.open();
          PostgresFeed feed = PostgresFeed.start(database, InstantSource.system());
          Projector projector = Projector.start(database, feed, PostgresViewsTest::plan);
          Waker _ =
              Waker.start(database, projector, InstantSource.system(), woken::add, Share.ALL)) {
        Views views = new PostgresViews(database, projector);
        created(postgres, "before");
        assertThat(list(views, "before")).isEqualTo(1);

        server.stop();
        assertThatThrownBy(() -> list(views, "before")).hasCauseInstanceOf(Unavailable.class);
        assertThatThrownBy(
                () ->
                    new PostgresContentStore(database)
                        .put(ByteString.EMPTY)
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS))
            .hasCauseInstanceOf(Unavailable.class);
        server.restart();
        created(postgres, "after");
        await()
            .atMost(Duration.ofSeconds(30))
            .ignoreExceptions()
            .until(() -> list(views, "after") == 2);
        await().atMost(Duration.ofSeconds(30)).until(() -> woken.contains("run|after"));
      }
    }
  }

  private static int list(Views views, String run) throws Exception {
    return views
        .runs("demo", RunFilter.ALL, Optional.empty(), 10, List.of(new Revision("run|" + run, 1)))
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS)
        .rows()
        .size();
  }

  private static void created(TestDatabase postgres, String run) throws SQLException {
    Instant longAgo = InstantSource.system().instant().minusSeconds(60);
    try (Connection connection = postgres.connect()) {
      JournalWriter.write(connection, "run|" + run, 1, PostgresViewsTest.createdFact(longAgo));
    }
  }
}
