package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import dev.pawl.cli.server.FakeServer;
import dev.pawl.covers.Covers;
import dev.pawl.v1.Attempt;
import dev.pawl.v1.Command;
import dev.pawl.v1.CommandOption;
import dev.pawl.v1.DefinitionState;
import dev.pawl.v1.Execution;
import dev.pawl.v1.ExecutionState;
import dev.pawl.v1.ListRunsResponse;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogSection;
import dev.pawl.v1.Operation;
import dev.pawl.v1.Profile;
import dev.pawl.v1.RunState;
import dev.pawl.v1.StepFailure;
import dev.pawl.v1.TailLogsResponse;
import dev.pawl.v1.TaskRunState;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.Worker;
import dev.pawl.v1.Workflow;
import dev.pawl.v1.WorkflowSpec;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadCommandsTest {
  private final FakeServer server = new FakeServer();
  private final Shell shell = Shell.at(server.address());

  @AfterEach
  void stop() {
    server.close();
  }

  @BeforeEach
  void two_runs() {
    server.runs.put(Sample.run(RunState.RUN_STATE_RUNNING));
    server.runs.put(
        Sample.run(RunState.RUN_STATE_FAILED).toBuilder()
            .setName("projects/default/runs/01hx0000000000000007f2c1zz")
            .setId("01hx0000000000000007f2c1zz")
            .setReason("TASK_FAILED")
            .setEndTime(Sample.ago(Duration.ofSeconds(11)))
            .setParameters(
                Struct.newBuilder()
                    .putFields("version", Value.newBuilder().setStringValue("4.3.5").build())
                    .putFields("rows", Value.newBuilder().setNumberValue(12).build()))
            .setRound(1)
            .addCommands(refused(Command.COMMAND_PAUSE, "the run is FAILED"))
            .addCommands(refused(Command.COMMAND_FORCED_PAUSE, "the run is FAILED"))
            .addCommands(allowed(Command.COMMAND_RETRY))
            .addCommands(refused(Command.COMMAND_ROLLBACK, "not available in this version"))
            .addCommands(allowed(Command.COMMAND_REDO))
            .setFailure(
                StepFailure.newBuilder()
                    .setStep("swap")
                    .setAttempt(3)
                    .setMaxAttempts(3)
                    .setReason("EXIT_CODE")
                    .setMessage("exit code 28")
                    .setLastLogLine("No space left on device"))
            .build());
    server.runs.put(Sample.step("check", TaskRunState.TASK_RUN_STATE_SUCCEEDED, 1));
    server.runs.put(
        Sample.step("swap", TaskRunState.TASK_RUN_STATE_RUNNING, 1, "check").toBuilder()
            .setWorker("w1")
            .setStartTime(Sample.ago(Duration.ofSeconds(22)))
            .build());
    server.runs.put(
        Sample.step("verify", TaskRunState.TASK_RUN_STATE_WAIT_UPSTREAM, 0, "swap").toBuilder()
            .setWaitsFor("upstream: swap")
            .build());
  }

  private static CommandOption allowed(Command command) {
    return CommandOption.newBuilder().setCommand(command).setAllowed(true).build();
  }

  private static CommandOption refused(Command command, String why) {
    return CommandOption.newBuilder().setCommand(command).setRefusal(why).build();
  }

  @Test
  @Covers("TSF-54")
  void runs_are_listed_as_a_table_without_colour_in_a_pipe() {
    Shell.Ran ran = shell.run("run", "list");

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out()).doesNotContain("\u001b");
    Golden.check("run-list", ran.out());
    Golden.check("run-list-wide", shell.run("run", "list", "-o", "wide").out());
    Golden.check("run-list-iso", shell.run("run", "list", "--time", "iso").out());
  }

  @Test
  void without_a_utf8_locale_glyphs_are_ascii() {
    assertThat(shell.with("LANG", "C").run("run", "list").out())
        .contains("* RUNNING")
        .contains("x FAILED")
        .isASCII();
  }

  @Test
  void colour_follows_its_flags_and_variables() {
    assertThat(shell.run("run", "list", "--color", "always").out()).contains("\u001b[36m");
    assertThat(shell.with("CLICOLOR_FORCE", "1").run("run", "list").out()).contains("\u001b[36m");
    assertThat(shell.with("NO_COLOR", "1").run("run", "list").out()).doesNotContain("\u001b");
  }

  @Test
  void quiet_prints_ids_and_name_prints_names() {
    assertThat(shell.run("run", "list", "-q").out().lines())
        .containsExactly(Sample.ID, "01hx0000000000000007f2c1zz");
    assertThat(shell.run("run", "list", "-o", "name").out().lines()).first().isEqualTo(Sample.RUN);
  }

  @Test
  void json_is_the_message_of_the_api() throws Exception {
    ListRunsResponse.Builder read = ListRunsResponse.newBuilder();
    JsonFormat.parser().merge(shell.run("run", "list", "-o", "json").out(), read);

    assertThat(read.getRunsList()).isEqualTo(server.runs.runs);
    assertThat(shell.run("run", "list", "-o", "jsonl").out().lines()).hasSize(2);
    assertThat(shell.run("run", "get", "7f2c1zz", "-o", "yaml").out())
        .contains("id: 01hx0000000000000007f2c1zz\n")
        .contains("definitionVersion: '12'")
        .contains("  rows: 12\n");
  }

  @Test
  @Covers({"OCP-32", "OBS-33"})
  void a_list_goes_into_a_spreadsheet() {
    server.runs.put(
        server.runs.runs.getFirst().toBuilder().setInitiator("ann, \"the\" boss").build());
    Golden.check("run-list-csv", shell.run("run", "list", "-o", "csv").out());
    assertThat(shell.run("run", "get", "7f2c1zz", "-o", "csv").exitCode()).isEqualTo(2);
  }

  @Test
  void flags_are_short_ways_to_write_a_filter() {
    shell.run(
        "run",
        "list",
        "--state",
        "failed,RUNNING",
        "--workflow",
        "daily",
        "--object",
        "cluster=obdemo",
        "--object",
        "10.0.0.1",
        "--initiator",
        "an \"n\\",
        "--name",
        "load",
        "--unfinished",
        "--since",
        "2h",
        "--filter",
        "id = a OR id = b",
        "--sort",
        "end_time desc");
    assertThat(server.runs.listed.getLast().getFilter())
        .isEqualTo(
            "(id = a OR id = b) AND state = (\"failed\" OR \"RUNNING\") AND ended = false"
                + " AND name : \"load\" AND workflow = \"daily\""
                + " AND objects.cluster = \"obdemo\" AND object.name = \"10.0.0.1\""
                + " AND initiator = \"an \\\"n\\\\\" AND create_time >= 2026-11-20T12:02:07Z");
    assertThat(server.runs.listed.getLast().getOrderBy()).isEqualTo("end_time desc");
    assertThat(shell.run("run", "list", "--object", "cluster=").exitCode()).isEqualTo(2);
  }

  @Test
  @Covers("OCP-31")
  void a_page_is_asked_for_by_its_number() {
    Shell.Ran ran = shell.run("run", "list", "--page", "2", "--limit", "1");
    assertThat(server.runs.listed.getLast().getPage()).isEqualTo(2);
    assertThat(ran.err()).contains("Page 2 of 2; 2 runs").doesNotContain("--page-token");
    assertThat(ran.out().lines()).hasSize(2);
    assertThat(shell.run("run", "list", "--page", "2", "--all").exitCode()).isEqualTo(2);
    assertThat(shell.run("run", "list", "--page", "2", "--page-token", "x").exitCode())
        .isEqualTo(2);
  }

  @Test
  void pages_are_followed_with_all_and_hinted_without() {
    Shell.Ran page = shell.run("run", "list", "--limit", "1");
    assertThat(page.out().lines()).hasSize(2);
    assertThat(page.err()).contains("More: --page-token 1");
    assertThat(shell.run("run", "list", "--limit", "1", "-q").err()).isEmpty();
    assertThat(shell.with("PAWL_HINTS", "0").run("run", "list", "--limit", "1").err()).isEmpty();
    assertThat(shell.run("run", "list", "--all", "--filter", "state = FAILED").out().lines())
        .hasSize(3);
    assertThat(server.runs.listed.getLast().getFilter()).isEqualTo("state = FAILED");
    assertThat(shell.run("run", "list", "--limit", "0").exitCode()).isEqualTo(2);
  }

  @Test
  void one_run_is_shown_with_what_may_be_commanded() {
    Golden.check("run-get", shell.run("run", "get", "7f2c1zz").out());
    assertThat(shell.run("run", "get", "@latest").out()).contains(Sample.ID);
  }

  @Test
  void what_steps_published_is_shown_with_the_run_and_the_step() {
    Struct data =
        Struct.newBuilder()
            .putFields(
                "hosts",
                Value.newBuilder()
                    .setListValue(
                        ListValue.newBuilder()
                            .addValues(Value.newBuilder().setStringValue("h1"))
                            .addValues(Value.newBuilder().setStringValue("h2")))
                    .build())
            .putFields("rows", Value.newBuilder().setNumberValue(42).build())
            .build();
    server.runs.runs.replaceAll(
        run -> run.toBuilder().setAdditionalData(data).setAdditionalDataTruncated(true).build());
    server.runs.steps.replaceAll(step -> step.toBuilder().setAdditionalData(data).build());

    Golden.check("run-get-data", shell.run("run", "get", "7f2c1zz").out());
    Golden.check("step-get-data", shell.run("step", "get", "7f3k2xy/swap").out());
    assertThat(shell.run("run", "get", "7f2c1zz", "-o", "json").out())
        .contains("\"additionalData\": {", "\"rows\": 42", "\"additionalDataTruncated\": true");
    assertThat(shell.run("step", "get", "7f3k2xy/swap", "-o", "json").out())
        .contains("\"additionalData\": {");
  }

  @Test
  void steps_are_listed_and_shown() {
    server.executions.all.add(
        Execution.newBuilder()
            .setName(Sample.RUN + "/taskRuns/swap/executions/0")
            .addAttempts(
                Attempt.newBuilder()
                    .setAttempt(1)
                    .setOperation(Operation.OPERATION_EXECUTE)
                    .setFence(1)
                    .setWorker("w1")
                    .setState(ExecutionState.EXECUTION_STATE_RUNNING)
                    .setStartTime(Sample.ago(Duration.ofSeconds(22))))
            .build());

    Golden.check("step-list", shell.run("step", "list", "7f3k2xy").out());
    Golden.check("step-get", shell.run("step", "get", "7f3k2xy/swap").out());
    assertThat(shell.run("step", "list", "@latest", "--state", "running", "-q").out())
        .isEqualTo("swap\n");
    assertThat(shell.run("step", "list", "@latest", "--state", "nope").exitCode()).isEqualTo(2);
    assertThat(shell.run("step", "get", "7f3k2xy").exitCode()).isEqualTo(2);
  }

  @Test
  void a_step_that_was_passed_says_so_and_what_may_be_commanded() {
    server.runs.put(
        Sample.step("swap", TaskRunState.TASK_RUN_STATE_SUCCEEDED, 1, "check").toBuilder()
            .setOperation(Operation.OPERATION_PASS)
            .addCommands(refused(Command.COMMAND_RETRY, "the step has succeeded"))
            .addCommands(refused(Command.COMMAND_PASS, "the step has succeeded"))
            .build());

    Golden.check("step-get-passed", shell.run("step", "get", "7f3k2xy/swap").out());
    assertThat(shell.run("step", "list", "7f3k2xy").out()).contains("✓ SUCCEEDED (passed)");
  }

  @Test
  void workers_are_listed() {
    server.workers.connected.add(
        Worker.newBuilder()
            .setWorkerId("w1")
            .setGroup("default")
            .setSlots(4)
            .setBusy(1)
            .setConnectTime(Sample.ago(Duration.ofHours(2)))
            .setHeartbeatTime(Sample.ago(Duration.ofSeconds(3)))
            .build());

    Golden.check("worker-list", shell.run("worker", "list").out());
    assertThat(shell.run("worker", "list", "--group", "other", "-q").out()).isEmpty();
  }

  @Test
  @Covers("WDT-25")
  void a_workflow_is_shown_drawn_and_given_back_as_a_definition() {
    WorkflowSpec spec =
        WorkflowSpec.newBuilder()
            .setName("upgrade")
            .setProfile(Profile.PROFILE_OPS)
            .addTasks(TaskSpec.newBuilder().setName("extract-orders"))
            .addTasks(TaskSpec.newBuilder().setName("extract-users"))
            .addTasks(
                TaskSpec.newBuilder()
                    .setName("load")
                    .addNeeds("extract-orders")
                    .addNeeds("extract-users"))
            .addTasks(TaskSpec.newBuilder().setName("report").addNeeds("load"))
            .build();
    server.workflows.byName.put(
        "projects/default/workflows/upgrade",
        Workflow.newBuilder()
            .setName("projects/default/workflows/upgrade")
            .setVersion(12)
            .setState(DefinitionState.DEFINITION_STATE_ACTIVE)
            .setDefinition(spec)
            .setProfile(Profile.PROFILE_OPS)
            .setTaskCount(4)
            .setSubmitTime(Sample.ago(Duration.ofDays(1)))
            .build());

    Golden.check("workflow-list", shell.run("workflow", "list").out());
    Golden.check("workflow-get", shell.run("workflow", "get", "upgrade").out());
    Golden.check("workflow-graph", shell.run("workflow", "graph", "upgrade").out());
    Golden.check("workflow-graph-dot", shell.run("workflow", "graph", "upgrade", "--dot").out());
    assertThat(shell.run("workflow", "graph", "upgrade", "-o", "json").out())
        .contains("\"layer\": 3");
    Golden.check("workflow-definition", shell.run("wf", "get", "upgrade", "--definition").out());
  }

  @Test
  void logs_carry_their_step_unless_it_is_one() {
    server.logs.messages.add(lines("check", 1, "all well"));
    server.logs.messages.add(lines("swap", 1, "copying", "ERROR full"));
    server.logs.messages.add(lines("swap", 2, "again"));

    assertThat(shell.run("run", "logs", Sample.ID).out().lines())
        .containsExactly("[check] all well", "[swap] copying", "[swap] ERROR full", "[swap] again");
    assertThat(shell.run("run", "logs", Sample.ID + "/swap", "--attempt", "2").out())
        .isEqualTo("again\n");
    assertThat(shell.run("step", "logs", Sample.ID + "/swap", "--grep", "ERR.*").out())
        .isEqualTo("ERROR full\n");
    assertThat(shell.run("run", "logs", Sample.ID, "--no-prefix", "--tail", "5").out().lines())
        .contains("all well");
    assertThat(server.logs.requests.getLast().getTailLines()).isEqualTo(5);
    assertThat(shell.run("run", "logs", Sample.ID, "-o", "jsonl").out().lines())
        .first()
        .asString()
        .contains("\"step\":\"check\"")
        .contains("\"text\":\"all well\"");
    assertThat(shell.run("run", "logs", Sample.ID, "-o", "jsonl").out())
        .contains("\"sequence\":1,");
    assertThat(shell.run("run", "logs", Sample.ID, "-o", "json").exitCode()).isEqualTo(2);
    assertThat(shell.run("run", "logs", Sample.ID, "--grep", "(").exitCode()).isEqualTo(2);
  }

  @Test
  void old_lines_are_left_out_with_since() {
    server.logs.messages.add(at(Duration.ofSeconds(601), lines("check", 1, "long ago")));
    server.logs.messages.add(at(Duration.ofSeconds(600), lines("check", 1, "just now")));

    assertThat(shell.run("run", "logs", Sample.ID + "/check", "--since", "10m").out())
        .isEqualTo("just now\n");
    assertThat(shell.run("run", "logs", Sample.ID, "--since", "yesterday").exitCode()).isEqualTo(2);
  }

  @Test
  void only_the_logs_of_steps_that_failed_are_shown_with_failed() {
    server.logs.messages.add(lines("check", 1, "all well"));
    server.logs.messages.add(lines("swap", 1, "disk full"));
    server.runs.put(Sample.step("check", TaskRunState.TASK_RUN_STATE_SUCCEEDED, 1));
    Shell.Ran none = shell.run("run", "logs", Sample.ID, "--failed");
    assertThat(none.out()).isEmpty();
    assertThat(none.err()).isEqualTo("No step of it failed.\n");

    server.runs.put(Sample.step("swap", TaskRunState.TASK_RUN_STATE_FAILED, 1));
    assertThat(shell.run("run", "logs", Sample.ID, "--failed").out())
        .isEqualTo("[swap] disk full\n");
    assertThat(shell.run("run", "logs", Sample.ID, "--failed", "-f").exitCode()).isEqualTo(2);
    assertThat(shell.run("run", "logs", Sample.ID + "/swap", "--failed").exitCode()).isEqualTo(2);
  }

  private static TailLogsResponse at(Duration age, TailLogsResponse message) {
    TailLogsResponse.Builder timed = message.toBuilder();
    timed.getLinesBuilderList().forEach(line -> line.setTime(Sample.ago(age)));
    return timed.build();
  }

  private static TailLogsResponse lines(String step, int attempt, String... lines) {
    TailLogsResponse.Builder message =
        TailLogsResponse.newBuilder()
            .setSection(
                LogSection.newBuilder()
                    .setExecution(Sample.RUN + "/taskRuns/" + step + "/executions/0")
                    .setAttempt(attempt));
    for (String line : lines) {
      message.addLines(LogLine.newBuilder().setSequence(message.getLinesCount() + 1).setText(line));
    }
    return message.build();
  }

  @Test
  void any_rpc_can_be_called_by_its_name() {
    assertThat(shell.run("api").out().lines())
        .contains("pawl.v1.RunService/GetRun", "pawl.v1.WatchService/Watch");
    Shell.Ran ran =
        shell.run(
            "api",
            "RunService/ListRuns",
            "-d",
            "{\"pageSize\": 1, \"parent\": \"projects/default\"}");
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out()).contains("\"id\": \"" + Sample.ID + "\"");
    assertThat(shell.run("api", "RunService/Nope").exitCode()).isEqualTo(3);
    assertThat(shell.run("api", "NoService/Nope").exitCode()).isEqualTo(3);
    assertThat(shell.run("api", "RunService/GetRun", "-d", "{\"nme\": 1}").exitCode()).isEqualTo(2);
    Shell.Ran cut = shell.run("api", "RunService/GetRun", "-d", "{\"name");
    assertThat(cut.exitCode()).isEqualTo(2);
    assertThat(cut.err()).contains("The request is no GetRunRequest: ").doesNotContain("Exception");
  }

  @Test
  void versions_of_both_sides_are_told() {
    assertThat(shell.run("version").out()).contains("Server  9.9.9  (API level 1, dev)");
    assertThat(shell.run("version", "-o", "json").out())
        .contains("\"server\": \"9.9.9\"", "\"apiLevel\": 1,", "\"serverApiLevel\": 1,");
  }

  @Test
  void the_version_of_the_client_waits_for_no_server_that_is_away() {
    long begun = System.nanoTime();
    Shell.Ran alone = Shell.alone().run("version");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
    assertThat(alone.exitCode()).isZero();
    assertThat(alone.out()).startsWith("Client");
    assertThat(alone.err())
        .contains("The server at 127.0.0.1:1 does not answer: UNAVAILABLE")
        .doesNotContain("trying for");
    assertThat(Shell.alone().run("version", "--timeout", "200ms").err())
        .contains("does not answer: UNAVAILABLE");
  }
}
