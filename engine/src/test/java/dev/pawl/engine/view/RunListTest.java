package dev.pawl.engine.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.covers.Covers;
import dev.pawl.engine.decider.TooWide;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.DefinitionStatus;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.feed.PostgresFeed;
import dev.pawl.engine.journal.Database;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunObject;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepCounts;
import dev.pawl.engine.view.RunFilter.And;
import dev.pawl.engine.view.RunFilter.Comparison;
import dev.pawl.engine.view.RunFilter.Contains;
import dev.pawl.engine.view.RunFilter.InState;
import dev.pawl.engine.view.RunFilter.Is;
import dev.pawl.engine.view.RunFilter.Not;
import dev.pawl.engine.view.RunFilter.Or;
import dev.pawl.engine.view.RunFilter.Text;
import dev.pawl.engine.view.RunFilter.Time;
import dev.pawl.engine.view.RunFilter.When;
import dev.pawl.engine.view.RunOrder.Field;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Filters, orders and pages of the list of runs, in SQL on a real PostgreSQL and in memory. */
@ExtendWith(PostgresExtension.class)
class RunListTest {
  private static final String PROJECT = "demo";
  private static final Instant NOW = Instant.parse("2026-11-20T05:30:00.123456Z");
  private static final List<DefinitionId> DEFINITIONS =
      List.of(
          new DefinitionId(DefinitionKind.WORKFLOW, PROJECT, "daily-load"),
          new DefinitionId(DefinitionKind.TASK, PROJECT, "daily-load"),
          new DefinitionId(DefinitionKind.WORKFLOW, PROJECT, "upgrade_all"),
          new DefinitionId(DefinitionKind.TASK, PROJECT, "vacuum"),
          new DefinitionId(DefinitionKind.WORKFLOW, PROJECT, "untitled"));
  private static final Map<DefinitionId, String> TITLES =
      Map.of(
          DEFINITIONS.get(0), "Nightly Load",
          DEFINITIONS.get(1), "A load, by hand",
          DEFINITIONS.get(2), "Upgrade to 4.3 (100%)",
          DEFINITIONS.get(3), "C:\\tmp",
          DEFINITIONS.get(4), "");
  private static final List<String> WORDS =
      List.of(
          "",
          "a",
          "load",
          "LOAD",
          "daily-load",
          "Nightly Load",
          "upgrade_all",
          "%",
          "_",
          "\\",
          "it's \"x\"",
          "'); DROP TABLE run_view; --",
          "ada",
          "user:Bob",
          "ops_1",
          "PASSED",
          "OPS",
          "cluster",
          "host",
          "obdemo",
          "10.0.0.1",
          "1001",
          "01ab",
          "7",
          "data");

  private final Database database;
  private final PostgresFeed feed;
  private final Projector projector;
  private final Views views;
  private final List<RunRow> rows = new ArrayList<>();
  private final Random random = new Random(20_261_120);

  RunListTest(TestDatabase postgres) {
    postgres.empty();
    database = postgres.open();
    feed = PostgresFeed.start(database, InstantSource.system());
    projector =
        Projector.start(
            database,
            feed,
            _ -> CompletableFuture.failedFuture(new IllegalStateException("nothing happens")));
    views = new PostgresViews(database, projector);
  }

  @BeforeEach
  void three_hundred_runs() {
    for (int i = 0; i < 300; i++) {
      rows.add(row(i));
    }
    database.ask(
        connection -> {
          RunTable.upsert(connection, rows);
          RunTable.upsert(connection, List.of(foreign()));
          DefinitionTable.upsert(
              connection, DEFINITIONS.stream().map(RunListTest::definition).toList());
          return true;
        });
  }

  @AfterEach
  void close() {
    projector.close();
    feed.close();
    database.close();
  }

  private RunRow row(int number) {
    RunStatus status = any(Arrays.asList(RunStatus.values()));
    Instant created = NOW.plusSeconds(random.nextInt(40));
    Optional<Instant> started =
        random.nextInt(4) == 0
            ? Optional.empty()
            : Optional.of(created.plusMillis(500L * random.nextInt(4)));
    Map<String, String> labels = new HashMap<>();
    for (String key : List.of("team", "tier")) {
      if (random.nextBoolean()) {
        labels.put(key, any(List.of("data", "Ops", "it's \"x\"", "")));
      }
    }
    List<RunObject> objects = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      objects.add(
          new RunObject(
              any(List.of("cluster", "tenant", "host")),
              any(List.of("obdemo", "ObDemo-2", "10.0.0.1", "10_0_0_1")),
              any(List.of("", "1001", "7"))));
    }
    return new RunRow(
        new RunId("01%s%022x".formatted(any(List.of("ab", "cd")), number)),
        any(DEFINITIONS),
        1,
        "00ff",
        any(Arrays.asList(Profile.values())),
        status,
        status == RunStatus.SUCCEEDED && random.nextBoolean() ? "PASSED" : "",
        any(List.of("ada", "user:Bob", "ops_1")),
        labels,
        objects,
        created,
        started,
        status.ended() ? Optional.of(created.plusSeconds(random.nextInt(5))) : Optional.empty(),
        StepCounts.none(3),
        1,
        Optional.of(new ExecutionId(new RunId(any(List.of("01ab", "cd"))), "up", 2))
            .filter(_ -> random.nextBoolean()));
  }

  private static RunRow foreign() {
    return new RunRow(
        new RunId("01ab" + "f".repeat(22)),
        new DefinitionId(DefinitionKind.WORKFLOW, "other", "daily-load"),
        1,
        "00ff",
        Profile.OPS,
        RunStatus.FAILED,
        "",
        "ada",
        Map.of("team", "data"),
        List.of(new RunObject("cluster", "obdemo", "")),
        NOW,
        Optional.empty(),
        Optional.of(NOW),
        StepCounts.none(1),
        1);
  }

  private static DefinitionRow definition(DefinitionId id) {
    return new DefinitionRow(
        id,
        DefinitionStatus.ACTIVE,
        1,
        "00ff",
        title(id),
        Profile.OPS,
        "",
        List.of(),
        Map.of(),
        1,
        "ada",
        NOW,
        NOW,
        1);
  }

  private static String title(DefinitionId id) {
    return TITLES.getOrDefault(id, "");
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  @Test
  @Covers({"OCP-2", "OBS-1"})
  void without_a_filter_every_run_of_the_project_is_shown() throws Exception {
    assertThat(ids(RunFilter.ALL)).hasSize(300).containsExactlyElementsOf(expected(RunFilter.ALL));
  }

  @Test
  @Covers({"OCP-3", "OCP-30", "OBS-3"})
  void each_state_alone_and_with_others_shows_its_runs_and_all_of_them() throws Exception {
    for (RunStatus status : RunStatus.values()) {
      narrows(new InState(status));
    }
    narrows(new Or(List.of(new InState(RunStatus.FAILED), new InState(RunStatus.RUNNING))));
    narrows(new Or(List.of(new InState(RunStatus.PAUSED), new InState(RunStatus.RUNNING))));
  }

  @Test
  @Covers({"OCP-4", "OCP-5", "OCP-30"})
  void objects_are_found_by_kind_and_name_and_with_a_state_the_intersection() throws Exception {
    RunFilter cluster = new Is(new Text.ObjectOf("cluster"), "obdemo");
    narrows(cluster);
    narrows(new Is(new Text.ObjectOf("tenant"), "obdemo"));
    narrows(new Is(new Text.ObjectOf("host"), "10.0.0.1"));
    narrows(new Is(new Text.ObjectKind(), "host"));
    narrows(new Is(new Text.ObjectName(), "10.0.0.1"));
    narrows(new Is(new Text.ObjectId(), "1001"));
    narrows(new Contains(new Text.ObjectName(), "OBDEMO"));
    narrows(new And(List.of(cluster, new InState(RunStatus.FAILED))));
  }

  @Test
  @Covers({"OCP-30", "OBS-4"})
  void a_part_of_a_name_finds_it_however_it_is_written() throws Exception {
    narrows(new Contains(new Text.Name(), "NIGHT"));
    narrows(new Contains(new Text.Name(), "y-lo"));
    narrows(new Contains(new Text.Name(), "100%"));
    narrows(new Contains(new Text.Name(), "01AB"));
    narrows(new Is(new Text.Name(), "Nightly Load"));
    narrows(new Is(new Text.Name(), "vacuum"));
    narrows(new Is(new Text.Initiator(), "ada"));
    narrows(new Contains(new Text.Initiator(), "bob"));
    String one = rows.getFirst().id().value();
    assertThat(ids(new Contains(new Text.Name(), one))).containsExactly(one);
  }

  @Test
  @Covers("OBS-33")
  void unfinished_runs_are_listed_and_the_last_of_a_kind() throws Exception {
    narrows(new Not(new RunFilter.Ended()));
    RunFilter maintenance = new Is(new Text.OfProfile(), "OPS");
    Page<RunRow> last =
        page(new RunQuery(maintenance, RunOrder.NEWEST, new RunQuery.Start.First(), 1));
    assertThat(last.rows())
        .singleElement()
        .isEqualTo(
            rows.stream()
                .filter(row -> row.profile() == Profile.OPS)
                .max(Comparator.comparing(RunRow::createdAt).thenComparing(row -> row.id().value()))
                .orElseThrow());
  }

  /** That a filter shows something, not everything, and exactly what it should. */
  private void narrows(RunFilter filter) throws Exception {
    assertThat(ids(filter))
        .as("%s", filter)
        .isNotEmpty()
        .hasSizeLessThan(300)
        .containsExactlyElementsOf(expected(filter));
  }

  @Test
  @Covers({"OCP-5", "OCP-30", "OCP-31", "OBS-36"})
  void any_filter_in_any_order_shows_the_same_in_sql_as_in_memory_page_by_page() throws Exception {
    int shown = 0;
    for (int i = 0; i < 200; i++) {
      RunFilter filter = filter(3);
      RunOrder order = order();
      List<String> wanted =
          rows.stream()
              .filter(row -> test(filter, row))
              .sorted(comparator(order))
              .map(row -> row.id().value())
              .toList();
      shown += wanted.size();
      int size = 40 + random.nextInt(100);
      String about = "%d: %s by %s".formatted(i, filter, order);

      List<String> followed = new ArrayList<>();
      RunQuery.Start start = new RunQuery.Start.First();
      boolean more = true;
      while (more) {
        Page<RunRow> page = page(new RunQuery(filter, order, start, size));
        assertThat(page.total()).as(about).isEqualTo(wanted.size());
        page.rows().forEach(row -> followed.add(row.id().value()));
        more = page.next().isPresent();
        start = new RunQuery.Start.Behind(page.next().orElse(""));
      }
      assertThat(followed).as(about).isEqualTo(wanted);

      List<String> numbered = new ArrayList<>();
      for (int page = 1; page <= wanted.size() / size + 1; page++) {
        Page<RunRow> read =
            page(new RunQuery(filter, order, new RunQuery.Start.Numbered(page), size));
        assertThat(read.total()).as(about).isEqualTo(wanted.size());
        assertThat(read.next().isPresent()).as(about).isEqualTo(page * size < wanted.size());
        read.rows().forEach(row -> numbered.add(row.id().value()));
      }
      assertThat(numbered).as(about).isEqualTo(wanted);
    }
    assertThat(shown).isGreaterThan(5_000);
  }

  @Test
  @Covers("OCP-31")
  void a_numbered_page_counts_all_runs_and_a_followed_one_ten_thousand() throws Exception {
    List<RunRow> many = new ArrayList<>();
    for (int i = 0; i < 10_050; i++) {
      RunRow sample = rows.getFirst();
      many.add(
          new RunRow(
              new RunId("02" + "%024x".formatted(i)),
              sample.definition(),
              1,
              "00ff",
              sample.profile(),
              RunStatus.SUCCEEDED,
              "",
              "many",
              Map.of(),
              List.of(),
              NOW.plusSeconds(i / 3),
              Optional.empty(),
              Optional.of(NOW),
              StepCounts.none(1),
              1));
    }
    database.ask(
        connection -> {
          RunTable.upsert(connection, many);
          return true;
        });
    RunFilter filter = new Is(new Text.Initiator(), "many");
    assertThat(
            page(new RunQuery(filter, RunOrder.NEWEST, new RunQuery.Start.First(), 2_000)).total())
        .isEqualTo(10_000);
    Page<RunRow> last =
        page(new RunQuery(filter, RunOrder.NEWEST, new RunQuery.Start.Numbered(6), 2_000));
    assertThat(last.total()).isEqualTo(10_050);
    assertThat(last.rows()).hasSize(50);
    assertThat(last.next()).isEmpty();
    assertThat(last.rows().getLast().id()).isEqualTo(many.getFirst().id());
  }

  @Test
  void the_key_of_another_order_is_refused() throws Exception {
    Page<RunRow> first =
        page(new RunQuery(RunFilter.ALL, RunOrder.NEWEST, new RunQuery.Start.First(), 5));
    RunOrder other =
        new RunOrder(
            List.of(new RunOrder.Key(Field.STATE, false), new RunOrder.Key(Field.NAME, true)));
    var behind = new RunQuery.Start.Behind(first.next().orElseThrow());
    assertThatThrownBy(() -> page(new RunQuery(RunFilter.ALL, other, behind, 5)))
        .hasStackTraceContaining("not the key of a page in this order");
  }

  private Page<RunRow> page(RunQuery query) throws Exception {
    return views.runs(PROJECT, query, List.of()).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private List<String> ids(RunFilter filter) throws Exception {
    return page(new RunQuery(filter, RunOrder.NEWEST, new RunQuery.Start.First(), 2_000))
        .rows()
        .stream()
        .map(row -> row.id().value())
        .toList();
  }

  private List<String> expected(RunFilter filter) {
    return rows.stream()
        .filter(row -> test(filter, row))
        .sorted(comparator(RunOrder.NEWEST))
        .map(row -> row.id().value())
        .toList();
  }

  private RunFilter filter(int deep) {
    return switch (random.nextInt(deep == 0 ? 6 : 10)) {
      case 0 -> new InState(any(Arrays.asList(RunStatus.values())));
      case 1 -> new RunFilter.Ended();
      case 2 -> new Is(text(), any(WORDS));
      case 3 -> new Contains(text(), any(WORDS));
      case 4 ->
          new When(
              any(Arrays.asList(Time.values())),
              any(Arrays.asList(Comparison.values())),
              NOW.plusSeconds(random.nextInt(40)));
      case 5 -> new Not(filter(Math.max(0, deep - 1)));
      case 6, 7 -> new And(filters(deep));
      default -> new Or(filters(deep));
    };
  }

  private List<RunFilter> filters(int deep) {
    return Stream.generate(() -> filter(deep - 1)).limit(random.nextInt(4)).toList();
  }

  private Text text() {
    return any(
        List.of(
            new Text.Workflow(),
            new Text.Task(),
            new Text.Name(),
            new Text.Initiator(),
            new Text.Id(),
            new Text.Reason(),
            new Text.Parent(),
            new Text.OfProfile(),
            new Text.Label(any(List.of("team", "tier", "none"))),
            new Text.ObjectKind(),
            new Text.ObjectName(),
            new Text.ObjectId(),
            new Text.ObjectOf(any(List.of("cluster", "host", "none")))));
  }

  private RunOrder order() {
    List<Field> fields = new ArrayList<>(Arrays.asList(Field.values()));
    Collections.shuffle(fields, random);
    return new RunOrder(
        fields.subList(0, 1 + random.nextInt(3)).stream()
            .map(field -> new RunOrder.Key(field, random.nextBoolean()))
            .toList());
  }

  private static Comparator<RunRow> comparator(RunOrder order) {
    Comparator<RunRow> all = Comparator.comparing(_ -> 0);
    for (RunOrder.Key key : order.keys()) {
      Comparator<RunRow> one =
          switch (key.field()) {
            case CREATED -> Comparator.comparing(RunRow::createdAt);
            case STARTED -> Comparator.comparing(row -> row.startedAt().orElse(Instant.MAX));
            case ENDED -> Comparator.comparing(row -> row.endedAt().orElse(Instant.MAX));
            case STATE -> Comparator.comparing(RunRow::status);
            case NAME -> Comparator.comparing(row -> row.definition().name());
          };
      all = all.thenComparing(key.descending() ? one.reversed() : one);
    }
    Comparator<RunRow> id = Comparator.comparing(row -> row.id().value());
    return all.thenComparing(order.keys().getLast().descending() ? id.reversed() : id);
  }

  /** What a filter means. */
  private static boolean test(RunFilter filter, RunRow row) {
    return switch (filter) {
      case And(var parts) -> parts.stream().allMatch(part -> test(part, row));
      case Or(var parts) -> parts.stream().anyMatch(part -> test(part, row));
      case Not(var part) -> !test(part, row);
      case InState(var status) -> row.status() == status;
      case RunFilter.Ended _ -> row.status().ended();
      case Is(Text.Name _, var value) ->
          Stream.of(row.id().value(), row.definition().name(), title(row.definition()))
              .anyMatch(value::equals);
      case Is(var text, var value) -> texts(text, row).anyMatch(value::equals);
      case Contains(Text.Name _, var value) -> {
        String part = lower(value);
        yield row.id().value().startsWith(part)
            || row.id().value().endsWith(part)
            || Stream.of(row.definition().name(), title(row.definition()))
                .anyMatch(text -> lower(text).contains(part));
      }
      case Contains(var text, var value) ->
          texts(text, row).anyMatch(one -> lower(one).contains(lower(value)));
      case When(var time, var comparison, var value) ->
          time(time, row).filter(holds(comparison, value)).isPresent();
    };
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static Stream<String> texts(Text text, RunRow row) {
    return switch (text) {
      case Text.Name _ -> throw new IllegalStateException("a name is several texts");
      case Text.Workflow _ -> name(row, DefinitionKind.WORKFLOW);
      case Text.Task _ -> name(row, DefinitionKind.TASK);
      case Text.Initiator _ -> Stream.of(row.initiator());
      case Text.Id _ -> Stream.of(row.id().value());
      case Text.Reason _ -> Stream.of(row.reason());
      case Text.Parent _ -> Stream.of(row.parent().map(parent -> parent.run().value()).orElse(""));
      case Text.OfProfile _ -> Stream.of(row.profile().name());
      case Text.Label(var key) -> Optional.ofNullable(row.labels().get(key)).stream();
      case Text.ObjectKind _ -> row.objects().stream().map(RunObject::kind);
      case Text.ObjectName _ -> row.objects().stream().map(RunObject::name);
      case Text.ObjectId _ -> row.objects().stream().map(RunObject::id);
      case Text.ObjectOf(var kind) ->
          row.objects().stream().filter(object -> object.kind().equals(kind)).map(RunObject::name);
    };
  }

  private static Stream<String> name(RunRow row, DefinitionKind kind) {
    return row.definition().kind() == kind ? Stream.of(row.definition().name()) : Stream.empty();
  }

  private static Optional<Instant> time(Time time, RunRow row) {
    return switch (time) {
      case CREATED -> Optional.of(row.createdAt());
      case STARTED -> row.startedAt();
      case ENDED -> row.endedAt();
    };
  }

  private static Predicate<Instant> holds(Comparison comparison, Instant value) {
    return switch (comparison) {
      case BEFORE -> at -> at.isBefore(value);
      case NOT_AFTER -> at -> !at.isAfter(value);
      case AT -> value::equals;
      case NOT_BEFORE -> at -> !at.isBefore(value);
      case AFTER -> at -> at.isAfter(value);
    };
  }

  @Test
  void a_list_that_takes_too_long_is_given_up_with_word_of_what_would_not() throws Exception {
    RunOrder byEnd = new RunOrder(List.of(new RunOrder.Key(Field.ENDED, true)));
    execute("ALTER TABLE run_view RENAME TO slow");
    execute("CREATE VIEW run_view AS SELECT slow.* FROM slow, pg_sleep(60)");
    try {
      assertThatThrownBy(
              () -> page(new RunQuery(RunFilter.ALL, byEnd, new RunQuery.Start.Numbered(2), 9)))
          .cause()
          .isInstanceOf(TooWide.class)
          .hasMessageContaining("longer than 5 s")
          .hasMessageContaining("by token, not by number")
          .hasMessageContaining("the usual order");
      assertThatThrownBy(
              () ->
                  page(new RunQuery(RunFilter.ALL, RunOrder.NEWEST, new RunQuery.Start.First(), 9)))
          .cause()
          .hasMessageContaining("narrow its filter")
          .hasMessageNotContaining("by token")
          .hasMessageNotContaining("order");
    } finally {
      execute("DROP VIEW run_view");
      execute("ALTER TABLE slow RENAME TO run_view");
    }
  }

  private void execute(String sql) {
    database.ask(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            return statement.execute(sql);
          }
        });
  }
}
