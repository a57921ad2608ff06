package dev.pawl.engine.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.pawl.engine.execution.ExecutionEvent;
import dev.pawl.engine.execution.ExecutionFact;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.Database;
import dev.pawl.engine.journal.PersistenceIds;
import dev.pawl.engine.journal.SampleFacts;
import dev.pawl.engine.postgres.JournalWriter;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.run.RunEvent;
import dev.pawl.engine.run.RunFact;
import dev.pawl.engine.run.RunId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class PostgresFeedTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  static final RunFact CREATED =
      new RunFact(
          new RunEvent.Created(SampleFacts.header()),
          new Cause.Timer("T"),
          SampleFacts.NOW,
          "",
          "RUNNING");
  private static final RunFact CONTINUED =
      new RunFact(
          new RunEvent.Continued(List.of()),
          new Cause.Timer("T"),
          SampleFacts.NOW,
          "PAUSED",
          "RUNNING");
  private static final ExecutionFact STOPPING =
      new ExecutionFact(
          new ExecutionEvent.StopBegan(1, "STOPPED"),
          new Cause.Timer("T"),
          SampleFacts.NOW,
          "RUNNING",
          "TERMINATING");

  private final TestDatabase postgres;
  private final Database database;
  private final List<AutoCloseable> open = new ArrayList<>();

  PostgresFeedTest(TestDatabase postgres) {
    this.postgres = postgres;
    this.database = postgres.open();
  }

  @BeforeEach
  void emptyJournal() throws SQLException {
    postgres.execute("TRUNCATE event_journal, feed_floor");
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
    database.close();
  }

  private PostgresFeed feed() {
    return closedLater(PostgresFeed.start(database, InstantSource.system()));
  }

  private FeedReader reader(Feed feed, FeedPosition from, int max) {
    return closedLater(new FeedReader(feed, from, max));
  }

  private <T extends AutoCloseable> T closedLater(T resource) {
    open.add(resource);
    return resource;
  }

  @Test
  void what_is_committed_is_shown_without_a_hint() throws SQLException {
    PostgresFeed feed = feed();
    FeedReader reader = reader(feed, feed.head(), 100);
    try (Connection connection = postgres.connect()) {
      JournalWriter.write(connection, run("a"), 1, CREATED);
      JournalWriter.write(connection, run("a"), 2, CONTINUED);
    }
    await().atMost(Duration.ofSeconds(5)).until(() -> reader.size() == 2);

    assertThat(reader.shown())
        .extracting(FeedEntry::sequence, FeedEntry::fact)
        .containsExactly(tuple(1L, CREATED), tuple(2L, CONTINUED));
    assertThat(feed.head()).isEqualTo(reader.shown().getLast().position());
  }

  @Test
  void a_hint_makes_it_quick() throws Exception {
    PostgresFeed feed = feed();
    List<Long> millis = new ArrayList<>();
    try (Connection connection = postgres.connect()) {
      for (int i = 1; i <= 40; i++) {
        var next = feed.read(feed.head(), 10).toCompletableFuture();
        await().pollDelay(Duration.ofMillis(5)).until(() -> true);
        JournalWriter.write(connection, run("a"), i, i == 1 ? CREATED : CONTINUED);
        long start = System.nanoTime();
        feed.hint();
        next.get(5, TimeUnit.SECONDS);
        millis.add(Duration.ofNanos(System.nanoTime() - start).toMillis());
      }
    }
    millis.sort(null);
    // Far from what the poll of 100 ms would give.
    assertThat(millis.get(millis.size() / 2)).as("median of %s ms", millis).isLessThan(40);
  }

  @Test
  void an_insert_that_is_open_for_long_holds_back_all_that_follow_and_is_not_missed()
      throws SQLException {
    PostgresFeed feed = feed();
    FeedReader reader = reader(feed, FeedPosition.BEGINNING, 7);
    try (Connection slow = postgres.connect();
        Connection quick = postgres.connect()) {
      slow.setAutoCommit(false);
      JournalWriter.write(slow, run("slow"), 1, CREATED);
      for (int i = 1; i <= 50; i++) {
        JournalWriter.write(quick, run("quick"), i, i == 1 ? CREATED : CONTINUED);
        feed.hint();
      }
      await()
          .during(Duration.ofSeconds(15))
          .atMost(Duration.ofSeconds(20))
          .until(() -> reader.size() == 0);
      slow.commit();
    }
    await().atMost(PATIENCE).until(() -> reader.size() == 51);
    assertThat(reader.positions()).isSorted().doesNotHaveDuplicates();
    assertThat(reader.shown().getFirst())
        .isInstanceOfSatisfying(
            FeedEntry.OfRun.class, first -> assertThat(first.id()).isEqualTo(new RunId("slow")));
  }

  @Test
  void many_writers_that_commit_in_any_order_are_all_shown_in_one_order() throws Exception {
    int writers = 12;
    int facts = 20_000;
    PostgresFeed feed = feed();
    FeedReader live = reader(feed, FeedPosition.BEGINNING, 300);
    FeedReader inSmallBites = reader(feed, FeedPosition.BEGINNING, 17);
    AtomicInteger left = new AtomicInteger(facts);
    try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
      List<Future<?>> writing = new ArrayList<>();
      for (int w = 0; w < writers; w++) {
        int writer = w;
        writing.add(threads.submit(() -> write(writer, left, feed)));
      }
      for (Future<?> each : writing) {
        each.get(120, TimeUnit.SECONDS);
      }
    }
    long stored = count();
    assertThat(stored).isGreaterThanOrEqualTo(facts);
    await().atMost(PATIENCE).until(() -> live.size() >= stored && inSmallBites.size() >= stored);
    FeedReader late = reader(feed(), FeedPosition.BEGINNING, 1_000);
    await().atMost(PATIENCE).until(() -> late.size() >= stored);

    assertThat(live.positions()).hasSize((int) stored).isSorted().doesNotHaveDuplicates();
    assertThat(inSmallBites.positions()).isEqualTo(live.positions());
    assertThat(late.positions()).isEqualTo(live.positions());
    assertEveryRunIsWithoutGap(live.shown());
  }

  private Void write(int writer, AtomicInteger left, PostgresFeed feed) throws SQLException {
    Random random = new Random(writer);
    try (Connection connection = postgres.connect()) {
      connection.setAutoCommit(false);
      long sequence = 0;
      while (left.get() > 0) {
        int rows = 1 + random.nextInt(20);
        for (int i = 1; i <= rows; i++) {
          long number = sequence + i;
          JournalWriter.write(
              connection, run("w" + writer), number, number == 1 ? CREATED : CONTINUED);
        }
        LockSupport.parkNanos(random.nextInt(4_000_000));
        if (random.nextInt(10) == 0) {
          connection.rollback();
        } else {
          connection.commit();
          sequence += rows;
          left.addAndGet(-rows);
          feed.hint();
        }
      }
    }
    return null;
  }

  private static void assertEveryRunIsWithoutGap(List<FeedEntry> shown) {
    Map<RunId, List<Long>> sequences =
        shown.stream()
            .map(FeedEntry.OfRun.class::cast)
            .collect(
                Collectors.groupingBy(
                    FeedEntry.OfRun::id,
                    Collectors.mapping(FeedEntry::sequence, Collectors.toList())));
    sequences.forEach(
        (run, numbers) -> {
          for (int i = 0; i < numbers.size(); i++) {
            assertThat(numbers.get(i)).as("fact of %s", run).isEqualTo(i + 1);
          }
        });
  }

  @Test
  void an_execution_is_shown_with_its_run_though_the_run_began_long_ago() throws SQLException {
    try (Connection connection = postgres.connect()) {
      JournalWriter.write(connection, run("old"), 1, CREATED);
      PostgresFeed feed = feed();
      FeedReader reader = reader(feed, feed.head(), 10);
      ExecutionId execution = new ExecutionId(new RunId("old"), "load", 0);
      JournalWriter.write(connection, PersistenceIds.of(execution), 1, STOPPING);
      await().atMost(PATIENCE).until(() -> reader.size() == 1);

      assertThat(reader.shown().getFirst())
          .isInstanceOfSatisfying(
              FeedEntry.OfExecution.class,
              entry -> {
                assertThat(entry.id()).isEqualTo(execution);
                assertThat(entry.header()).isEqualTo(SampleFacts.header());
              });
    }
  }

  @Test
  void a_fact_whose_run_was_deleted_is_left_out_and_stops_nobody() throws SQLException {
    try (Connection connection = postgres.connect()) {
      JournalWriter.write(connection, run("gone"), 2, CONTINUED);
      PostgresFeed feed = feed();
      FeedReader reader = reader(feed, FeedPosition.BEGINNING, 1);
      JournalWriter.write(connection, run("gone"), 3, CONTINUED);
      JournalWriter.write(connection, run("here"), 1, CREATED);
      await().atMost(PATIENCE).until(() -> reader.size() == 1);
      JournalWriter.write(connection, run("gone"), 4, CONTINUED);
      JournalWriter.write(connection, run("here"), 2, CONTINUED);
      await().atMost(PATIENCE).until(() -> reader.size() == 2);
    }
  }

  @Test
  void rows_of_an_older_epoch_come_first_whatever_their_transaction_numbers() throws SQLException {
    try (Connection connection = postgres.connect()) {
      JournalWriter.write(connection, run("a"), 1, CREATED);
      JournalWriter.write(connection, run("a"), 2, CONTINUED);
      // As after a restore: what was stored has numbers far above those to come.
      postgres.execute("UPDATE event_journal SET xid = '4000000000000'::xid8");
      postgres.execute(
          "UPDATE feed_epoch SET system_identifier = 42 WHERE epoch = (SELECT max(epoch) FROM"
              + " feed_epoch)");
      database.views().useHandle(handle -> handle.execute("SELECT raise_epoch()"));
      PostgresFeed feed = feed();
      FeedReader reader = reader(feed, FeedPosition.BEGINNING, 1);
      JournalWriter.write(connection, run("a"), 3, CONTINUED);
      await().atMost(PATIENCE).until(() -> reader.size() == 3);

      assertThat(reader.positions()).isSorted();
      assertThat(reader.shown()).extracting(FeedEntry::sequence).containsExactly(1L, 2L, 3L);
    }
  }

  @Test
  void below_the_retention_floor_reading_says_so() throws SQLException {
    try (Connection connection = postgres.connect()) {
      JournalWriter.write(connection, run("a"), 1, CREATED);
      JournalWriter.write(connection, run("a"), 2, CONTINUED);
    }
    PostgresFeed feed = feed();
    FeedReader all = reader(feed, FeedPosition.BEGINNING, 1);
    await().atMost(PATIENCE).until(() -> all.size() == 2);
    FeedPosition first = all.positions().getFirst();
    FeedPosition second = all.positions().getLast();
    postgres.execute(
        "INSERT INTO feed_floor (epoch, xid, ordering) VALUES (%d, %d, %d)"
            .formatted(second.epoch(), second.xid(), second.ordering()));

    assertThatThrownBy(() -> feed.read(first, 1).toCompletableFuture().get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(FeedExpired.class);
    assertThat(feed.read(FeedPosition.BEGINNING, 5).toCompletableFuture().join()).hasSize(2);
  }

  @Test
  void who_waits_when_the_feed_closes_gets_nothing() throws Exception {
    PostgresFeed feed = PostgresFeed.start(database, InstantSource.system());
    var waiting = feed.read(feed.head(), 1).toCompletableFuture();
    assertThat(waiting).isNotDone();
    feed.close();
    assertThat(waiting.get(5, TimeUnit.SECONDS)).isEmpty();
    assertThat(feed.read(feed.head(), 1).toCompletableFuture().get(5, TimeUnit.SECONDS)).isEmpty();
  }

  private long count() {
    return database
        .views()
        .withHandle(
            handle ->
                handle.createQuery("SELECT count(*) FROM event_journal").mapTo(Long.class).one());
  }

  private static String run(String id) {
    return PersistenceIds.of(new RunId(id));
  }
}
