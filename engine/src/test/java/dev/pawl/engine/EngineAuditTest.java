package dev.pawl.engine;

import static dev.pawl.engine.Node.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.pawl.covers.Covers;
import dev.pawl.engine.access.ObjectName;
import dev.pawl.engine.access.Permission;
import dev.pawl.engine.access.Rights;
import dev.pawl.engine.audit.Audit;
import dev.pawl.engine.audit.AuditFilter;
import dev.pawl.engine.audit.AuditOutcome;
import dev.pawl.engine.audit.AuditRow;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.DefinitionRejection;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.journal.Call;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunHeader;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunObject;
import dev.pawl.engine.run.RunRejection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Commands on a whole engine: what its entities take from whom, and what the audit shows. */
@ExtendWith(PostgresExtension.class)
class EngineAuditTest {
  private static final Rights VIEWER = new Rights(Set.of(Permission.VIEW));
  private static final Rights MANAGER =
      new Rights(Set.of(Permission.VIEW, Permission.RUN, Permission.MANAGE));

  private final TestDatabase postgres;
  private final Node node;

  EngineAuditTest(TestDatabase postgres) {
    this.postgres = postgres;
    postgres.empty();
    node = new Node(postgres);
  }

  @AfterEach
  void close() {
    node.close();
  }

  private Answer<RunHead, RunRejection> command(
      RunId run, RunVerb verb, String requestId, String rpc, Rights rights) throws Exception {
    return command("bob", run, verb, requestId, rpc, rights);
  }

  private Answer<RunHead, RunRejection> command(
      String principal, RunId run, RunVerb verb, String requestId, String rpc, Rights rights)
      throws Exception {
    return get(
        node.engine()
            .runs()
            .command(
                "default",
                run,
                verb,
                Optional.empty(),
                new Cause.Command(
                    requestId, "b0d7", principal, "because", new Call(rpc, "", rights)),
                OptionalLong.empty(),
                false));
  }

  private long sequence(RunId run) throws Exception {
    return Node.accepted(get(node.engine().runs().describe("default", run))).sequence();
  }

  private Audit.Listed list(AuditFilter filter) throws Exception {
    return get(node.engine().audit().list("default", filter, Optional.empty(), 100));
  }

  private static AuditFilter on(RunId run) {
    return new AuditFilter(
        Optional.of("projects/default/runs/" + run.value()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static AuditFilter by(String principal) {
    return new AuditFilter(
        Optional.empty(),
        Optional.empty(),
        Optional.of(principal),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void an_entity_takes_no_command_from_those_who_may_not_and_stores_nothing() throws Exception {
    RunId run = node.startRun("a");
    long before = sequence(run);
    assertThat(command(run, RunVerb.STOP, "r-1", "StopRun", VIEWER))
        .isEqualTo(new Answer.Refused<>(new RunRejection.NotPermitted(Permission.RUN)));
    DefinitionId id = new DefinitionId(DefinitionKind.WORKFLOW, "default", "w");
    assertThat(
            get(
                node.engine()
                    .definitions()
                    .submit(
                        id,
                        "00".repeat(32),
                        new Cause.Command(
                            "r-2", "b0d7", "bob", "", new Call("SubmitWorkflow", "", MANAGER)),
                        OptionalLong.empty())))
        .isEqualTo(new Answer.Refused<>(new DefinitionRejection.NotPermitted(Permission.EDIT)));
    assertThat(sequence(run)).isEqualTo(before);
    assertThat(command(run, RunVerb.STOP, "r-3", "StopRun", MANAGER))
        .isInstanceOf(Answer.Accepted.class);
  }

  private static Rights about(String cluster) {
    return new Rights(
        Set.of(), Set.of(new Rights.About(new ObjectName("cluster", cluster), Permission.RUN)));
  }

  private Answer<RunHead, RunRejection> start(RunId id, String cluster, Rights rights)
      throws Exception {
    String hash = get(node.engine().contents().put(ByteString.copyFromUtf8("a")));
    return get(
        node.engine()
            .runs()
            .start(
                id,
                new RunHeader(
                    new DefinitionId(DefinitionKind.WORKFLOW, "default", "w"),
                    1,
                    hash,
                    0,
                    Map.of(),
                    Map.of(),
                    "bob",
                    "request-" + id,
                    "b0d7",
                    "",
                    Instant.EPOCH,
                    Optional.empty(),
                    List.of(new RunObject("cluster", cluster, "")),
                    List.of(),
                    Map.of(),
                    Optional.empty()),
                "",
                rights));
  }

  @Test
  @Covers("OCP-35")
  void a_run_takes_commands_from_those_who_may_command_what_it_is_about() throws Exception {
    RunId run = new RunId("about%021d".formatted(1));
    Answer<RunHead, RunRejection> refused =
        new Answer.Refused<>(new RunRejection.NotPermitted(Permission.RUN));
    assertThat(start(run, "b", about("a"))).isEqualTo(refused);
    assertThat(get(node.engine().runs().describe("default", run)))
        .isEqualTo(new Answer.Refused<>(new RunRejection.NotFound()));

    assertThat(start(run, "a", about("a"))).isInstanceOf(Answer.Accepted.class);
    long before = sequence(run);
    assertThat(command(run, RunVerb.PAUSE, "r-1", "PauseRun", about("b"))).isEqualTo(refused);
    assertThat(sequence(run)).isEqualTo(before);
    assertThat(command(run, RunVerb.PAUSE, "r-1", "PauseRun", about("a")))
        .isInstanceOf(Answer.Accepted.class);
  }

  @Test
  void what_was_accepted_is_recorded_once_from_its_facts_with_the_states_before_and_after()
      throws Exception {
    RunId run = node.startRun("a");
    command(run, RunVerb.PAUSE, "r-1", "PauseRun", MANAGER);
    command(run, RunVerb.PAUSE, "r-1", "PauseRun", MANAGER);
    command(run, RunVerb.CONTINUE, "r-2", "ContinueRun", MANAGER);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> list(on(run)).rows().stream().anyMatch(row -> row.requestId().equals("r-2")));

    List<AuditRow> rows = list(on(run)).rows();
    assertThat(rows)
        .extracting(AuditRow::command)
        .containsExactly("ContinueRun", "PauseRun", "StartRun");
    assertThat(rows).extracting(AuditRow::outcome).containsOnly(AuditOutcome.ACCEPTED);
    AuditRow pause = rows.get(1);
    assertThat(pause.principal()).isEqualTo("bob");
    assertThat(pause.reason()).isEqualTo("because");
    assertThat(pause.requestId()).isEqualTo("r-1");
    assertThat(pause.before()).isEqualTo("RUNNING");
    assertThat(pause.after()).isEqualTo("PAUSING");
    assertThat(rows.getLast().before()).isEmpty();
    assertThat(rows.getLast().after()).isEqualTo("RUNNING");
    assertThat(list(by("bob")).rows()).hasSize(2);
    assertThat(list(by("ann")).rows()).extracting(AuditRow::command).containsExactly("StartRun");
    assertThat(list(by("eve")).total()).isZero();

    // The same facts once more, as after the views were made anew.
    postgres.execute("UPDATE projection SET epoch = 0, xid = 0, ordering = 0");
    postgres.execute("UPDATE audit SET state_after = '?'");
    node.restart();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> list(on(run)).rows().stream().noneMatch(row -> row.after().equals("?")));
    assertThat(list(on(run)).rows()).isEqualTo(rows);
  }

  /** The row of a command that changed nothing, by a key. */
  private static AuditRow unchanged(RunId run, String key, String requestId) {
    return new AuditRow(
        "default",
        "projects/default/runs/" + run.value(),
        key,
        Instant.now().truncatedTo(ChronoUnit.MICROS),
        "bob",
        "PauseRun",
        "",
        requestId,
        "rain",
        "PAUSED",
        "PAUSED",
        AuditOutcome.UNCHANGED,
        "",
        "");
  }

  @Test
  void a_command_never_shows_as_the_one_that_changed_nothing_under_the_same_request_id()
      throws Exception {
    RunId run = node.startRun("a");
    // As nodes of the version before record it, under the request id.
    AuditRow pause = unchanged(run, "x", "x");
    node.engine().audit().record(pause);
    await().atMost(Duration.ofSeconds(20)).until(() -> list(on(run)).rows().contains(pause));

    command("eve", run, RunVerb.STOP, "x", "StopRun", MANAGER);
    await().atMost(Duration.ofSeconds(20)).until(() -> list(by("eve")).rows().size() == 1);

    AuditRow stop = list(by("eve")).rows().getFirst();
    assertThat(stop.command()).isEqualTo("StopRun");
    assertThat(stop.reason()).isEqualTo("because");
    assertThat(stop.outcome()).isEqualTo(AuditOutcome.ACCEPTED);
    assertThat(list(on(run)).rows()).contains(pause, stop).hasSize(3);
  }

  @Test
  void a_request_id_that_a_run_has_forgotten_names_another_command_and_both_are_recorded()
      throws Exception {
    RunId run = node.startRun("a");
    command("bob", run, RunVerb.PAUSE, "x", "PauseRun", MANAGER);
    for (int i = 0; i < 64; i++) {
      boolean paused = i % 2 == 0;
      command(
          "ann",
          run,
          paused ? RunVerb.CONTINUE : RunVerb.PAUSE,
          "r-" + i,
          paused ? "ContinueRun" : "PauseRun",
          MANAGER);
    }
    assertThat(command("eve", run, RunVerb.STOP, "x", "StopRun", MANAGER))
        .isInstanceOf(Answer.Accepted.class);
    await().atMost(Duration.ofSeconds(20)).until(() -> list(by("eve")).rows().size() == 1);

    List<AuditRow> rows =
        list(on(run)).rows().stream().filter(row -> row.requestId().equals("x")).toList();
    assertThat(rows).extracting(AuditRow::principal).containsExactly("eve", "bob");
    assertThat(rows).extracting(AuditRow::command).containsExactly("StopRun", "PauseRun");
    assertThat(rows.getLast().after()).isEqualTo("PAUSING");
    assertThat(list(on(run)).rows()).hasSize(67);
  }

  @Test
  void a_row_from_before_request_ids_stopped_being_keys_is_not_written_again() throws Exception {
    RunId run = node.startRun("a");
    command(run, RunVerb.PAUSE, "r-1", "PauseRun", MANAGER);
    await().atMost(Duration.ofSeconds(20)).until(() -> list(on(run)).rows().size() == 2);
    postgres.execute("UPDATE audit SET key = request_id");
    List<AuditRow> before = list(on(run)).rows();

    postgres.execute("UPDATE projection SET epoch = 0, xid = 0, ordering = 0");
    postgres.execute("UPDATE audit SET state_after = '?'");
    node.restart();

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> list(on(run)).rows().stream().noneMatch(row -> row.after().equals("?")));
    assertThat(list(on(run)).rows()).isEqualTo(before).hasSize(2);
  }

  @Test
  void whoever_repeats_the_command_of_somebody_else_changes_nothing() throws Exception {
    RunId run = node.startRun("a");
    Answer<RunHead, RunRejection> first =
        command("bob", run, RunVerb.PAUSE, "r-1", "PauseRun", MANAGER);
    assertThat(Node.accepted(first).changed()).isTrue();
    assertThat(
            Node.accepted(command("bob", run, RunVerb.PAUSE, "r-1", "PauseRun", MANAGER)).changed())
        .isTrue();
    assertThat(
            Node.accepted(command("eve", run, RunVerb.PAUSE, "r-1", "PauseRun", MANAGER)).changed())
        .isFalse();
    command("eve", run, RunVerb.CONTINUE, "r-2", "ContinueRun", MANAGER);
    assertThat(
            Node.accepted(command("bob", run, RunVerb.PAUSE, "r-1", "PauseRun", MANAGER)).changed())
        .isTrue();
    assertThat(
            Node.accepted(command("eve", run, RunVerb.PAUSE, "r-1", "PauseRun", MANAGER)).changed())
        .isFalse();
  }

  @Test
  void what_left_no_fact_is_recorded_as_it_is_told_and_pages_follow_each_other() throws Exception {
    Instant at = Instant.parse("2026-11-30T10:00:00.123456Z");
    List<AuditRow> told = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      // Three at the same instant: the order of storing decides.
      AuditRow row =
          new AuditRow(
              "default",
              "projects/default/runs/gone",
              "k" + i,
              at.plusSeconds(i / 3),
              "vic",
              "StopRun",
              i == 0 ? "load" : "",
              "q" + i,
              "'; DROP TABLE audit; --",
              "SUCCEEDED",
              "",
              i == 1 ? AuditOutcome.UNCHANGED : AuditOutcome.REFUSED,
              "RUN_STATE_CONFLICT",
              "no");
      told.add(row);
      node.engine().audit().record(row);
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> list(AuditFilter.ALL).total() == 7);
    List<AuditRow> seen = new ArrayList<>();
    Optional<String> key = Optional.empty();
    do {
      Audit.Listed page = get(node.engine().audit().list("default", AuditFilter.ALL, key, 2));
      assertThat(page.total()).isEqualTo(7);
      seen.addAll(page.rows());
      key = page.next();
    } while (key.isPresent());
    assertThat(seen).isEqualTo(told.reversed());

    assertThat(
            list(new AuditFilter(
                    Optional.empty(),
                    Optional.of("load"),
                    Optional.of("vic"),
                    Optional.of("StopRun"),
                    Optional.of(AuditOutcome.REFUSED),
                    Optional.of(at),
                    Optional.of(at.plusSeconds(1))))
                .rows())
        .containsExactly(told.getFirst());
  }
}
