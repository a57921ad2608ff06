package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import dev.pawl.cli.server.FakeServer;
import dev.pawl.v1.AuditOutcome;
import dev.pawl.v1.AuditRecord;
import dev.pawl.v1.ListAuditRecordsRequest;
import dev.pawl.v1.ListAuditRecordsResponse;
import dev.pawl.v1.Role;
import dev.pawl.v1.RoleGrant;
import dev.pawl.v1.WhoAmIResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands about who may do what, and who did. */
class AuditTest {
  private static final String RUN = "projects/default/runs/01jd8z4v7h3nq5r6s7t8v9w0xy";

  private final FakeServer server = new FakeServer();
  private final Shell shell = Shell.at(server.address());

  @TempDir private Path directory;

  @AfterEach
  void stop() {
    server.close();
  }

  @BeforeEach
  void a_run_that_was_started_and_retried_and_a_stop_that_was_refused() {
    server.audit.records.add(
        AuditRecord.newBuilder()
            .setTime(Sample.ago(Duration.ofMinutes(2)))
            .setPrincipal("vic")
            .setCommand("StopRun")
            .setEntity(RUN)
            .setRequestId("q-3")
            .setOutcome(AuditOutcome.AUDIT_OUTCOME_REFUSED)
            .setRefusal("PERMISSION_DENIED")
            .setMessage("vic may not StopRun in project default")
            .build());
    server.audit.records.add(
        AuditRecord.newBuilder()
            .setTime(Sample.ago(Duration.ofMinutes(3)))
            .setPrincipal("ada")
            .setCommand("RetryTaskRun")
            .setEntity(RUN + "/taskRuns/load")
            .setRequestId("q-2")
            .setReason("the disk was full")
            .setStateBefore("FAILED")
            .setStateAfter("RUNNING")
            .setOutcome(AuditOutcome.AUDIT_OUTCOME_ACCEPTED)
            .build());
    server.audit.records.add(
        AuditRecord.newBuilder()
            .setTime(Sample.ago(Duration.ofHours(3)))
            .setPrincipal("ada")
            .setCommand("SubmitWorkflow")
            .setEntity("projects/default/workflows/daily")
            .setRequestId("q-1")
            .setStateAfter("ACTIVE")
            .setOutcome(AuditOutcome.AUDIT_OUTCOME_ACCEPTED)
            .build());
  }

  @Test
  void commands_are_a_table_with_who_what_why_and_what_came_of_it() {
    Shell.Ran ran = shell.run("audit", "list");

    assertThat(ran.exitCode()).isZero();
    Golden.check("audit-list", ran.out());
    Golden.check("audit-list-wide", shell.run("audit", "list", "-o", "wide").out());
    assertThat(shell.run("audit", "list", "-q").out()).isEqualTo("q-3\nq-2\nq-1\n");
  }

  @Test
  void machines_get_every_record_as_it_is() throws Exception {
    ListAuditRecordsResponse.Builder read = ListAuditRecordsResponse.newBuilder();
    JsonFormat.parser().merge(shell.run("audit", "list", "-o", "json").out(), read);

    assertThat(read.getRecordsList()).isEqualTo(server.audit.records);
    assertThat(shell.run("audit", "list", "-o", "jsonl").out().lines()).hasSize(3);
  }

  @Test
  void every_option_narrows_what_is_asked_for() {
    shell.run(
        "audit",
        "list",
        "--run",
        "w0xy/load",
        "--principal",
        "ada",
        "--command",
        "StopRun",
        "--outcome",
        "refused",
        "--since",
        "2h",
        "--until",
        "2026-11-20T14:00:00Z");
    shell.run("audit", "list", "--workflow", "daily", "-p", "shop");

    assertThat(server.audit.asked.getFirst())
        .isEqualTo(
            ListAuditRecordsRequest.newBuilder()
                .setParent("projects/default")
                .setEntity("projects/default/runs/w0xy/taskRuns/load")
                .setPrincipal("ada")
                .setCommand("StopRun")
                .setOutcome(AuditOutcome.AUDIT_OUTCOME_REFUSED)
                .setStartTime(
                    Timestamps.fromMillis(Shell.NOW.minus(Duration.ofHours(2)).toEpochMilli()))
                .setEndTime(Timestamps.fromSeconds(Shell.NOW.getEpochSecond() - 127))
                .setPageSize(50)
                .build());
    assertThat(server.audit.asked.getLast().getEntity()).isEqualTo("projects/shop/workflows/daily");
  }

  @Test
  void a_time_that_is_none_and_two_entities_are_misuse() {
    Shell.Ran time = shell.run("audit", "list", "--since", "yesterday");
    assertThat(time.exitCode()).isEqualTo(2);
    assertThat(time.err()).contains("--since is no time: yesterday", "2h");
    Shell.Ran two = shell.run("audit", "list", "--run", "x", "--task", "y");
    assertThat(two.exitCode()).isEqualTo(2);
    assertThat(shell.run("audit", "list", "--outcome", "good").exitCode()).isEqualTo(2);
    assertThat(server.audit.asked).isEmpty();
  }

  @Test
  void whoami_tells_name_and_roles_and_sends_the_token() throws Exception {
    assertThat(shell.run("auth", "whoami").out())
        .contains("anonymous  not authenticated", "ADMIN", "WORKER", "all");
    server.self.caller =
        WhoAmIResponse.newBuilder()
            .setPrincipal("sam")
            .setAuthenticated(true)
            .addGrants(
                RoleGrant.newBuilder()
                    .setRole(Role.ROLE_TASK_MANAGER)
                    .addProjects("bank")
                    .addProjects("shop"))
            .build();
    Path file = Files.writeString(directory.resolve("token"), "s3cret\n");
    Shell.Ran ran = shell.run("--token-file", file.toString(), "auth", "whoami");
    Golden.check("auth-whoami", ran.out());
    assertThat(server.authorizations.getLast()).isEqualTo("Bearer s3cret");
    assertThat(
            Shell.at(server.address())
                .with("PAWL_TOKEN", "other")
                .run("auth", "whoami", "-q")
                .out())
        .isEqualTo("sam\n");
    assertThat(server.authorizations.getLast()).isEqualTo("Bearer other");
    Shell.at(server.address()).with("PAWL_TOKEN_FILE", file.toString()).run("auth", "whoami");
    assertThat(server.authorizations.getLast()).isEqualTo("Bearer s3cret");
  }

  @Test
  void who_is_not_known_ends_with_4_and_hears_what_to_do() {
    server.self.knowsNobody = true;
    Shell.Ran ran = shell.run("auth", "whoami");

    assertThat(ran.exitCode()).isEqualTo(4);
    assertThat(ran.err())
        .contains("does not know the token", "UNAUTHENTICATED", "PAWL_TOKEN", "--token-file");
  }

  @Test
  void a_token_that_cannot_be_used_is_told_before_anything_is_sent_and_is_not_shown()
      throws Exception {
    Path empty = Files.writeString(directory.resolve("empty"), "\n");
    Shell.Ran ran = shell.run("--token-file", empty.toString(), "auth", "whoami");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("holds no token");
    Shell.Ran two = Shell.at(server.address()).with("PAWL_TOKEN", "a b").run("auth", "whoami");
    assertThat(two.exitCode()).isEqualTo(2);
    assertThat(two.err()).doesNotContain("a b");
    assertThat(
            shell.run("--token-file", directory.resolve("no").toString(), "auth", "whoami").err())
        .contains("cannot be read");
    assertThat(server.authorizations).isEmpty();
  }
}
