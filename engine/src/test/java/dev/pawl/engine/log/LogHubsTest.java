package dev.pawl.engine.log;

import static dev.pawl.engine.log.LogFixture.CLOCK;
import static dev.pawl.engine.log.LogFixture.NOON;
import static dev.pawl.engine.log.LogFixture.await;
import static dev.pawl.engine.log.LogFixture.chunk;
import static dev.pawl.engine.log.LogFixture.closed;
import static dev.pawl.engine.log.LogFixture.key;
import static dev.pawl.engine.log.LogFixture.last;
import static dev.pawl.engine.log.LogFixture.newRun;
import static dev.pawl.engine.log.LogFixture.readAll;
import static dev.pawl.engine.log.LogFixture.sized;
import static dev.pawl.engine.log.LogFixture.stored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pawl.covers.Covers;
import dev.pawl.engine.decider.Overloaded;
import dev.pawl.engine.journal.Database;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.run.RunId;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class LogHubsTest {
  private static final LogLimits SMALL =
      new LogLimits(1_000, 300_000, 4, 1_000_000, Duration.ofMillis(400));

  private final TestDatabase postgres;
  private final Database database;
  private final LogHubs logs;
  private final List<LogHubs> others = new ArrayList<>();
  private final RunId run = newRun();
  private final LogKey build = key(run, "build");

  LogHubsTest(TestDatabase postgres) {
    this.postgres = postgres;
    database = postgres.open();
    logs = new LogHubs(database, CLOCK, LogNeighbours.NONE);
  }

  @AfterEach
  void close() {
    others.forEach(LogHubs::close);
    logs.close();
    database.close();
  }

  private LogHubs another(LogLimits limits) {
    LogHubs hubs = new LogHubs(database, CLOCK, LogNeighbours.NONE, limits);
    others.add(hubs);
    return hubs;
  }

  @Test
  @Covers("OCP-18")
  void chunks_are_read_as_they_were_sent() throws Exception {
    List<LogChunk> sent = List.of(chunk(build, 1, 3), chunk(build, 4, 2), last(build, 6, 1));
    for (LogChunk chunk : sent) {
      assertThat(await(logs.append(chunk))).isEqualTo(stored(chunk.nextSequence() - 1));
    }

    assertThat(await(logs.read(build, 1, 1_000_000))).isEqualTo(sent);
    assertThat(await(logs.read(build, 5, 1_000_000))).isEqualTo(sent.subList(1, 3));
    assertThat(await(logs.read(build, 4, 1))).isEqualTo(sent.subList(1, 2));
    assertThat(await(logs.read(build, 7, 1_000_000))).isEmpty();
    assertThat(await(logs.sections(run, Optional.of("build"))))
        .singleElement()
        .isEqualTo(
            new LogSection(
                build,
                NOON,
                0,
                1,
                sent.getFirst().operation(),
                "worker-1",
                6,
                sent.stream().mapToLong(chunk -> chunk.lines().size()).sum(),
                true,
                false));
  }

  @Test
  @Covers("OCP-51")
  void a_task_without_a_log_has_no_sections_and_no_lines() throws Exception {
    assertThat(await(logs.sections(run, Optional.empty()))).isEmpty();
    assertThat(await(logs.read(build, 1, 1_000))).isEmpty();
  }

  @Test
  @Covers("OCP-39")
  void each_attempt_has_its_own_lines_oldest_first() throws Exception {
    LogKey again = new LogKey(build.execution(), 2);
    LogKey test = key(run, "test");
    await(logs.append(chunk(again, NOON.plusSeconds(60), 1, 1, false, false)));
    await(logs.append(chunk(test, NOON.plusSeconds(30), 1, 1, false, false)));
    await(logs.append(chunk(build, NOON, 1, 2, true, false)));
    await(logs.append(chunk(key(newRun(), "build"), 1, 1)));

    assertThat(await(logs.sections(run, Optional.empty())))
        .extracting(LogSection::key)
        .containsExactly(build, test, again);
    assertThat(await(logs.sections(run, Optional.of("build"))))
        .extracting(LogSection::key)
        .containsExactly(build, again);
    assertThat(readAll(logs, build)).containsExactly(chunk(build, NOON, 1, 2, true, false));
    assertThat(readAll(logs, again))
        .containsExactly(chunk(again, NOON.plusSeconds(60), 1, 1, false, false));
  }

  @Test
  void what_does_not_go_on_from_the_end_is_not_stored_and_told_where_the_end_is() throws Exception {
    await(logs.append(chunk(build, 1, 3)));

    assertThat(await(logs.append(chunk(build, 5, 1)))).isEqualTo(stored(3));
    assertThat(await(logs.append(chunk(build, 3, 2)))).isEqualTo(stored(3));
    assertThat(await(logs.append(chunk(build, 1, 3)))).isEqualTo(stored(3));
    assertThat(await(logs.append(chunk(build, 4, 1)))).isEqualTo(stored(4));
    assertThat(readAll(logs, build)).containsExactly(chunk(build, 1, 3), chunk(build, 4, 1));
  }

  @Test
  void a_chunk_sent_many_times_at_once_is_stored_and_shown_once() throws Exception {
    try (Logs.Tail tail = logs.tail(run, Optional.empty())) {
      List<CompletableFuture<Logs.Stored>> answers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        answers.add(logs.append(chunk(build, 1, 3)).toCompletableFuture());
      }
      for (CompletableFuture<Logs.Stored> answer : answers) {
        assertThat(await(answer)).isEqualTo(stored(3));
      }

      assertThat(await(tail.next())).containsExactly(chunk(build, 1, 3));
      assertThat(await(tail.next())).isEmpty();
    }
    assertThat(readAll(logs, build)).containsExactly(chunk(build, 1, 3));
  }

  @Test
  @Covers("OBS-31")
  void a_new_node_goes_on_where_the_log_stands() throws Exception {
    await(logs.append(chunk(build, 1, 3)));
    LogHubs other = another(LogLimits.DEFAULT);

    assertThat(await(other.append(chunk(build, 9, 1)))).isEqualTo(stored(3));
    assertThat(await(other.append(chunk(build, 1, 3)))).isEqualTo(stored(3));
    assertThat(await(other.append(chunk(build, 4, 2)))).isEqualTo(stored(5));
    // Back at the first node, which does not know of them yet.
    assertThat(await(logs.append(chunk(build, 4, 2)))).isEqualTo(stored(5));
    assertThat(await(other.append(last(build, 6, 1)))).isEqualTo(stored(6));
    assertThat(await(logs.append(last(build, 6, 1)))).isEqualTo(stored(6));
    assertThat(await(logs.append(chunk(build, 7, 1)))).isEqualTo(closed(6));
    assertThat(readAll(logs, build))
        .containsExactly(chunk(build, 1, 3), chunk(build, 4, 2), last(build, 6, 1));
  }

  @Test
  void a_worker_that_moved_and_came_back_is_not_sent_back_to_what_others_stored() throws Exception {
    await(logs.append(chunk(build, 1, 3)));
    await(another(LogLimits.DEFAULT).append(chunk(build, 4, 2)));

    assertThat(await(logs.append(chunk(build, 6, 1)))).isEqualTo(stored(6));
    assertThat(readAll(logs, build))
        .containsExactly(chunk(build, 1, 3), chunk(build, 4, 2), chunk(build, 6, 1));
  }

  @Test
  void two_nodes_never_both_continue_a_section() throws Exception {
    await(logs.append(chunk(build, 1, 3)));
    await(another(LogLimits.DEFAULT).append(chunk(build, 4, 2)));

    // The first node believes that line 3 is the last; these would overlap, so no line is taken.
    assertThat(await(logs.append(chunk(build, 4, 3)))).isEqualTo(stored(5));
    assertThat(readAll(logs, build)).containsExactly(chunk(build, 1, 3), chunk(build, 4, 2));
  }

  @Test
  void a_mark_ends_a_section_and_reaches_live_readers() throws Exception {
    LogChunk mark = chunk(build, NOON, 4, 0, true, true);
    try (Logs.Tail tail = logs.tail(run, Optional.empty())) {
      await(logs.append(chunk(build, 1, 3)));
      assertThat(await(tail.next())).containsExactly(chunk(build, 1, 3));
      assertThat(await(logs.append(mark))).isEqualTo(stored(3));
      assertThat(await(logs.append(mark))).isEqualTo(stored(3));
      assertThat(await(tail.next())).containsExactly(mark);
      assertThat(await(tail.next())).isEmpty();
    }
    assertThat(await(logs.sections(run, Optional.empty())))
        .singleElement()
        .matches(section -> section.ended() && section.truncated() && section.lines() == 3);
  }

  @Test
  void a_section_over_its_limit_is_cut_and_says_so() throws Exception {
    LogHubs small = another(SMALL);
    try (Logs.Tail tail = small.tail(run, Optional.of("build"))) {
      assertThat(await(small.append(sized(build, 1, 600)))).isEqualTo(stored(1));
      assertThat(await(tail.next())).containsExactly(sized(build, 1, 600));
      assertThat(await(small.append(sized(build, 2, 600)))).isEqualTo(closed(1));
      assertThat(await(tail.next()))
          .singleElement()
          .matches(mark -> mark.truncated() && mark.last() && mark.lineCount() == 0)
          .matches(mark -> mark.firstSequence() == 2);
    }
    assertThat(await(small.append(sized(build, 2, 1)))).isEqualTo(closed(1));
    assertThat(await(small.append(sized(build, 1, 600)))).isEqualTo(stored(1));
    assertThat(readAll(small, build)).containsExactly(sized(build, 1, 600));
    assertThat(await(small.sections(run, Optional.empty())))
        .singleElement()
        .matches(section -> section.ended() && section.truncated() && section.lines() == 1);
  }

  @Test
  void a_tail_gets_what_it_asked_for_and_an_empty_list_when_nothing_comes() throws Exception {
    LogKey test = key(run, "test");
    try (Logs.Tail all = logs.tail(run, Optional.empty());
        Logs.Tail one = logs.tail(run, Optional.of("test"));
        Logs.Tail foreign = logs.tail(newRun(), Optional.empty())) {
      long start = System.nanoTime();
      assertThat(await(one.next())).isEmpty();
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(900), Duration.ofSeconds(10));
      var waiting = one.next();
      await(logs.append(chunk(build, 1, 1)));
      await(logs.append(chunk(test, 1, 1)));

      assertThat(await(waiting)).containsExactly(chunk(test, 1, 1));
      assertThat(await(all.next())).containsExactly(chunk(build, 1, 1), chunk(test, 1, 1));
      assertThat(await(foreign.next())).isEmpty();
    }
  }

  @Test
  @Covers("SYS-5")
  void a_slow_reader_is_told_goes_on_live_and_holds_nobody_up() throws Exception {
    LogHubs small = another(SMALL);
    try (Logs.Tail tail = small.tail(run, Optional.empty())) {
      for (int i = 1; i <= 6; i++) {
        assertThat(await(small.append(chunk(build, i, 1)))).isEqualTo(stored(i));
      }

      assertThatThrownBy(() -> await(tail.next())).hasCauseInstanceOf(Logs.TailLagged.class);
      await(small.append(chunk(build, 7, 1)));
      assertThat(await(tail.next())).containsExactly(chunk(build, 7, 1));
    }
  }

  @Test
  void a_closed_tail_answers_its_reader_and_takes_no_more() throws Exception {
    Logs.Tail tail = logs.tail(run, Optional.empty());
    var waiting = tail.next();
    assertThatThrownBy(() -> await(tail.next())).hasCauseInstanceOf(IllegalStateException.class);
    tail.close();
    assertThat(await(waiting)).isEmpty();
    assertThatThrownBy(() -> await(tail.next())).hasMessageContaining("closed");
  }

  @Test
  void chunks_lie_in_the_partition_of_the_day_their_attempt_began() throws Exception {
    Instant before = Instant.parse("2026-11-20T23:59:59.999999999Z");
    Instant after = Instant.parse("2026-11-21T00:00:00Z");
    LogKey test = key(run, "test");
    var first = logs.append(chunk(build, before, 1, 1, false, false));
    var second = logs.append(chunk(test, after, 1, 1, false, false));
    await(first);
    await(second);
    // A later chunk stays with its section, whatever it says.
    await(logs.append(chunk(build, after, 2, 1, false, false)));

    assertThat(tables(build)).containsExactly("log_chunk_20261120", "log_chunk_20261120");
    assertThat(tables(test)).containsExactly("log_chunk_20261121");
    assertThat(await(logs.read(build, 1, 1_000))).hasSize(2);
  }

  private List<String> tables(LogKey key) throws Exception {
    try (Connection connection = postgres.connect();
        var statement =
            connection.prepareStatement(
                "SELECT tableoid::regclass::text FROM log_chunk WHERE run_id = ? AND task = ?")) {
      statement.setString(1, key.execution().run().value());
      statement.setString(2, key.execution().task());
      List<String> tables = new ArrayList<>();
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          tables.add(row.getString(1));
        }
      }
      return tables;
    }
  }

  @Test
  void a_partition_that_was_dropped_is_made_again() throws Exception {
    Instant yesterday = NOON.minus(Duration.ofDays(1));
    await(logs.append(chunk(build, yesterday, 1, 1, true, false)));
    postgres.execute("DROP TABLE log_chunk_20261119");

    LogKey test = key(run, "test");
    LogChunk chunk = chunk(test, yesterday, 1, 1, true, false);
    assertThat(await(logs.append(chunk))).isEqualTo(stored(1));
    assertThat(readAll(logs, test)).containsExactly(chunk);
  }

  @Test
  void malformed_chunks_are_refused_and_harm_no_other() throws Exception {
    LogKey test = key(run, "test");
    var faults =
        List.of(
            logs.append(chunk(build, 0, 1)),
            logs.append(chunk(build, 1, -1)),
            logs.append(sized(build, 1, 65_537)),
            logs.append(chunk(key(run, "a\0b"), 1, 1)),
            logs.append(chunk(build, NOON.minus(Duration.ofDays(500)), 1, 1, false, false)),
            logs.append(chunk(build, NOON.plus(Duration.ofDays(3)), 1, 1, false, false)));
    var good = logs.append(chunk(test, 1, 1));

    for (var fault : faults) {
      assertThatThrownBy(() -> await(fault)).hasCauseInstanceOf(IllegalArgumentException.class);
    }
    assertThat(await(good)).isEqualTo(stored(1));
    assertThat(await(logs.sections(run, Optional.of("build")))).isEmpty();
  }

  @Test
  void what_waits_is_bounded_and_an_idle_hub_is_forgotten() throws Exception {
    LogHubs small = another(SMALL);
    List<CompletableFuture<Logs.Stored>> answers = new ArrayList<>();
    List<LogKey> keys = new ArrayList<>();
    // Nothing is committed while somebody else has the table.
    try (Connection connection = postgres.connect();
        var statement = connection.createStatement()) {
      await(small.append(chunk(build, 1, 1)));
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE log_section IN SHARE ROW EXCLUSIVE MODE");
      for (int i = 0; i < 600; i++) {
        keys.add(key(run, "task" + i));
        answers.add(small.append(sized(keys.get(i), 1, 900)).toCompletableFuture());
      }
      assertThat(small.waitingBytes()).isLessThanOrEqualTo(SMALL.waitingBytes());
      assertThatThrownBy(() -> await(answers.getLast())).hasCauseInstanceOf(Overloaded.class);
      connection.rollback();
    }
    int stored = 0;
    for (int i = 0; i < 600; i++) {
      if (answers.get(i).handle((_, failure) -> failure == null).get()) {
        stored++;
        assertThat(readAll(small, keys.get(i))).hasSize(1);
      } else {
        assertThat(readAll(small, keys.get(i))).isEmpty();
      }
    }
    assertThat(stored).isBetween(1, 599);
    assertThat(small.waitingBytes()).isZero();
    await().until(() -> small.hubCount() == 0);
    assertThat(await(small.append(chunk(build, 2, 1)))).isEqualTo(stored(2));
  }
}
