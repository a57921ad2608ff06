package dev.pawl.dev.input;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import dev.pawl.covers.Covers;
import dev.pawl.dev.input.Terminal.Ran;
import dev.pawl.v1.Execution;
import dev.pawl.v1.ExecutionServiceGrpc;
import dev.pawl.v1.GetExecutionRequest;
import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.ListExecutionsRequest;
import dev.pawl.v1.ListRunsRequest;
import dev.pawl.v1.ListTaskRunsRequest;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.RunState;
import dev.pawl.v1.TaskRun;
import dev.pawl.worker.json.Json;
import dev.pawl.worker.json.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What steps publish beside their outputs: with themselves, their executions and their run. */
@Timeout(120)
@ExtendWith(NodeExtension.class)
class AdditionalDataIT {
  private static final String WORKFLOW =
      """
      apiVersion: pawl/v1
      workflow:
        name: publish
        profile: OPS
        parameters:
          - {name: zones, type: LIST, default: [z1, z2]}
        tasks:
          - name: scan
            retry: {maxAttempts: 2, fixed: {interval: 100ms}}
            execute:
              shell:
                script: |
                  echo "{\\"hosts\\": [\\"h$PAWL_ATTEMPT\\"], \\"stats\\": {\\"tries\\": $PAWL_ATTEMPT}}" >"$PAWL_DATA"
                  [ "$PAWL_ATTEMPT" -gt 1 ]
          - name: swap
            needs: [scan]
            each: {over: {parameter: zones}, parallel: 1}
            execute:
              shell:
                script: |
                  echo "{\\"zones\\": [\\"$PAWL_IN_ITEM\\"], \\"last\\": $PAWL_INDEX}" >"$PAWL_DATA"
          - name: report
            needs: [swap]
            retry: {maxAttempts: 1}
            execute:
              shell:
                script: |
                  echo "{\\"stats\\": {\\"rows\\": 42}, \\"last\\": \\"report\\"}" >"$PAWL_DATA"
                  [ ! -e '%s/broken' ]
            rollback:
              shell: {script: 'echo "{\\"last\\": \\"undone\\"}" >"$PAWL_DATA"'}
      """;

  private static final String OF_SCAN = "{\"hosts\": [\"h1\", \"h2\"], \"stats\": {\"tries\": 2}}";
  private static final String OF_SWAP = "{\"zones\": [\"z1\", \"z2\"], \"last\": 1}";
  private static final String OF_RUN =
      "{\"hosts\": [\"h1\", \"h2\"], \"stats\": {\"tries\": 2, \"rows\": 42},"
          + " \"zones\": [\"z1\", \"z2\"], \"last\": \"report\"}";

  private final Node node;
  private final Terminal terminal;
  private final RunServiceGrpc.RunServiceBlockingStub runs;
  private final ExecutionServiceGrpc.ExecutionServiceBlockingStub executions;

  @TempDir private Path directory;

  AdditionalDataIT(Node node) {
    this.node = node;
    this.terminal = Terminal.at(node);
    this.runs = node.runs();
    this.executions = ExecutionServiceGrpc.newBlockingStub(node.channel());
  }

  @BeforeEach
  void applied() throws IOException {
    Path file = directory.resolve("publish.yaml");
    Files.writeString(file, WORKFLOW.formatted(directory));
    Ran applied = terminal.run("workflow", "apply", file.toString());
    assertThat(applied.exitCode()).as(applied.toString()).isZero();
  }

  private static Struct json(String text) {
    try {
      return Json.parse(text).getStructValue();
    } catch (JsonException e) {
      throw new AssertionError(e);
    }
  }

  private Run started() {
    Ran ran = terminal.run("run", "start", "publish", "--wait");
    assertThat(ran.exitCode()).as(ran.toString()).isZero();
    String id = terminal.run("run", "list", "--limit", "1", "-q").out().strip();
    return run("projects/default/runs/" + id);
  }

  private Run run(String name) {
    return runs.getRun(GetRunRequest.newBuilder().setName(name).build()).getRun();
  }

  private Execution execution(Run run, String task, int index) {
    return executions
        .getExecution(
            GetExecutionRequest.newBuilder()
                .setName(run.getName() + "/taskRuns/" + task + "/executions/" + index)
                .build())
        .getExecution();
  }

  @Test
  @Covers("OBS-26")
  void what_steps_publish_is_merged_over_attempts_executions_and_steps_and_shown_in_the_detail() {
    Run run = started();

    assertThat(execution(run, "scan", 0).getAdditionalData())
        .as("also what the attempt published that failed")
        .isEqualTo(json(OF_SCAN));
    assertThat(execution(run, "swap", 0).getAdditionalData())
        .isEqualTo(json("{\"zones\": [\"z1\"], \"last\": 0}"));
    assertThat(node.step(run, "scan").getAdditionalData()).isEqualTo(json(OF_SCAN));
    assertThat(node.step(run, "swap").getAdditionalData()).isEqualTo(json(OF_SWAP));
    assertThat(run.getAdditionalData()).isEqualTo(json(OF_RUN));
    assertThat(run.getAdditionalDataTruncated()).isFalse();

    assertThat(terminal.run("run", "get", run.getId()).out())
        .containsPattern("Data +hosts=\\[\"h1\",\"h2\"]")
        .contains("last=report", "zones=[\"z1\",\"z2\"]");
    assertThat(terminal.run("run", "get", run.getId(), "-o", "json").out())
        .contains("\"additionalData\"");
    assertThat(terminal.run("step", "get", run.getId() + "/swap").out())
        .contains("zones=[\"z1\",\"z2\"]");
  }

  @Test
  void lists_leave_it_out() {
    Run run = started();
    assertThat(
            runs.listRuns(
                    ListRunsRequest.newBuilder()
                        .setParent("projects/default")
                        .addAtLeast(run.getRevision())
                        .build())
                .getRunsList())
        .noneMatch(Run::hasAdditionalData);
    assertThat(
            runs.listTaskRuns(ListTaskRunsRequest.newBuilder().setParent(run.getName()).build())
                .getTaskRunsList())
        .hasSize(3)
        .noneMatch(TaskRun::hasAdditionalData);
    assertThat(
            executions
                .listExecutions(
                    ListExecutionsRequest.newBuilder()
                        .setParent(run.getName() + "/taskRuns/swap")
                        .build())
                .getExecutionsList())
        .hasSize(2)
        .noneMatch(Execution::hasAdditionalData);
  }

  @Test
  void a_redo_begins_with_nothing_and_an_undo_adds_to_what_it_takes_back() throws IOException {
    Run run = started();
    Files.createFile(directory.resolve("broken"));

    Ran redone = terminal.run("run", "redo", run.getId(), "--yes");
    assertThat(redone.exitCode()).as(redone.toString()).isZero();
    Run failed = node.ended(run);
    assertThat(failed.getState()).isEqualTo(RunState.RUN_STATE_FAILED);
    assertThat(failed.getAdditionalData()).isEqualTo(json(OF_RUN));
    assertThat(execution(run, "scan", 0).getAdditionalData()).isEqualTo(json(OF_SCAN));

    Ran back = terminal.run("run", "rollback", run.getId(), "--yes");
    assertThat(back.exitCode()).as(back.toString()).isZero();
    assertThat(node.ended(run).getState()).isEqualTo(RunState.RUN_STATE_ROLLED_BACK);
    assertThat(node.step(run, "report").getAdditionalData())
        .isEqualTo(json("{\"stats\": {\"rows\": 42}, \"last\": \"undone\"}"));
  }
}
