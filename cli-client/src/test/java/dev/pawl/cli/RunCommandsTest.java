package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Value;
import dev.pawl.cli.server.FakeServer;
import dev.pawl.v1.Parameter;
import dev.pawl.v1.RunObject;
import dev.pawl.v1.RunState;
import dev.pawl.v1.Task;
import dev.pawl.v1.ValueType;
import dev.pawl.v1.Workflow;
import dev.pawl.v1.WorkflowSpec;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunCommandsTest {
  private final FakeServer server = new FakeServer();
  private final Shell shell = Shell.at(server.address());

  @AfterEach
  void stop() {
    server.close();
  }

  private void workflow() {
    WorkflowSpec.Builder spec = WorkflowSpec.newBuilder().setName("upgrade");
    Map.of(
            "version", ValueType.VALUE_TYPE_STRING,
            "rows", ValueType.VALUE_TYPE_INTEGER,
            "fast", ValueType.VALUE_TYPE_BOOLEAN,
            "zones", ValueType.VALUE_TYPE_LIST,
            "size", ValueType.VALUE_TYPE_OBJECT)
        .forEach(
            (name, type) -> spec.addParameters(Parameter.newBuilder().setName(name).setType(type)));
    server.workflows.byName.put(
        "projects/default/workflows/upgrade",
        Workflow.newBuilder()
            .setName("projects/default/workflows/upgrade")
            .setDefinition(spec)
            .build());
  }

  @Test
  void a_run_is_started_about_objects() {
    workflow();

    Shell.Ran ran =
        shell.run(
            "run",
            "start",
            "upgrade",
            "--object",
            "cluster=obdemo",
            "--object",
            "host=10.0.0.1:2881,id=7");

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(server.runs.started.getFirst().getObjectsList())
        .containsExactly(
            RunObject.newBuilder().setKind("cluster").setName("obdemo").build(),
            RunObject.newBuilder().setKind("host").setName("10.0.0.1:2881").setId("7").build());
    for (String wrong : new String[] {"obdemo", "=obdemo", "cluster=", "cluster=,id=7"}) {
      assertThat(shell.run("run", "start", "upgrade", "--object", wrong).exitCode()).isEqualTo(2);
    }
  }

  @Test
  void parameters_are_sent_as_the_workflow_declares_them() {
    workflow();

    Shell.Ran ran =
        shell.run(
            "run",
            "start",
            "upgrade",
            "--param",
            "version=4.3",
            "--param",
            "rows=12",
            "--param",
            "fast=true",
            "--param",
            "zones=[\"z1\", 2]",
            "--param",
            "size={\"mb\": 5}",
            "--param",
            "unknown=7",
            "--label",
            "team=core",
            "--reason",
            "urgent");

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    var request = server.runs.started.getFirst();
    var sent = request.getParameters();
    assertThat(sent.getFieldsOrThrow("version")).isEqualTo(text("4.3"));
    assertThat(sent.getFieldsOrThrow("rows").getNumberValue()).isEqualTo(12);
    assertThat(sent.getFieldsOrThrow("fast").getBoolValue()).isTrue();
    assertThat(sent.getFieldsOrThrow("zones").getListValue().getValuesCount()).isEqualTo(2);
    assertThat(sent.getFieldsOrThrow("size").getStructValue().getFieldsMap()).containsKey("mb");
    assertThat(sent.getFieldsOrThrow("unknown")).isEqualTo(text("7"));
    assertThat(request.getLabelsMap()).containsEntry("team", "core");
    assertThat(request.getReason()).isEqualTo("urgent");
    assertThat(ran.out()).isEqualTo("Run 89abcdef  upgrade v1  ● RUNNING\n");
    assertThat(ran.err()).isEqualTo("Follow it: pawl run watch 89abcdef\n");
  }

  @Test
  void what_does_not_parse_as_declared_is_left_to_the_server() {
    workflow();

    shell.run("run", "start", "upgrade", "--param", "rows=many", "--param", "zones=true");

    Map<String, Value> sent = server.runs.started.getFirst().getParameters().getFieldsMap();
    assertThat(sent).containsEntry("rows", text("many")).containsEntry("zones", text("true"));
  }

  @Test
  void parameters_come_from_a_file_too_and_the_definition_is_not_asked_for() {
    Shell.Ran ran =
        shell
            .typing("rows: 12\nversion: \"4\"\n")
            .run("run", "start", "nowhere", "--params-file", "-", "-q", "--version", "3");

    assertThat(ran.out()).isEqualTo("0123456789abcdef\n");
    var request = server.runs.started.getFirst();
    assertThat(request.getParameters().getFieldsOrThrow("rows").getNumberValue()).isEqualTo(12);
    assertThat(request.getVersion()).isEqualTo(3);
    assertThat(shell.typing("[a]").run("run", "start", "x", "--params-file", "-").exitCode())
        .isEqualTo(2);
  }

  @Test
  void a_task_of_its_own_is_started_by_its_name() {
    server.tasks.byName.put(
        "projects/default/tasks/clean",
        Task.newBuilder().setName("projects/default/tasks/clean").build());

    shell.run("run", "start", "--task", "clean", "--param", "a=b");

    assertThat(server.runs.started.getFirst().getDefinition())
        .isEqualTo("projects/default/tasks/clean");
  }

  @Test
  void an_unknown_workflow_exits_with_3() {
    assertThat(shell.run("run", "start", "nope", "--param", "a=b").exitCode()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"SUCCEEDED, 0", "FAILED, 10", "TERMINATED, 11", "ROLLBACK_FAILED, 10"})
  void waiting_exits_with_the_result(String state, int exitCode) {
    server.runs.put(Sample.run(RunState.valueOf("RUN_STATE_" + state)));

    assertThat(shell.run("run", "wait", Sample.ID).exitCode()).isEqualTo(exitCode);
  }

  @Test
  void waiting_longer_than_the_timeout_exits_with_7() {
    server.runs.put(Sample.run(RunState.RUN_STATE_RUNNING));

    Shell.Ran ran = shell.run("run", "wait", Sample.ID, "--timeout", "50ms");

    assertThat(ran.exitCode()).isEqualTo(7);
    assertThat(ran.err()).contains("still RUNNING; it goes on");
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }
}
