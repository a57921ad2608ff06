package dev.pawl.engine.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pawl.engine.decider.Unavailable;
import dev.pawl.engine.journal.Database;
import dev.pawl.engine.journal.PersistenceIds;
import dev.pawl.engine.postgres.JournalWriter;
import dev.pawl.engine.postgres.PostgresServer;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.run.RunId;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeedRestartTest {
  @Test
  void the_feed_goes_on_when_postgres_comes_back(@TempDir Path directory) throws SQLException {
    try (PostgresServer server = new PostgresServer(directory.resolve("pg"))) {
      TestDatabase postgres = server.database("postgres");
      try (Database database = postgres.open();
          PostgresFeed feed = PostgresFeed.start(database, InstantSource.system());
          FeedReader reader = new FeedReader(feed, FeedPosition.BEGINNING, 10)) {
        write(postgres, "before");
        await().atMost(Duration.ofSeconds(10)).until(() -> reader.size() == 1);

        server.stop();
        server.restart();
        write(postgres, "after");
        await().atMost(Duration.ofSeconds(30)).until(() -> reader.size() == 2);

        assertThat(reader.positions()).isSorted();
        assertThat(reader.shown().getLast())
            .isInstanceOfSatisfying(
                FeedEntry.OfRun.class,
                entry -> assertThat(entry.id()).isEqualTo(new RunId("after")));
      }
    }
  }

  @Test
  void who_reads_far_behind_while_postgres_is_away_is_told_to_ask_again(@TempDir Path directory)
      throws SQLException {
    try (PostgresServer server = new PostgresServer(directory.resolve("pg"))) {
      TestDatabase postgres = server.database("postgres");
      try (Database database = postgres.open()) {
        write(postgres, "before");
        // Begins behind what was stored, and so has none of it in memory.
        try (PostgresFeed feed = PostgresFeed.start(database, InstantSource.system())) {
          server.stop();

          assertThatThrownBy(
                  () ->
                      feed.read(FeedPosition.BEGINNING, 10)
                          .toCompletableFuture()
                          .get(30, TimeUnit.SECONDS))
              .hasCauseInstanceOf(Unavailable.class);
        }
      }
    }
  }

  private static void write(TestDatabase postgres, String run) throws SQLException {
    try (Connection connection = postgres.connect()) {
      JournalWriter.write(
          connection, PersistenceIds.of(new RunId(run)), 1, PostgresFeedTest.CREATED);
    }
  }
}
