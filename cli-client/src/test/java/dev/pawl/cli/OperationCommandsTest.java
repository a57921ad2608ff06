package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import dev.pawl.cli.server.FakeServer;
import dev.pawl.v1.BulkOperation;
import dev.pawl.v1.CancelOperationRequest;
import dev.pawl.v1.Command;
import dev.pawl.v1.CommandCause;
import dev.pawl.v1.CommandRunsRequest;
import dev.pawl.v1.CommandWork;
import dev.pawl.v1.ExportRunsRequest;
import dev.pawl.v1.ExportWork;
import dev.pawl.v1.ItemCounts;
import dev.pawl.v1.ItemOutcome;
import dev.pawl.v1.ListOperationsRequest;
import dev.pawl.v1.OperationFile;
import dev.pawl.v1.OperationItem;
import dev.pawl.v1.OperationState;
import dev.pawl.v1.Revision;
import dev.pawl.v1.RunState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on many runs, exports, and the operations that they are. */
class OperationCommandsTest {
  private static final String ID = "01jd8z4v7h3nq5r6s7t8v9w0xy";
  private static final String NAME = "projects/default/operations/" + ID;
  private static final long BEGUN = Shell.NOW.minusSeconds(75).toEpochMilli();

  private final FakeServer server = new FakeServer();
  private final Shell shell = Shell.at(server.address());

  @AfterEach
  void stop() {
    server.close();
  }

  private static BulkOperation.Builder operation(OperationState state) {
    return BulkOperation.newBuilder()
        .setName(NAME)
        .setId(ID)
        .setState(state)
        .setCommand(CommandWork.newBuilder().setCommand(Command.COMMAND_RETRY))
        .setItems(ItemCounts.newBuilder().setTotal(3).setAccepted(1).setUnchanged(1).setRefused(1))
        .setCause(CommandCause.newBuilder().setPrincipal("ann").setReason("disk was full"))
        .setCreateTime(Timestamps.fromMillis(BEGUN))
        .setEndTime(Timestamps.fromMillis(BEGUN + 4_200))
        .setRevision(Revision.newBuilder().setSequence(4));
  }

  private static OperationItem item(
      int index, ItemOutcome outcome, RunState state, String reason, String message) {
    return OperationItem.newBuilder()
        .setIndex(index)
        .setRun("projects/default/runs/01jd8z4v7h3nq5r6s7t8v9w0x" + index)
        .setOutcome(outcome)
        .setState(state)
        .setReason(reason)
        .setMessage(message)
        .build();
  }

  private void three() {
    server.operations.items.add(
        item(0, ItemOutcome.ITEM_OUTCOME_ACCEPTED, RunState.RUN_STATE_RUNNING, "", ""));
    server.operations.items.add(
        item(1, ItemOutcome.ITEM_OUTCOME_UNCHANGED, RunState.RUN_STATE_PAUSED, "", ""));
    server.operations.items.add(
        item(
            2,
            ItemOutcome.ITEM_OUTCOME_REFUSED,
            RunState.RUN_STATE_UNSPECIFIED,
            "RUN_STATE_CONFLICT",
            "the run is SUCCEEDED; it would accept REDO"));
    server.operations.foreseen =
        ItemCounts.newBuilder().setTotal(3).setAccepted(1).setUnchanged(1).setRefused(1).build();
  }

  private CommandRunsRequest commanded() {
    return (CommandRunsRequest) server.operations.asked.getFirst();
  }

  @Test
  void several_runs_are_one_operation_with_a_result_for_each() {
    three();
    server.operations.operations.add(
        operation(OperationState.OPERATION_STATE_PART_SUCCESS).build());

    Shell.Ran ran = shell.run("run", "retry", "aaa", "bbb", "ccc", "--reason", "disk was full");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(commanded().getRunsList())
        .containsExactly(
            "projects/default/runs/aaa", "projects/default/runs/bbb", "projects/default/runs/ccc");
    assertThat(commanded().getCommand()).isEqualTo(Command.COMMAND_RETRY);
    assertThat(commanded().getReason()).isEqualTo("disk was full");
    assertThat(commanded().getRequestId()).hasSize(36);
    Golden.check("bulk-retry", ran.out());
    assertThat(ran.err())
        .isEqualTo("Operation t8v9w0xy  retry  ⊘ PART_SUCCESS  2 of 3 runs, 1 refused\n");
  }

  @Test
  void a_dry_run_tells_what_would_change_and_why_the_others_would_not() {
    three();

    Shell.Ran ran = shell.run("run", "retry", "--filter", "state = FAILED", "--dry-run");

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(commanded().getDryRun()).isTrue();
    assertThat(commanded().getFilter()).isEqualTo("state = FAILED");
    Golden.check("bulk-dry-run", ran.out());
  }

  @Test
  void what_cannot_be_taken_back_is_asked_for_all_of_them() {
    server.operations.operations.add(operation(OperationState.OPERATION_STATE_SUCCESS).build());

    Shell.Ran asked = shell.run("run", "stop", "--filter", "state = RUNNING");
    assertThat(asked.exitCode()).isEqualTo(2);
    assertThat(asked.err()).contains("Stop all runs with state = RUNNING?");
    assertThat(server.operations.asked).isEmpty();

    assertThat(shell.run("run", "force-pause", "a", "b", "--yes").exitCode()).isZero();
    assertThat(commanded().getConfirm()).isTrue();
    assertThat(commanded().getCommand()).isEqualTo(Command.COMMAND_FORCED_PAUSE);
  }

  @Test
  void runs_or_a_filter_are_wanted_and_not_both() {
    assertThat(shell.run("run", "retry").exitCode()).isEqualTo(2);
    assertThat(shell.run("run", "retry", "a", "--filter", "state = FAILED").exitCode())
        .isEqualTo(2);
    assertThat(shell.run("run", "retry", "a", "b", "--expected-version", "3").exitCode())
        .isEqualTo(2);
  }

  @Test
  void without_waiting_it_tells_how_to_follow_it() {
    server.operations.operations.add(operation(OperationState.OPERATION_STATE_INIT).build());

    Shell.Ran ran = shell.run("run", "retry", "a", "b", "--no-wait");

    assertThat(ran.out()).isEqualTo("Operation t8v9w0xy  retry  ○ INIT  2 of 3 runs, 1 refused\n");
    assertThat(ran.err()).isEqualTo("Follow it: pawl operation watch t8v9w0xy\n");
  }

  private void export(String text, String hashOf) throws Exception {
    server.operations.file = text;
    server.operations.operations.add(
        operation(OperationState.OPERATION_STATE_SUCCESS)
            .setExport(ExportWork.newBuilder().setFilter("state = FAILED").addColumns("id"))
            .clearItems()
            .setFile(
                OperationFile.newBuilder()
                    .setFileName("runs-t8v9w0xy.csv")
                    .setSize(text.length())
                    .setRows(2)
                    .setExpireTime(Timestamps.fromMillis(BEGUN + 604_800_000))
                    .setSha256(
                        HexFormat.of()
                            .formatHex(
                                MessageDigest.getInstance("SHA-256")
                                    .digest(hashOf.getBytes(StandardCharsets.UTF_8)))))
            .build());
  }

  @Test
  void an_export_is_fetched_when_it_is_there(@TempDir Path directory) throws Exception {
    export("id\r\na\r\nb\r\n", "id\r\na\r\nb\r\n");
    Path file = directory.resolve("out.csv");

    Shell.Ran ran =
        shell.run(
            "run",
            "export",
            "--filter",
            "state = FAILED",
            "--columns",
            "id,state",
            "--file",
            file.toString());

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    ExportRunsRequest request = (ExportRunsRequest) server.operations.asked.getFirst();
    assertThat(request.getFilter()).isEqualTo("state = FAILED");
    assertThat(request.getColumnsList()).isEqualTo(List.of("id", "state"));
    assertThat(read(file)).isEqualTo("id\r\na\r\nb\r\n");
    assertThat(ran.err()).isEqualTo("Wrote 2 runs (10 bytes) to " + file + ".\n");
    assertThat(shell.run("operation", "download", ID).out()).isEqualTo("id\r\na\r\nb\r\n");
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file);
  }

  @Test
  void a_file_that_arrives_damaged_is_an_error() throws Exception {
    export("id\r\na\r\nb\r\n", "something else");

    Shell.Ran ran = shell.run("operation", "download", ID);

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err()).contains("damaged");
  }

  @Test
  void operations_are_listed_read_followed_and_cancelled() throws Exception {
    three();
    export("id\r\n", "id\r\n");
    server.operations.operations.set(
        0,
        server.operations.operations.getFirst().toBuilder()
            .setId(ID.replace("w0xy", "w0xz"))
            .setName(NAME.replace("w0xy", "w0xz"))
            .build());
    server.operations.operations.addFirst(
        operation(OperationState.OPERATION_STATE_PART_SUCCESS).build());

    Golden.check("operation-list", shell.run("operation", "list", "--state", "fail,success").out());
    assertThat(((ListOperationsRequest) server.operations.asked.getFirst()).getStatesList())
        .containsExactly(
            OperationState.OPERATION_STATE_FAIL, OperationState.OPERATION_STATE_SUCCESS);
    Golden.check("operation-get", shell.run("operation", "get", ID).out());
    Golden.check(
        "operation-get-export", shell.run("operation", "get", ID.replace("w0xy", "w0xz")).out());
    Golden.check("operation-items", shell.run("operation", "get", ID, "--items").out());
    Shell.Ran watched = shell.run("operation", "watch", ID);
    assertThat(watched.exitCode()).isEqualTo(1);
    assertThat(watched.out())
        .isEqualTo("Operation t8v9w0xy  retry  ⊘ PART_SUCCESS  2 of 3 runs, 1 refused\n");
    assertThat(shell.run("operation", "cancel", ID, "--reason", "no").exitCode()).isZero();
    assertThat(((CancelOperationRequest) server.operations.asked.getLast()).getReason())
        .isEqualTo("no");
    assertThat(shell.run("operation", "get", "nope").exitCode()).isEqualTo(3);
    assertThat(shell.run("operation", "list", "--state", "odd").exitCode()).isEqualTo(2);
  }
}
