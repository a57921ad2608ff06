package dev.pawl.engine.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import dev.pawl.covers.Covers;
import dev.pawl.engine.access.ObjectName;
import dev.pawl.engine.access.Permission;
import dev.pawl.engine.access.Rights;
import dev.pawl.engine.audit.AuditFilter;
import dev.pawl.engine.audit.AuditRow;
import dev.pawl.engine.audit.PostgresAudit;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.journal.Call;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.Database;
import dev.pawl.engine.object.DeletedObjects.Told;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is known of objects that are gone, on a real PostgreSQL. */
@ExtendWith(PostgresExtension.class)
class PostgresDeletedObjectsTest {
  private static final ObjectName CLUSTER = new ObjectName("cluster", "obdemo");
  private static final ObjectName HOST = new ObjectName("host", "10.0.0.1/24");
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

  private final AtomicInteger calls = new AtomicInteger();
  private final TestDatabase postgres;
  private final Database database;
  private final PostgresDeletedObjects objects;

  PostgresDeletedObjectsTest(TestDatabase postgres) {
    postgres.empty();
    this.postgres = postgres;
    this.database = postgres.open();
    this.objects =
        new PostgresDeletedObjects(database, () -> NOW.plusMillis(calls.getAndIncrement()));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static Cause.Command cause(String requestId, String rpc, Permission permission) {
    return new Cause.Command(
        requestId, "b0d7", "ann", "scrapped", new Call(rpc, "", new Rights(Set.of(permission))));
  }

  private Told mark(String requestId, ObjectName object, Instant at) throws Exception {
    return accepted(
        get(
            objects.mark(
                "shop", object, at, cause(requestId, "MarkObjectDeleted", Permission.MANAGE))));
  }

  private static Told accepted(Answer<Told, ObjectRejection> answer) {
    return switch (answer) {
      case Answer.Accepted(var told) -> told;
      case Answer.Refused(var rejection) -> throw new AssertionError("refused: " + rejection);
    };
  }

  private List<AuditRow> audit() throws Exception {
    try (PostgresAudit audit = new PostgresAudit(database, () -> NOW)) {
      return get(audit.list(
              "shop",
              new AuditFilter(
                  Optional.of("projects/shop/objects/cluster/obdemo"),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty()),
              Optional.empty(),
              10))
          .rows();
    }
  }

  @Test
  @Covers("OCP-50")
  void what_is_marked_is_known_with_its_time_in_its_project_until_that_is_taken_back()
      throws Exception {
    mark("r-1", CLUSTER, NOW);
    mark("r-2", HOST, NOW.minusSeconds(5));

    assertThat(get(objects.among("shop", List.of(CLUSTER, HOST, new ObjectName("host", "h2")))))
        .isEqualTo(Map.of(CLUSTER, NOW, HOST, NOW.minusSeconds(5)));
    assertThat(get(objects.among("bank", List.of(CLUSTER)))).isEmpty();
    assertThat(get(objects.list("shop", Optional.empty(), 1)))
        .containsExactly(new DeletedObject(CLUSTER, NOW, "ann", "scrapped"));
    assertThat(get(objects.list("shop", Optional.of(CLUSTER), 10)))
        .extracting(DeletedObject::object)
        .containsExactly(HOST);

    Cause.Command unmark = cause("r-3", "UnmarkObjectDeleted", Permission.MANAGE);
    assertThat(accepted(get(objects.unmark("shop", CLUSTER, unmark))).changed()).isTrue();
    assertThat(accepted(get(objects.unmark("shop", CLUSTER, unmark))).changed()).isTrue();
    assertThat(
            accepted(
                    get(
                        objects.unmark(
                            "shop",
                            CLUSTER,
                            cause("r-4", "UnmarkObjectDeleted", Permission.MANAGE))))
                .changed())
        .isFalse();
    assertThat(get(objects.among("shop", List.of(CLUSTER)))).isEmpty();
    assertThat(audit())
        .extracting(AuditRow::command, AuditRow::before, AuditRow::after, AuditRow::reason)
        .containsExactlyInAnyOrder(
            tuple("MarkObjectDeleted", "", "DELETED", "scrapped"),
            tuple("UnmarkObjectDeleted", "DELETED", "", "scrapped"));
  }

  @Test
  void a_call_that_is_repeated_changes_nothing_and_another_moves_the_time() throws Exception {
    assertThat(mark("r-1", CLUSTER, NOW).changed()).isTrue();
    Told repeated = mark("r-1", CLUSTER, NOW.plusSeconds(9));
    assertThat(repeated.changed()).isTrue();
    assertThat(repeated.object().orElseThrow().deletedAt()).isEqualTo(NOW);
    assertThat(mark("r-2", CLUSTER, NOW.plusSeconds(9)).changed()).isTrue();
    assertThat(get(objects.among("shop", List.of(CLUSTER))))
        .isEqualTo(Map.of(CLUSTER, NOW.plusSeconds(9)));
    assertThat(audit()).hasSize(2);
  }

  private Told unmark(String requestId) throws Exception {
    return accepted(
        get(
            objects.unmark(
                "shop", CLUSTER, cause(requestId, "UnmarkObjectDeleted", Permission.MANAGE))));
  }

  @Test
  void a_mark_that_is_repeated_late_undoes_nothing_that_was_said_since() throws Exception {
    Told first = mark("r-1", CLUSTER, NOW);
    unmark("r-2");
    assertThat(mark("r-1", CLUSTER, NOW.plusSeconds(1))).isEqualTo(new Told(first.object(), true));
    assertThat(get(objects.among("shop", List.of(CLUSTER)))).isEmpty();

    mark("r-3", CLUSTER, NOW.plusSeconds(9));
    assertThat(mark("r-1", CLUSTER, NOW.plusSeconds(2))).isEqualTo(new Told(first.object(), true));
    assertThat(get(objects.among("shop", List.of(CLUSTER))))
        .isEqualTo(Map.of(CLUSTER, NOW.plusSeconds(9)));
    assertThat(audit()).hasSize(3);
  }

  @Test
  void a_mark_taken_back_that_is_repeated_late_takes_no_newer_mark_back() throws Exception {
    mark("r-1", CLUSTER, NOW);
    assertThat(unmark("r-2").changed()).isTrue();
    mark("r-3", CLUSTER, NOW.plusSeconds(9));
    assertThat(unmark("r-2").changed()).isTrue();
    assertThat(get(objects.among("shop", List.of(CLUSTER)))).containsOnlyKeys(CLUSTER);
    assertThat(unmark("r-4").changed()).isTrue();

    // One that found nothing to take back does not act later either.
    assertThat(unmark("r-5").changed()).isFalse();
    mark("r-6", CLUSTER, NOW);
    unmark("r-5");
    assertThat(get(objects.among("shop", List.of(CLUSTER)))).containsOnlyKeys(CLUSTER);
  }

  @Test
  void a_request_id_that_comes_with_another_body_is_refused_and_changes_nothing() throws Exception {
    mark("r-1", CLUSTER, NOW);
    Cause.Command other =
        new Cause.Command(
            "r-1",
            "0ther",
            "ann",
            "",
            new Call("UnmarkObjectDeleted", "", new Rights(Set.of(Permission.MANAGE))));
    assertThat(get(objects.unmark("shop", CLUSTER, other)))
        .isEqualTo(new Answer.Refused<>(new ObjectRejection.RequestIdReused()));
    assertThat(get(objects.among("shop", List.of(CLUSTER)))).containsOnlyKeys(CLUSTER);
    // What is said of another object is another matter.
    assertThat(mark("r-1", HOST, NOW).changed()).isTrue();
  }

  @Test
  void requests_are_forgotten_after_a_day_and_not_before() throws Exception {
    for (int i = 0; i < 600; i++) {
      mark("old-" + i, CLUSTER, NOW);
    }
    postgres.execute("UPDATE object_request SET at = now() - interval '24 hours 1 second'");
    mark("young", CLUSTER, NOW.plusSeconds(1));
    postgres.execute(
        "UPDATE object_request SET at = now() - interval '23 hours 59 minutes'"
            + " WHERE request_id = 'young'");

    try (var _ = ObjectRequestRetention.start(database)) {
      await().until(() -> remembered().equals(List.of("young")));
    }
  }

  private List<String> remembered() throws SQLException {
    List<String> ids = new ArrayList<>();
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT request_id FROM object_request")) {
      while (rows.next()) {
        ids.add(rows.getString(1));
      }
    }
    return ids;
  }

  @Test
  void only_those_who_may_manage_say_so_and_a_refusal_stores_nothing() throws Exception {
    assertThat(
            get(
                objects.mark(
                    "shop", CLUSTER, NOW, cause("r-1", "MarkObjectDeleted", Permission.RUN))))
        .isEqualTo(new Answer.Refused<>(new ObjectRejection.NotPermitted(Permission.MANAGE)));
    assertThat(get(objects.list("shop", Optional.empty(), 10))).isEmpty();
    assertThat(audit()).isEmpty();
  }
}
