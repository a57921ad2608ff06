package dev.pawl.engine.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pawl.covers.Covers;
import dev.pawl.engine.clock.Share;
import dev.pawl.engine.clock.Waker;
import dev.pawl.engine.decider.Unavailable;
import dev.pawl.engine.definition.DefinitionEvent;
import dev.pawl.engine.definition.DefinitionFact;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.execution.ExecutionEvent;
import dev.pawl.engine.execution.ExecutionFact;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.ExecutionStatus;
import dev.pawl.engine.feed.PostgresFeed;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.Database;
import dev.pawl.engine.journal.Fact;
import dev.pawl.engine.journal.PersistenceIds;
import dev.pawl.engine.journal.SampleFacts;
import dev.pawl.engine.postgres.JournalWriter;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.run.RunEvent;
import dev.pawl.engine.run.RunFact;
import dev.pawl.engine.run.RunHeader;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepEnd;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Views, projector and waker on the journal of a real PostgreSQL. */
@ExtendWith(PostgresExtension.class)
class PostgresViewsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Cause CAUSE = new Cause.Timer("T");
  private static final Cause.Command COMMAND =
      new Cause.Command("r", SampleFacts.HASH, "user:ada", "");

  private final TestDatabase postgres;
  private final Database database;
  private final List<AutoCloseable> open = new ArrayList<>();
  private PostgresFeed feed;
  private Projector projector;
  private Views views;

  PostgresViewsTest(TestDatabase postgres) {
    this.postgres = postgres;
    this.database = postgres.open();
    this.feed = PostgresFeed.start(database, InstantSource.system());
    this.projector = Projector.start(database, feed, PostgresViewsTest::plan);
    this.views = new PostgresViews(database, projector);
  }

  @BeforeEach
  void empty() throws Exception {
    stop();
    postgres.execute("TRUNCATE event_journal, run_view, definition_view, wake");
    postgres.execute("UPDATE projection SET epoch = 0, xid = 0, ordering = 0");
    start();
  }

  private void start() {
    feed = PostgresFeed.start(database, InstantSource.system());
    projector = Projector.start(database, feed, PostgresViewsTest::plan);
    views = new PostgresViews(database, projector);
  }

  private void stop() {
    projector.close();
    feed.close();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
    stop();
    database.close();
  }

  static CompletionStage<Plan> plan(String hash) {
    return CompletableFuture.completedFuture(
        new Plan(
            DefinitionKind.WORKFLOW,
            "nightly-load",
            "Nightly load",
            Profile.OFFLINE,
            "finance",
            List.of("ada"),
            Map.of("tier", "1"),
            List.of(),
            List.of(),
            Optional.empty(),
            100,
            Map.of()));
  }

  @Test
  @Covers({"SYS-6", "WDT-55"})
  void a_list_shows_what_it_was_asked_to_wait_for() throws Exception {
    for (int i = 0; i < 20; i++) {
      String run = "run" + i;
      created(run, Instant.parse("2026-11-20T05:00:00Z").plusSeconds(i));
      var page = page(all(), 100, new Revision(PersistenceIds.of(new RunId(run)), 1));
      assertThat(page.rows()).hasSize(i + 1);
      assertThat(page.rows().getFirst().id()).isEqualTo(new RunId(run));
    }
  }

  @Test
  void after_a_restart_a_list_still_knows_what_it_shows() throws Exception {
    created("a", SampleFacts.NOW);
    Revision revision = new Revision(PersistenceIds.of(new RunId("a")), 1);
    assertThat(page(all(), 10, revision).rows()).hasSize(1);
    stop();
    created("b", SampleFacts.NOW);
    start();

    assertThat(page(all(), 10, revision).rows()).isNotEmpty();
    assertThat(page(all(), 10, new Revision(PersistenceIds.of(new RunId("b")), 1)).rows())
        .hasSize(2);
  }

  @Test
  void a_revision_that_never_was_is_not_waited_for_for_ever() {
    assertThatThrownBy(() -> page(all(), 10, new Revision("run|nobody", 3)))
        .hasCauseInstanceOf(Unavailable.class);
  }

  @Test
  @Covers({"OCP-2", "OCP-31", "OBS-1", "OBS-36", "TSF-1"})
  void pages_follow_each_other_without_gap_or_repeat_newest_first() throws Exception {
    for (int i = 0; i < 25; i++) {
      // Three begin in the same instant: the id decides.
      created("run%02d".formatted(i), SampleFacts.NOW.plusSeconds(i / 3));
    }
    await().atMost(PATIENCE).until(() -> page(all(), 100).rows().size() == 25);
    List<String> seen = new ArrayList<>();
    Optional<String> key = Optional.empty();
    do {
      var page = get(views.runs("demo", all(), key, 4, List.of()));
      assertThat(page.total()).isEqualTo(25);
      assertThat(get(views.slice("demo", all(), key, 4)))
          .isEqualTo(new Slice<>(page.rows(), page.next()));
      page.rows().forEach(row -> seen.add(row.id().value()));
      key = page.next();
    } while (key.isPresent());

    assertThat(seen)
        .hasSize(25)
        .doesNotHaveDuplicates()
        .isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(get(views.runs("other", all(), Optional.empty(), 4, List.of())).rows()).isEmpty();
  }

  @Test
  @Covers({"OCP-3", "OBS-3"})
  void rows_are_found_by_each_field() throws Exception {
    created("a", SampleFacts.NOW);
    created("b", SampleFacts.NOW);
    RunId b = new RunId("b");
    write(
        PersistenceIds.of(b),
        2,
        runFact(
            new RunEvent.StepsEnded(
                List.of(
                    new StepEnd(
                        0,
                        StepEnd.Outcome.FAILED,
                        "EXIT_CODE",
                        "",
                        "",
                        1,
                        1,
                        "w",
                        Optional.empty(),
                        SampleFacts.NOW,
                        Map.of(),
                        false))),
            "RUNNING"));
    write(
        PersistenceIds.of(b),
        3,
        runFact(
            new RunEvent.Ended(RunStatus.FAILED, "TASK_FAILED", OptionalInt.of(0), Map.of()),
            "FAILED"));
    page(all(), 10, new Revision(PersistenceIds.of(b), 3));

    assertThat(found(new RunFilter.InState(RunStatus.FAILED))).containsExactly("b");
    assertThat(found(new RunFilter.InState(RunStatus.RUNNING))).containsExactly("a");
    assertThat(found(new RunFilter.InState(RunStatus.SUCCEEDED))).isEmpty();
    assertThat(found(not(new RunFilter.InState(RunStatus.PAUSED)))).hasSize(2);
    assertThat(found(is(new RunFilter.Text.Workflow(), "nightly-load"))).hasSize(2);
    assertThat(found(is(new RunFilter.Text.Task(), "nightly-load"))).isEmpty();
    assertThat(found(is(new RunFilter.Text.Label("team"), "it's \"not\""))).isEmpty();
    assertThat(found(not(is(new RunFilter.Text.Label("none"), "x")))).hasSize(2);
    RunRow row = page(all(), 10).rows().getFirst();
    assertThat(row.steps().failed()).isEqualTo(1);
    assertThat(row.steps().waiting()).isEqualTo(2);
    assertThat(row.endedAt()).hasValue(SampleFacts.NOW);
    assertThat(row.profile()).isEqualTo(Profile.OFFLINE);
  }

  @Test
  @Covers({"OCP-4", "OCP-32"})
  void a_run_is_found_by_what_it_is_about_and_shows_when_its_first_step_began() throws Exception {
    created("a", SampleFacts.NOW);
    write(
        "run|b",
        1,
        new RunFact(
            new RunEvent.Created(SampleFacts.aboutObjects()),
            CAUSE,
            SampleFacts.NOW,
            "",
            "RUNNING"));
    page(all(), 10, new Revision("run|b", 1));
    RunFilter about = is(new RunFilter.Text.ObjectOf("cluster"), "obdemo");
    assertThat(page(about, 10).rows())
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.objects()).isEqualTo(SampleFacts.aboutObjects().objects());
              assertThat(row.startedAt()).isEmpty();
            });

    leased("load", 1, 1, SampleFacts.NOW.plusSeconds(3));
    leased("scan", 1, 1, SampleFacts.NOW.plusSeconds(4));
    leased("load", 2, 2, SampleFacts.NOW.plusSeconds(9));
    write("run|b", 2, runFact(new RunEvent.PauseBegan(false), "PAUSING"));
    RunRow row = page(about, 10, new Revision("run|b", 2)).rows().getFirst();
    assertThat(row.startedAt()).hasValue(SampleFacts.NOW.plusSeconds(3));
    assertThat(row.status()).isEqualTo(RunStatus.PAUSING);
  }

  private void leased(String task, long sequence, long fence, Instant at) throws SQLException {
    write(
        PersistenceIds.of(new ExecutionId(new RunId("b"), task, 0)),
        sequence,
        new ExecutionFact(
            new ExecutionEvent.Leased(
                Optional.empty(),
                fence,
                0,
                (int) fence,
                ExecutionEvent.Operation.EXECUTE,
                false,
                "w1",
                "i1"),
            CAUSE,
            at,
            "READY",
            "RUNNING"));
  }

  @Test
  void an_id_is_found_by_its_beginning_and_by_its_end() throws Exception {
    created("01abc9", SampleFacts.NOW);
    created("01abd9", SampleFacts.NOW);
    await().atMost(PATIENCE).until(() -> page(all(), 10).rows().size() == 2);

    assertThat(get(views.resolve("demo", "01ab", 10))).hasSize(2);
    assertThat(get(views.resolve("demo", "01abc", 10))).containsExactly(new RunId("01abc9"));
    assertThat(get(views.resolve("demo", "d9", 10))).containsExactly(new RunId("01abd9"));
    assertThat(get(views.resolve("demo", "9", 1))).hasSize(1);
    assertThat(get(views.resolve("demo", "_", 10))).isEmpty();
    assertThat(get(views.resolve("other", "01", 10))).isEmpty();
  }

  @Test
  void a_snapshot_and_the_feed_behind_it_show_every_fact_once() throws Exception {
    created("a", SampleFacts.NOW);
    created("b", SampleFacts.NOW);
    write(
        "run|b",
        2,
        runFact(
            new RunEvent.Ended(RunStatus.SUCCEEDED, "", OptionalInt.empty(), Map.of()),
            "SUCCEEDED"));
    page(all(), 10, new Revision("run|b", 2));

    var snapshot = get(views.snapshot("demo", snapshotOf(List.of(), all(), Optional.empty())));
    assertThat(snapshot.runs()).extracting(row -> row.id().value()).containsExactly("a");
    assertThat(snapshot.next()).isEmpty();

    var next = feed.read(snapshot.position(), 10).toCompletableFuture();
    assertThat(next).isNotDone();
    write("run|a", 2, runFact(new RunEvent.PauseBegan(false), "PAUSING"));
    assertThat(next.get(10, TimeUnit.SECONDS)).hasSize(1);
  }

  private static SnapshotQuery snapshotOf(
      List<RunId> only, RunFilter filter, Optional<SnapshotKey> behind) {
    return new SnapshotQuery(only, filter, behind, 4);
  }

  private List<String> shownBySnapshot(List<RunId> only, RunFilter filter) throws Exception {
    return get(views.snapshot("demo", snapshotOf(only, filter, Optional.empty()))).runs().stream()
        .map(row -> row.id().value())
        .toList();
  }

  @Test
  void a_snapshot_comes_in_pages_that_follow_each_other_the_oldest_first() throws Exception {
    for (int i = 0; i < 10; i++) {
      // Three begin in the same instant: the id decides.
      created("run%02d".formatted(i), SampleFacts.NOW.plusSeconds(i / 3));
    }
    page(all(), 100, new Revision("run|run09", 1));
    List<String> seen = new ArrayList<>();
    Optional<SnapshotKey> behind = Optional.empty();
    do {
      var snapshot = get(views.snapshot("demo", snapshotOf(List.of(), all(), behind)));
      assertThat(snapshot.runs()).hasSizeLessThanOrEqualTo(4);
      snapshot.runs().forEach(row -> seen.add(row.id().value()));
      behind = snapshot.next();
    } while (behind.isPresent());

    assertThat(seen).hasSize(10).doesNotHaveDuplicates().isSorted();
    assertThat(get(views.snapshot("other", snapshotOf(List.of(), all(), Optional.empty()))).runs())
        .isEmpty();
  }

  @Test
  void a_snapshot_reads_only_what_it_shows() throws Exception {
    for (String run : List.of("a", "b", "c")) {
      created(run, SampleFacts.NOW);
    }
    write("run|b", 2, runFact(new RunEvent.PauseBegan(false), "PAUSING"));
    write(
        "run|c",
        2,
        runFact(
            new RunEvent.Ended(RunStatus.SUCCEEDED, "", OptionalInt.empty(), Map.of()),
            "SUCCEEDED"));
    page(all(), 10, new Revision("run|b", 2), new Revision("run|c", 2));

    assertThat(shownBySnapshot(List.of(), all())).containsExactly("a", "b");
    // One that is named is shown though it has ended, and no other.
    assertThat(shownBySnapshot(List.of(new RunId("c")), all())).containsExactly("c");
    assertThat(shownBySnapshot(List.of(new RunId("b"), new RunId("c")), all()))
        .containsExactly("b", "c");
    assertThat(shownBySnapshot(List.of(), new RunFilter.InState(RunStatus.PAUSING)))
        .containsExactly("b");
    assertThat(shownBySnapshot(List.of(), new RunFilter.Or(List.of()))).isEmpty();
  }

  @Test
  @Covers("WDT-13")
  void a_definition_is_listed_with_what_its_newest_version_says() throws Exception {
    DefinitionId id = new DefinitionId(DefinitionKind.WORKFLOW, "demo", "nightly-load");
    for (int version = 1; version <= 3; version++) {
      write(
          PersistenceIds.of(id),
          version,
          new DefinitionFact(
              new DefinitionEvent.Submitted(version, SampleFacts.HASH),
              COMMAND,
              SampleFacts.NOW.plusSeconds(version),
              "ACTIVE",
              "ACTIVE"));
    }
    var rows =
        get(views.definitions(
                DefinitionKind.WORKFLOW,
                "demo",
                Optional.empty(),
                10,
                List.of(new Revision(PersistenceIds.of(id), 3))))
            .rows();

    assertThat(rows)
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.version()).isEqualTo(3);
              assertThat(row.displayName()).isEqualTo("Nightly load");
              assertThat(row.owners()).containsExactly("ada");
              assertThat(row.labels()).containsEntry("tier", "1");
              assertThat(row.creator()).isEqualTo("user:ada");
              assertThat(row.createdAt()).isEqualTo(SampleFacts.NOW.plusSeconds(1));
              assertThat(row.submittedAt()).isEqualTo(SampleFacts.NOW.plusSeconds(3));
            });
  }

  @Test
  void of_two_projectors_one_works_and_the_other_takes_over() throws Exception {
    PostgresFeed otherFeed = closedLater(PostgresFeed.start(database, InstantSource.system()));
    Projector other = closedLater(Projector.start(database, otherFeed, PostgresViewsTest::plan));
    Views atTheOther = new PostgresViews(database, other);
    created("a", SampleFacts.NOW);
    assertThat(
            get(atTheOther.runs(
                    "demo", all(), Optional.empty(), 10, List.of(new Revision("run|a", 1))))
                .rows())
        .hasSize(1);

    projector.close();
    created("b", SampleFacts.NOW);
    assertThat(
            get(atTheOther.runs(
                    "demo", all(), Optional.empty(), 10, List.of(new Revision("run|b", 1))))
                .rows())
        .hasSize(2);
  }

  @Test
  @Covers("OBS-36")
  void a_list_says_how_fresh_it_is_also_when_nothing_happens() throws Exception {
    created("a", SampleFacts.NOW);
    Instant before = page(all(), 10, new Revision("run|a", 1)).asOf();
    await().atMost(PATIENCE).until(() -> page(all(), 10).asOf().isAfter(before.plusMillis(300)));
    assertThat(page(all(), 10).asOf()).isBefore(InstantSource.system().instant());
  }

  @Test
  void only_who_owes_something_is_woken_and_ever_more_rarely() throws Exception {
    created("owes", InstantSource.system().instant());
    created("ended", InstantSource.system().instant());
    write(
        "run|ended",
        2,
        runFact(
            new RunEvent.Ended(RunStatus.SUCCEEDED, "", OptionalInt.empty(), Map.of()),
            "SUCCEEDED"));
    ExecutionId done = new ExecutionId(new RunId("owes"), "load", 0);
    write(
        PersistenceIds.of(done),
        1,
        new ExecutionFact(
            new ExecutionEvent.Ended(
                Optional.empty(), 1, 1, ExecutionStatus.SUCCEEDED, "", "", "", Map.of()),
            CAUSE,
            SampleFacts.NOW,
            "RUNNING",
            "SUCCEEDED"));
    Queue<String> woken = new ConcurrentLinkedQueue<>();
    var clock = new HandWound(InstantSource.system().instant());
    closedLater(Waker.start(database, projector, clock, woken::add, Share.ALL));

    // Once because the waker begins; then it was put off by 10 s.
    await().atMost(PATIENCE).until(() -> woken.size() == 1);
    assertThat(woken).containsExactly("run|owes");
    clock.advance(Duration.ofSeconds(9));
    await().during(Duration.ofMillis(700)).atMost(PATIENCE).until(() -> woken.size() == 1);
    clock.advance(Duration.ofSeconds(2));
    await().atMost(PATIENCE).until(() -> woken.size() == 2);
    clock.advance(Duration.ofSeconds(11));
    await().during(Duration.ofMillis(700)).atMost(PATIENCE).until(() -> woken.size() == 2);
    clock.advance(Duration.ofSeconds(10));
    await().atMost(PATIENCE).until(() -> woken.size() == 3);
  }

  @Test
  void at_the_start_everyone_who_owes_is_woken_once_due_or_not() throws Exception {
    Instant now = InstantSource.system().instant();
    try (Connection connection = postgres.connect()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < 1_200; i++) {
        JournalWriter.write(connection, "run|r" + i, 1, createdFact(now));
      }
      connection.commit();
    }
    Queue<String> woken = new ConcurrentLinkedQueue<>();
    Waker waker =
        closedLater(Waker.start(database, projector, new HandWound(now), woken::add, Share.ALL));
    await().atMost(PATIENCE).until(() -> woken.size() == 1_200);
    assertThat(woken).doesNotHaveDuplicates();

    waker.wakeAll();
    await().atMost(PATIENCE).until(() -> woken.size() == 2_400);
  }

  private static final class HandWound implements InstantSource {
    private volatile Instant now;

    HandWound(Instant now) {
      this.now = now;
    }

    void advance(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  private <T extends AutoCloseable> T closedLater(T resource) {
    open.add(resource);
    return resource;
  }

  private static RunFilter all() {
    return RunFilter.ALL;
  }

  private static RunFilter is(RunFilter.Text text, String value) {
    return new RunFilter.Is(text, value);
  }

  private static RunFilter not(RunFilter filter) {
    return new RunFilter.Not(filter);
  }

  private List<String> found(RunFilter filter) throws Exception {
    return page(filter, 10).rows().stream().map(row -> row.id().value()).toList();
  }

  private Page<RunRow> page(RunFilter filter, int size, Revision... atLeast) throws Exception {
    return get(views.runs("demo", filter, Optional.empty(), size, List.of(atLeast)));
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(15, TimeUnit.SECONDS);
  }

  private void created(String run, Instant at) throws SQLException {
    write("run|" + run, 1, createdFact(at));
  }

  static RunFact createdFact(Instant at) {
    RunHeader sample = SampleFacts.header();
    var header =
        new RunHeader(
            sample.definition(),
            sample.definitionVersion(),
            sample.definitionHash(),
            sample.taskCount(),
            Map.of(),
            sample.labels(),
            sample.initiator(),
            sample.requestId(),
            sample.bodyHash(),
            "",
            at,
            Optional.empty());
    return new RunFact(new RunEvent.Created(header), CAUSE, at, "", "RUNNING");
  }

  private static RunFact runFact(RunEvent event, String after) {
    return new RunFact(event, CAUSE, SampleFacts.NOW, "RUNNING", after);
  }

  private void write(String persistenceId, long sequence, Fact fact) throws SQLException {
    try (Connection connection = postgres.connect()) {
      JournalWriter.write(connection, persistenceId, sequence, fact);
    }
    feed.hint();
  }
}
