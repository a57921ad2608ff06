package dev.pawl.dev.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.client.PawlError;
import dev.pawl.client.RequestIds;
import dev.pawl.covers.Covers;
import dev.pawl.dev.input.Terminal.Ran;
import dev.pawl.v1.ExecutionServiceGrpc;
import dev.pawl.v1.ExecutionState;
import dev.pawl.v1.GetExecutionRequest;
import dev.pawl.v1.ListExecutionsRequest;
import dev.pawl.v1.ListExecutionsResponse;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.StopExecutionRequest;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A step that is split over the zones of a cluster, as its operator sees it. */
@Timeout(120)
@ExtendWith(NodeExtension.class)
class SplitStepsIT {
  private static final String WORKFLOW =
      """
      apiVersion: pawl/v1
      workflow:
        name: swap-zones
        profile: OPS
        parameters:
          - {name: zones, type: LIST, default: [z1, z2, z3]}
        tasks:
          - name: swap
            each: {over: {parameter: zones}, parallel: 1}
            execute:
              shell:
                script: |
                  echo "swapping $PAWL_IN_ITEM as $PAWL_INDEX"
                  echo "$PAWL_IN_ITEM" >>'%1$s/done'
                  [ ! -e '%1$s/broken' ] || [ "$PAWL_IN_ITEM" != z2 ] || exit 3
                  echo "size=$PAWL_INDEX" >>"$PAWL_OUTPUT"
            rollback: {shell: {script: 'echo "undo $PAWL_IN_ITEM" >>"%1$s/done"'}}
            outputs: [{name: size, type: INTEGER}]
          - name: sum
            needs: [swap]
            inputs: {sizes: {output: swap.size}}
            execute: {shell: {script: 'echo "sizes=$PAWL_IN_SIZES" >>"$PAWL_OUTPUT"'}}
            outputs: [{name: sizes, type: LIST}]
        outputs: {sizes: {output: sum.sizes}}
      """;

  private final Node node;
  private final Terminal terminal;

  @TempDir private Path directory;

  SplitStepsIT(Node node) {
    this.node = node;
    this.terminal = Terminal.at(node);
  }

  @BeforeEach
  void applied() throws IOException {
    Path file = directory.resolve("swap.yaml");
    Files.writeString(file, WORKFLOW.formatted(directory));
    assertThat(terminal.run("workflow", "apply", file.toString()).exitCode()).isZero();
  }

  private Ran start(String... more) {
    List<String> words = new ArrayList<>(List.of("run", "start", "swap-zones", "--wait"));
    words.addAll(List.of(more));
    return terminal.run(words.toArray(String[]::new));
  }

  private String step(String run) {
    return "projects/default/runs/" + run + "/taskRuns/swap";
  }

  private ListExecutionsResponse executions(String run, int size, String token) {
    return ExecutionServiceGrpc.newBlockingStub(node.channel())
        .listExecutions(
            ListExecutionsRequest.newBuilder()
                .setParent(step(run))
                .setPageSize(size)
                .setPageToken(token)
                .build());
  }

  private String latest() {
    return terminal.run("run", "list", "--limit", "1", "-q").out().strip();
  }

  @Test
  @Covers({"OCP-41", "OBS-16", "OBS-21", "OCP-52"})
  void it_is_done_zone_by_zone_repaired_where_it_failed_and_gives_a_list() throws IOException {
    Files.createFile(directory.resolve("broken"));

    Ran failed = start();

    assertThat(failed.exitCode()).as(failed.toString()).isEqualTo(10);
    assertThat(failed.out()).contains("FAILED", "at swap/1", "swapping z2 as 1");
    assertThat(failed.err()).contains("--execution 1");
    assertThat(directory.resolve("done")).hasContent("z1\nz2\n");
    String run = latest();
    assertThat(terminal.run("step", "get", run + "/swap").out())
        .containsPattern("0 +\\S SUCCEEDED +1")
        .containsPattern("1 +\\S FAILED +1")
        .containsPattern("2 +\\S WAIT_UPSTREAM +0");
    assertThat(terminal.run("step", "list", run).out()).contains("1 of 3 done");
    assertThat(terminal.run("run", "logs", run + "/swap", "--execution", "1").out())
        .contains("swapping z2 as 1")
        .doesNotContain("z1");
    Ran foreseen = terminal.run("run", "retry", run, "--dry-run");
    assertThat(foreseen.out())
        .containsPattern("swap/1 +rollback")
        .containsPattern("swap/1 +retry")
        .containsPattern("swap/2 +execute");
    Files.delete(directory.resolve("broken"));

    assertThat(terminal.run("run", "retry", run, "--yes").exitCode()).isZero();

    Ran watched = terminal.run("run", "watch", run);
    assertThat(watched.exitCode()).as(watched.toString()).isZero();
    assertThat(watched.out()).contains("[0,1,2]");
    assertThat(directory.resolve("done")).hasContent("z1\nz2\nundo z2\nz2\nz3\n");
    assertThat(
            IntStream.range(0, 3)
                .mapToObj(i -> executions(run, 10, "").getExecutions(i).getAttemptsCount()))
        .containsExactly(1, 3, 1);
  }

  @Test
  void executions_are_listed_page_by_page_and_found_by_their_names() {
    assertThat(start("--param", "zones=[\"a\",\"b\"]").exitCode()).isZero();
    String run = latest();

    ListExecutionsResponse first = executions(run, 1, "");
    ListExecutionsResponse second = executions(run, 1, first.getNextPageToken());

    assertThat(first.getTotalSize()).isEqualTo(2);
    assertThat(first.getExecutions(0).getName()).isEqualTo(step(run) + "/executions/0");
    assertThat(second.getExecutions(0).getName()).isEqualTo(step(run) + "/executions/1");
    assertThat(second.getNextPageToken()).isEmpty();
    var executions = ExecutionServiceGrpc.newBlockingStub(node.channel());
    assertThat(
            executions
                .getExecution(
                    GetExecutionRequest.newBuilder().setName(step(run) + "/executions/1").build())
                .getExecution()
                .getState())
        .isEqualTo(ExecutionState.EXECUTION_STATE_SUCCEEDED);
    PawlError beyond =
        node.refusal(
            () ->
                executions.getExecution(
                    GetExecutionRequest.newBuilder().setName(step(run) + "/executions/2").build()));
    assertThat(beyond.code()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(beyond.reason()).contains("EXECUTION_NOT_FOUND");
  }

  @Test
  void what_cannot_be_split_or_is_not_there_is_refused() {
    Ran empty = start("--param", "zones=[]");
    assertThat(empty.exitCode()).isEqualTo(2);
    assertThat(empty.err())
        .contains(
            "parameters.zones: task swap is split over it: expected 1 to 1000 elements, got 0");

    assertThat(start().exitCode()).isZero();
    String run = latest();
    Ran none = terminal.run("step", "stop", run + "/swap/7", "--yes");
    assertThat(none.exitCode()).as(none.toString()).isEqualTo(3);
    assertThat(none.err()).contains("EXECUTION_NOT_FOUND", "executions/7");
    Ran whole = terminal.run("step", "pass", run + "/swap/1", "--yes");
    assertThat(whole.exitCode()).isEqualTo(2);
    assertThat(whole.err()).contains("pass is for a whole step");
    PawlError over =
        node.refusal(
            () ->
                RunServiceGrpc.newBlockingStub(node.channel())
                    .stopExecution(
                        StopExecutionRequest.newBuilder()
                            .setName(step(run) + "/executions/1")
                            .setConfirm(true)
                            .setRequestId(RequestIds.next())
                            .build()));
    assertThat(over.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
  }
}
