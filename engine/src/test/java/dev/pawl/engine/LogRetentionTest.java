package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.pawl.covers.Covers;
import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.journal.Database;
import dev.pawl.engine.journal.PersistenceIds;
import dev.pawl.engine.log.LogChunk;
import dev.pawl.engine.log.LogKey;
import dev.pawl.engine.log.LogRetention;
import dev.pawl.engine.log.LogSection;
import dev.pawl.engine.log.LogsKept;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.StepView;
import dev.pawl.engine.view.Revision;
import dev.pawl.engine.view.RunFilter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which logs go, on a real PostgreSQL, and what is left of runs whose logs are gone. */
@ExtendWith(PostgresExtension.class)
class LogRetentionTest {
  private static final int CHUNK = 60_000;

  private final TestDatabase postgres;
  private final Database database;
  private final Node node;
  private final HandWorker worker;

  LogRetentionTest(TestDatabase postgres) throws SQLException {
    this.postgres = postgres;
    postgres.empty();
    this.database = postgres.open();
    for (String day : days()) {
      postgres.execute("DROP TABLE " + day);
    }
    // Its own drops nothing: each test starts one that does.
    EngineSettings usual = EngineSettings.of(postgres.settings());
    this.node =
        new Node(
            new EngineSettings(
                usual.database(),
                usual.cluster(),
                usual.heartbeatInterval(),
                usual.leaseTimeToLive(),
                usual.leaseGrace(),
                usual.commandTimeout(),
                usual.requireDurability(),
                Optional.empty(),
                new LogsKept(Optional.empty(), OptionalLong.empty())));
    this.worker = new HandWorker(node.engine(), "w1", 4);
  }

  @AfterEach
  void close() {
    node.close();
    database.close();
  }

  private static LogsKept forDays(int days) {
    return new LogsKept(Optional.of(Duration.ofDays(days)), OptionalLong.empty());
  }

  private static LogsKept ofBytes(long bytes) {
    return new LogsKept(Optional.empty(), OptionalLong.of(bytes));
  }

  /** The days that there is log of, as partitions, the oldest first. */
  private List<String> days() throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT inhrelid::regclass::text FROM pg_inherits"
                    + " WHERE inhparent = 'log_chunk'::regclass ORDER BY 1")) {
      List<String> days = new ArrayList<>();
      while (result.next()) {
        days.add(result.getString(1));
      }
      return days;
    }
  }

  private static LogKey key(RunId run) {
    return new LogKey(new ExecutionId(run, "a", 0), 7);
  }

  private void logged(LogKey key, int daysAgo) throws Exception {
    logged(key, daysAgo, 1, true);
  }

  private void logged(LogKey key, int daysAgo, long line, boolean last) throws Exception {
    Instant began = Instant.now().minus(daysAgo, ChronoUnit.DAYS);
    LogChunk chunk =
        new LogChunk(
            key,
            began,
            0,
            1,
            Operation.EXECUTE,
            "w1",
            line,
            1,
            ByteString.copyFrom(new byte[CHUNK]),
            last,
            false);
    assertThat(Node.get(node.engine().logs().append(chunk)).storedSequence()).isEqualTo(line);
  }

  /** A run that ended so many days ago, with log of that day. */
  private RunId ended(int daysAgo) throws Exception {
    RunId run = node.startRun("a");
    await().until(() -> worker.held("a"));
    worker.succeed("a");
    RunHead head = node.awaitEnd(run);
    listed(run, head);
    endedAgo(run, Duration.ofDays(daysAgo));
    logged(key(run), daysAgo);
    return run;
  }

  /** A run that has not ended, with log of so many days ago. */
  private RunId open(int daysAgo) throws Exception {
    RunId run = node.startRun("b");
    listed(run, Node.accepted(Node.get(node.engine().runs().describe("default", run))));
    logged(key(run), daysAgo);
    return run;
  }

  private void listed(RunId run, RunHead head) throws Exception {
    var page =
        Node.get(
            node.engine()
                .views()
                .runs(
                    "default",
                    RunFilter.ALL,
                    Optional.empty(),
                    100,
                    List.of(new Revision(PersistenceIds.of(run), head.sequence()))));
    assertThat(page.rows()).anyMatch(row -> row.id().equals(run));
  }

  /** Moves the end of a run, for who reads the views. */
  private void endedAgo(RunId run, Duration ago) throws SQLException {
    postgres.execute(
        "UPDATE run_view SET ended_at = now() - make_interval(secs => %d) WHERE run_id = '%s'"
            .formatted(ago.toSeconds(), run.value()));
  }

  private boolean isRead(RunId run) throws Exception {
    return !Node.get(node.engine().logs().read(key(run), 1, 1_000)).isEmpty();
  }

  @Test
  @Covers("OCP-48")
  void logs_that_were_kept_for_long_enough_are_gone_and_their_runs_stay_listed() throws Exception {
    RunId oldest = ended(100);
    RunId older = ended(92);
    RunId younger = ended(89);
    RunId today = ended(0);

    try (var _ = LogRetention.start(database, forDays(90))) {
      await().until(() -> days().size() == 2);
    }

    assertThat(isRead(oldest)).isFalse();
    assertThat(isRead(older)).isFalse();
    assertThat(isRead(younger)).isTrue();
    assertThat(isRead(today)).isTrue();
    for (RunId run : List.of(oldest, older, younger, today)) {
      RunHead head = Node.accepted(Node.get(node.engine().runs().describe("default", run)));
      listed(run, head);
      assertThat(List.of(node.step(run, "a"))).extracting(StepView::task).containsExactly("a");
      assertThat(Node.get(node.engine().logs().sections(run, Optional.empty())))
          .extracting(LogSection::lines)
          .containsExactly(1L);
    }
  }

  @Test
  @Covers("OCP-48")
  void beyond_their_size_the_oldest_go_until_what_is_left_fits() throws Exception {
    RunId oldest = ended(40);
    RunId older = ended(30);
    RunId younger = ended(20);
    RunId yesterday = ended(1);
    long all = bytes();

    try (var _ = LogRetention.start(database, ofBytes(all * 3 / 4 - 1))) {
      await().until(() -> days().size() == 2);
    }
    assertThat(isRead(oldest)).isFalse();
    assertThat(isRead(older)).isFalse();
    assertThat(isRead(younger)).isTrue();
    assertThat(bytes()).isLessThan(all * 3 / 4);

    try (var _ = LogRetention.start(database, ofBytes(1))) {
      await().until(() -> days().size() == 1);
    }
    assertThat(isRead(yesterday)).isTrue();
  }

  @Test
  void a_day_stays_while_a_run_of_it_has_not_ended_however_old_it_is() throws Exception {
    RunId neighbour = ended(200);
    RunId open = open(200);
    RunId gone = ended(199);

    try (var _ =
        LogRetention.start(
            database, new LogsKept(Optional.of(Duration.ofDays(90)), OptionalLong.of(1)))) {
      await().until(() -> days().size() == 1);
    }

    assertThat(isRead(open)).isTrue();
    assertThat(isRead(neighbour)).isTrue();
    assertThat(isRead(gone)).isFalse();
  }

  @Test
  void the_age_is_counted_from_the_end_of_the_run() throws Exception {
    RunId lasted = ended(80);
    RunId gone = ended(120);
    RunId neighbour = ended(150);
    logged(new LogKey(new ExecutionId(lasted, "a", 0), 3), 150);

    try (var _ = LogRetention.start(database, forDays(90))) {
      await().until(() -> days().size() == 2);
    }

    assertThat(isRead(lasted)).isTrue();
    assertThat(isRead(neighbour)).isTrue();
    assertThat(isRead(gone)).isFalse();
  }

  @Test
  void a_chunk_that_comes_late_for_a_day_that_is_gone_is_stored() throws Exception {
    ended(100);
    try (var _ = LogRetention.start(database, forDays(90))) {
      await().until(() -> days().isEmpty());
    }

    assertThat(isRead(ended(100))).isTrue();
  }

  @Test
  void a_day_stays_for_two_days_after_the_end_while_the_rest_of_a_log_is_with_its_worker()
      throws Exception {
    RunId cutOff = ended(5);
    LogKey open = new LogKey(new ExecutionId(cutOff, "a", 0), 8);
    logged(open, 5, 1, false);
    endedAgo(cutOff, Duration.ofHours(47));
    RunId gone = ended(4);

    try (var _ = LogRetention.start(database, ofBytes(1))) {
      await().until(() -> days().size() == 1);
    }
    assertThat(isRead(gone)).isFalse();
    assertThat(isRead(cutOff)).isTrue();

    endedAgo(cutOff, Duration.ofHours(49));
    try (var _ = LogRetention.start(database, ofBytes(1))) {
      await().until(() -> days().isEmpty());
    }

    logged(open, 5, 2, true);
    assertThat(Node.get(node.engine().logs().read(open, 1, 1_000)))
        .singleElement()
        .extracting(LogChunk::firstSequence)
        .isEqualTo(2L);
  }

  @Test
  void a_day_whose_logs_are_whole_goes_for_room_as_soon_as_its_runs_have_ended() throws Exception {
    endedAgo(ended(5), Duration.ofMinutes(1));
    try (var _ = LogRetention.start(database, ofBytes(1))) {
      await().until(() -> days().isEmpty());
    }
  }

  @Test
  void a_day_that_cannot_be_dropped_does_not_keep_the_others() throws Exception {
    RunId oldest = ended(120);
    RunId older = ended(110);
    String day = days().getFirst();
    postgres.execute("CREATE VIEW hindrance AS SELECT * FROM " + day);
    try (var _ = LogRetention.start(database, forDays(90))) {
      await().until(() -> days().size() == 1);
    } finally {
      postgres.execute("DROP VIEW hindrance");
    }

    assertThat(isRead(oldest)).isTrue();
    assertThat(isRead(older)).isFalse();
  }

  private long bytes() throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits"
                    + " WHERE inhparent = 'log_chunk'::regclass")) {
      result.next();
      return result.getLong(1);
    }
  }
}
