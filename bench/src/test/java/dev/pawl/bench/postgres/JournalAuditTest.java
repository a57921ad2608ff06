package dev.pawl.bench.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.bench.BenchFailure;
import dev.pawl.dev.postgres.EmbeddedPostgres;
import dev.pawl.dev.startup.StartupFailure;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.execution.ExecutionEvent;
import dev.pawl.engine.execution.ExecutionFact;
import dev.pawl.engine.execution.ExecutionStatus;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.Database;
import dev.pawl.engine.journal.DatabaseSettings;
import dev.pawl.engine.journal.ExecutionFactSerializer;
import dev.pawl.engine.journal.RunFactSerializer;
import dev.pawl.engine.run.RunEvent;
import dev.pawl.engine.run.RunFact;
import dev.pawl.engine.run.RunHeader;
import dev.pawl.engine.run.RunStatus;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JournalAuditTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

  private final RunFactSerializer runFacts = new RunFactSerializer();
  private final ExecutionFactSerializer executionFacts = new ExecutionFactSerializer();

  private EmbeddedPostgres embedded;
  private Postgres postgres;
  private JournalAudit audit;

  @BeforeAll
  void open() throws StartupFailure, IOException, SQLException {
    embedded = EmbeddedPostgres.ephemeral();
    Database.open(
            new DatabaseSettings(embedded.jdbcUrl(), embedded.user(), embedded.password(), 1, 1),
            true,
            Duration.ofSeconds(10))
        .close();
    postgres = Postgres.of(embedded.directory());
    audit = JournalAudit.open(postgres);
  }

  @AfterAll
  void close() throws SQLException {
    audit.close();
    embedded.close();
  }

  @BeforeEach
  void empty() throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("TRUNCATE event_journal");
    }
  }

  @Test
  void a_journal_that_tells_of_each_once_lets_the_figure_pass() throws Exception {
    run("old", 1);
    long mark = audit.mark();
    run("a", 3);
    run("b", 3);

    JournalAudit.Findings findings = audit.since(mark);

    assertThat(findings.rows()).isEqualTo(2 * (2 + 3 * 2));
    assertThatCode(() -> findings.mustTellOf(2, 6)).doesNotThrowAnyException();
  }

  @Test
  void a_journal_that_counts_otherwise_is_no_witness() throws Exception {
    run("a", 3);
    JournalAudit.Findings findings = audit.since(0);

    assertThatThrownBy(() -> findings.mustTellOf(2, 6))
        .isInstanceOf(BenchFailure.class)
        .hasMessageContaining("of 2 runs", "of 6 tasks; it tells of 1 runs and 3 tasks");
    assertThatThrownBy(() -> findings.mustTellOf(1, 2)).isInstanceOf(BenchFailure.class);
  }

  @Test
  void a_run_without_an_end_is_named() throws Exception {
    run("a", 1);
    append("run|b", 1, runFacts, created());

    assertThatThrownBy(() -> audit.since(0).mustTellOf(2, 1))
        .hasMessageContaining("run|b began 1 times and ended 0 times");
  }

  @Test
  void a_task_that_was_leased_twice_is_named() throws Exception {
    run("a", 1);
    append("execution|a/t0/0", 3, executionFacts, leased());

    assertThatThrownBy(() -> audit.since(0).mustTellOf(1, 1))
        .hasMessageContaining("execution|a/t0/0 was leased 2 times and ended 1 times");
  }

  @Test
  void the_limit_is_measured_with_rows_like_those_of_the_journal() throws Exception {
    assertThatThrownBy(() -> InsertLimit.measure(postgres, Duration.ofMillis(200)))
        .hasMessageContaining("holds no run");
    run("a", 3);
    long mark = audit.mark();

    InsertLimit.Limit limit = InsertLimit.measure(postgres, Duration.ofMillis(200));

    assertThat(limit.rowsPerSecond()).isPositive();
    assertThat(limit.multiRowsPerSecond()).isPositive();
    assertThat(audit.mark()).as("the journal itself").isEqualTo(mark);
  }

  private void run(String id, int tasks) throws SQLException {
    append("run|" + id, 1, runFacts, created());
    for (int i = 0; i < tasks; i++) {
      String execution = "execution|%s/t%d/0".formatted(id, i);
      append(execution, 1, executionFacts, leased());
      append(
          execution,
          2,
          executionFacts,
          fact(
              new ExecutionEvent.Ended(
                  Optional.empty(), 1, 1, ExecutionStatus.SUCCEEDED, "", "", "", Map.of()),
              "RUNNING",
              "SUCCEEDED"));
    }
    append(
        "run|" + id,
        2,
        runFacts,
        new RunFact(
            new RunEvent.Ended(RunStatus.SUCCEEDED, "", OptionalInt.empty(), Map.of()),
            new Cause.Timer("X"),
            AT,
            "RUNNING",
            "SUCCEEDED"));
  }

  private static RunFact created() {
    return new RunFact(
        new RunEvent.Created(
            new RunHeader(
                new DefinitionId(DefinitionKind.WORKFLOW, "default", "w"),
                1,
                "00",
                1,
                Map.of(),
                Map.of(),
                "somebody",
                "request",
                "00",
                "",
                AT,
                Optional.empty())),
        new Cause.Timer("X"),
        AT,
        "",
        "RUNNING");
  }

  private static ExecutionFact leased() {
    return fact(
        new ExecutionEvent.Leased(
            Optional.empty(), 1, 1, 1, ExecutionEvent.Operation.EXECUTE, false, "worker", "1"),
        "",
        "RUNNING");
  }

  private static ExecutionFact fact(ExecutionEvent event, String before, String after) {
    return new ExecutionFact(event, new Cause.Timer("X"), AT, before, after);
  }

  private void append(
      String entity, long sequence, SerializerWithStringManifest serializer, Object fact)
      throws SQLException {
    try (Connection connection = postgres.connect();
        PreparedStatement insert =
            connection.prepareStatement(
                """
                INSERT INTO event_journal
                  (persistence_id, sequence_number, writer, write_timestamp, adapter_manifest,
                   event_ser_id, event_ser_manifest, event_payload)
                VALUES (?, ?, 'writer', 0, '', ?, ?, ?)\
                """)) {
      insert.setString(1, entity);
      insert.setLong(2, sequence);
      insert.setInt(3, serializer.identifier());
      insert.setString(4, serializer.manifest(fact));
      insert.setBytes(5, serializer.toBinary(fact));
      insert.executeUpdate();
    }
  }
}
