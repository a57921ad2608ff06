package dev.pawl.engine.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.Profile;
import dev.pawl.engine.journal.Database;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepCounts;
import dev.pawl.engine.view.RunFilter;
import dev.pawl.engine.view.RunRow;
import dev.pawl.engine.view.Slice;
import dev.pawl.engine.view.Views;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which chunks of exports' files go, and when, on a real PostgreSQL. */
@ExtendWith(PostgresExtension.class)
class ExportRetentionTest {
  private static final OperationId OLD = new OperationId("op" + "1".repeat(24));
  private static final OperationId YOUNG = new OperationId("op" + "2".repeat(24));

  private final TestDatabase postgres;
  private final Database database;
  private final OperationFiles files;

  ExportRetentionTest(TestDatabase postgres) {
    this.postgres = postgres;
    postgres.empty();
    this.database = postgres.open();
    this.files = new OperationFiles(database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private long chunks(OperationId id) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) FROM operation_file WHERE operation_id = '%s'"
                    .formatted(id.value()))) {
      row.next();
      return row.getLong(1);
    }
  }

  private void store(OperationId id, int chunks, Duration ago) {
    for (int chunk = 0; chunk < chunks; chunk++) {
      files.write(id, 1, chunk, new byte[100], Instant.now().minus(ago));
    }
  }

  @Test
  void files_that_have_expired_go_though_nobody_begins_another_export() throws Exception {
    store(OLD, 70, RunExporter.KEPT.plusHours(25));
    store(YOUNG, 3, RunExporter.KEPT.plusHours(23));

    try (var _ = ExportRetention.start(files)) {
      await().until(() -> chunks(OLD) == 0);
    }

    assertThat(chunks(YOUNG)).isEqualTo(3);
  }

  @Test
  void an_attempt_that_fails_for_whatever_reason_leaves_nothing_behind() throws Exception {
    RunRow row =
        new RunRow(
            new RunId("r".repeat(26)),
            new DefinitionId(DefinitionKind.WORKFLOW, "shop", "daily"),
            1,
            "hash",
            Profile.OPS,
            RunStatus.FAILED,
            "x".repeat(100),
            "ann",
            Map.of(),
            List.of(),
            Instant.EPOCH,
            Optional.empty(),
            Optional.empty(),
            StepCounts.none(1),
            1);
    AtomicInteger asked = new AtomicInteger();
    Views views =
        (Views)
            Proxy.newProxyInstance(
                Views.class.getClassLoader(),
                new Class<?>[] {Views.class},
                (_, method, _) -> {
                  assertThat(method.getName()).isEqualTo("slice");
                  if (asked.incrementAndGet() == 1) {
                    return CompletableFuture.completedFuture(
                        new Slice<>(Collections.nCopies(1_000, row), Optional.of("behind")));
                  }
                  assertThat(chunks(YOUNG)).isPositive();
                  return CompletableFuture.failedFuture(
                      new IllegalStateException("the second page cannot be read"));
                });
    RunExporter exporter =
        new RunExporter(views, _ -> RunFilter.ALL, files, InstantSource.system());

    assertThatThrownBy(
            () ->
                exporter
                    .export(
                        YOUNG,
                        1,
                        "shop",
                        new OperationWork.Export("", List.of("id", "reason")),
                        () -> true)
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS))
        .hasRootCauseMessage("the second page cannot be read");
    assertThat(chunks(YOUNG)).isZero();
  }
}
