package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.pawl.cli.server.Answers;
import dev.pawl.cli.server.FakeServer;
import dev.pawl.cli.terminal.Screen;
import dev.pawl.covers.Covers;
import dev.pawl.v1.DownloadLogsRequest;
import dev.pawl.v1.ExecutionState;
import dev.pawl.v1.LogLevel;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogSection;
import dev.pawl.v1.LogSelection;
import dev.pawl.v1.MissingLines;
import dev.pawl.v1.Operation;
import dev.pawl.v1.RunState;
import dev.pawl.v1.TailLogsRequest;
import dev.pawl.v1.TailLogsResponse;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LogCommandsTest {
  private static final String SWAP = Sample.ID + "/swap";
  private static final String EXECUTION = Sample.RUN + "/taskRuns/swap/executions/0";

  private final FakeServer server = new FakeServer();
  private final Shell shell = Shell.at(server.address());

  @TempDir private Path directory;

  @AfterEach
  void stop() {
    server.close();
  }

  @BeforeEach
  void a_run_in_its_second_round() {
    server.runs.put(Sample.run(RunState.RUN_STATE_FAILED).toBuilder().setRound(1).build());
  }

  private static LogSection.Builder section(
      int round, int attempt, Operation operation, long fence, ExecutionState state) {
    LogSection.Builder section =
        LogSection.newBuilder()
            .setExecution(EXECUTION)
            .setRound(round)
            .setAttempt(attempt)
            .setOperation(operation)
            .setFence(fence)
            .setState(state)
            .setWorker("w1")
            .setStartTime(Sample.ago(Duration.ofSeconds(100 - 10 * fence)))
            .setLines(12 * fence)
            .setBytes(700 * fence);
    return state == ExecutionState.EXECUTION_STATE_RUNNING
        ? section
        : section.setEnded(true).setEndTime(Sample.ago(Duration.ofSeconds(95 - 10 * fence)));
  }

  private void sections() {
    server.logs.sections.add(
        section(0, 1, Operation.OPERATION_EXECUTE, 1, ExecutionState.EXECUTION_STATE_FAILED)
            .setReason("EXIT_CODE")
            .setMessage("exit code 28")
            .build());
    server.logs.sections.add(
        section(0, 1, Operation.OPERATION_ROLLBACK, 2, ExecutionState.EXECUTION_STATE_SUCCEEDED)
            .setTruncated(true)
            .build());
    server.logs.sections.add(
        section(0, 2, Operation.OPERATION_RETRY, 3, ExecutionState.EXECUTION_STATE_FAILED)
            .setReason("WORKER_LOST")
            .setEnded(false)
            .build());
    server.logs.sections.add(
        section(1, 1, Operation.OPERATION_EXECUTE, 4, ExecutionState.EXECUTION_STATE_RUNNING)
            .build());
  }

  private static TailLogsResponse lines(
      int round, int attempt, Operation operation, long fence, String... texts) {
    TailLogsResponse.Builder message =
        TailLogsResponse.newBuilder()
            .setCursor("cursor-" + fence)
            .setSection(
                LogSection.newBuilder()
                    .setExecution(EXECUTION)
                    .setRound(round)
                    .setAttempt(attempt)
                    .setOperation(operation)
                    .setFence(fence));
    for (String text : texts) {
      message.addLines(
          LogLine.newBuilder()
              .setSequence(message.getLinesCount() + 1)
              .setLevel(
                  text.startsWith("ERROR") ? LogLevel.LOG_LEVEL_ERROR : LogLevel.LOG_LEVEL_INFO)
              .setText(text));
    }
    return message.build();
  }

  private void log() {
    server.logs.messages.add(
        lines(0, 1, Operation.OPERATION_EXECUTE, 1, "ERROR one", "copied", "ERROR two"));
    server.logs.messages.add(lines(0, 1, Operation.OPERATION_ROLLBACK, 2, "removed"));
    server.logs.messages.add(lines(1, 1, Operation.OPERATION_EXECUTE, 4, "copied again"));
  }

  // Choosing.

  @Test
  void the_sections_of_a_step_are_listed_with_how_their_attempts_ended() {
    sections();
    Golden.check("step-log-sections", shell.run("step", "logs", SWAP, "--sections").out());
    Golden.check(
        "run-log-sections-wide",
        shell.run("run", "logs", Sample.ID, "--sections", "-o", "wide", "--time", "iso").out());
    assertThat(
            shell
                .run("step", "logs", SWAP, "--sections", "--operation", "rollback,retry", "-q")
                .out())
        .isEqualTo("2\n3\n");
    Shell.Ran none = shell.run("step", "logs", SWAP, "--sections", "--fence", "9");
    assertThat(none.exitCode()).isZero();
    assertThat(none.err()).isEqualTo("There is no log of that kind.\n");
  }

  @Test
  @Covers("OCP-9")
  void operations_are_chosen_separately() {
    log();
    assertThat(shell.run("step", "logs", SWAP, "--operation", "execute").out())
        .isEqualTo("ERROR one\ncopied\nERROR two\ncopied again\n");
    assertThat(shell.run("step", "logs", SWAP, "--operation", "ROLLBACK").out())
        .isEqualTo("removed\n");
    assertThat(shell.run("step", "logs", SWAP, "--operation", "sing").exitCode()).isEqualTo(2);
  }

  @Test
  void an_attempt_is_that_of_the_current_round_unless_another_is_named() {
    log();
    assertThat(shell.run("step", "logs", SWAP, "--attempt", "1").out()).isEqualTo("copied again\n");
    assertThat(shell.run("run", "logs", SWAP, "--attempt", "1", "--round", "0").out())
        .isEqualTo("ERROR one\ncopied\nERROR two\nremoved\n");
    assertThat(shell.run("run", "logs", SWAP, "--fence", "2").out()).isEqualTo("removed\n");
    assertThat(shell.run("run", "logs", SWAP, "-o", "jsonl", "--fence", "2").out())
        .contains("\"round\":0,", "\"operation\":\"ROLLBACK\"", "\"level\":\"INFO\"");
  }

  @Test
  void lines_that_are_kept_no_more_are_told_of_beside_those_that_are() {
    server.logs.messages.add(
        lines(0, 1, Operation.OPERATION_EXECUTE, 1).toBuilder().setTruncated(true).build());
    server.logs.messages.add(lines(1, 1, Operation.OPERATION_EXECUTE, 4, "copied again"));
    Shell.Ran all = shell.run("step", "logs", SWAP);
    assertThat(all.out()).isEqualTo("copied again\n");
    assertThat(all.err()).contains("its lines are kept no more: the server deletes logs");

    server.logs.messages.clear();
    server.logs.messages.add(
        lines(0, 1, Operation.OPERATION_EXECUTE, 1).toBuilder()
            .setMissing(MissingLines.newBuilder().setFirstSequence(1).setLastSequence(41))
            .build());
    server.logs.messages.add(lines(0, 1, Operation.OPERATION_EXECUTE, 1, "the rest"));
    Shell.Ran rest = shell.run("step", "logs", SWAP);
    assertThat(rest.out()).isEqualTo("the rest\n");
    assertThat(rest.err()).contains("its lines 1 to 41 are kept no more: the server deletes logs");
  }

  @Test
  @Covers("OBS-25")
  void lines_are_chosen_by_level_and_by_text() {
    log();
    assertThat(shell.run("step", "logs", SWAP, "--level", "error").out())
        .isEqualTo("ERROR one\nERROR two\n");
    assertThat(shell.run("step", "logs", SWAP, "--contains", "copied").out())
        .isEqualTo("copied\ncopied again\n");
    assertThat(shell.run("step", "logs", SWAP, "--level", "loud").exitCode()).isEqualTo(2);
  }

  @Test
  void the_last_lines_are_the_last_of_those_that_are_wanted() {
    log();
    assertThat(shell.run("step", "logs", SWAP, "--tail", "1", "--grep", "^ERR").out())
        .isEqualTo("ERROR two\n");
    assertThat(server.logs.requests.getLast().hasTailLines()).isFalse();
    assertThat(shell.run("step", "logs", SWAP, "--tail", "1", "--level", "error", "-f").out())
        .isEqualTo("ERROR two\n");
    List<TailLogsRequest> both =
        server.logs.requests.subList(server.logs.requests.size() - 2, server.logs.requests.size());
    assertThat(both).extracting(TailLogsRequest::getFollow).containsExactly(false, true);
    assertThat(both).extracting(TailLogsRequest::getCursor).containsExactly("", "cursor-4");
    assertThat(shell.run("step", "logs", SWAP, "--tail", "0", "--grep", "x").out()).isEmpty();
  }

  // Saving.

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  @Covers("OBS-13")
  void a_log_is_saved_as_a_file_of_any_name_or_of_that_which_the_server_gives() throws Exception {
    Path file = directory.resolve("swap.log");
    Shell.Ran ran = shell.run("step", "logs", SWAP, "--download=" + file, "--operation", "retry");
    assertThat(ran.exitCode()).as(ran.toString()).isZero();
    assertThat(ran.out()).isEqualTo("Saved " + file + " (16 B)\n");
    assertThat(Files.readString(file)).isEqualTo(server.logs.file.toStringUtf8());
    assertThat(server.logs.downloads.getLast())
        .extracting(DownloadLogsRequest::getParent, DownloadLogsRequest::getSelection)
        .containsExactly(
            Sample.RUN + "/taskRuns/swap",
            LogSelection.newBuilder().addOperations(Operation.OPERATION_RETRY).build());

    server.logs.fileName = "../pawl:run.zip";
    assertThat(shell.run("run", "logs", Sample.ID, "--download", directory.toString(), "-q").out())
        .isEqualTo(directory.resolve("_.._pawl_run.zip") + "\n");
    assertThat(files()).containsExactly("_.._pawl_run.zip", "swap.log");
  }

  @Test
  void a_file_is_replaced_only_by_force() throws Exception {
    Path file = Files.writeString(directory.resolve("swap.log"), "mine");
    Shell.Ran refused = shell.run("step", "logs", SWAP, "--download=" + file);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains(file + " exists already.", "--force");
    assertThat(server.logs.downloads).isEmpty();
    assertThat(Files.readString(file)).isEqualTo("mine");

    assertThat(shell.run("step", "logs", SWAP, "--download=" + file, "--force").exitCode())
        .isZero();
    assertThat(Files.readString(file)).isEqualTo(server.logs.file.toStringUtf8());
    Shell.Ran nowhere =
        shell.run("step", "logs", SWAP, "--download=" + directory.resolve("no/such.log"));
    assertThat(nowhere.exitCode()).isEqualTo(2);
    assertThat(nowhere.err()).contains("There is no directory for");
  }

  @Test
  void a_download_that_fails_leaves_no_file() throws Exception {
    server.logs.breaks.add(
        Answers.refusal(Status.Code.INTERNAL, "INTERNAL", "the server failed unexpectedly"));
    Shell.Ran ran = shell.run("step", "logs", SWAP, "--download=" + directory.resolve("swap.log"));
    assertThat(ran.exitCode()).isNotZero();
    assertThat(ran.err()).contains("the server failed unexpectedly");
    assertThat(files()).isEmpty();
  }

  @Test
  void a_download_that_breaks_begins_again_and_its_file_is_whole() throws Exception {
    server.logs.breaks.add(Status.UNAVAILABLE.asRuntimeException());
    Path file = directory.resolve("swap.log");
    Shell.Ran ran = shell.run("step", "logs", SWAP, "--download=" + file);
    assertThat(ran.exitCode()).as(ran.toString()).isZero();
    assertThat(ran.err()).isEqualTo("The download broke; beginning again.\n");
    assertThat(Files.readString(file)).isEqualTo(server.logs.file.toStringUtf8());
    assertThat(files()).containsExactly("swap.log");

    server.logs.breaks.add(Status.UNAVAILABLE.asRuntimeException());
    Shell.Ran printed = shell.run("step", "logs", SWAP, "--download=-");
    assertThat(printed.exitCode()).isEqualTo(6);
    assertThat(printed.err()).contains("is not whole");
  }

  @Test
  void a_file_goes_to_the_standard_output_but_no_archive_to_a_terminal() {
    server.logs.file = ByteString.copyFromUtf8("# Pawl log\nno line end");
    assertThat(shell.run("step", "logs", SWAP, "--download", "-").out())
        .isEqualTo("# Pawl log\nno line end");
    Screen terminal =
        new Screen() {
          @Override
          public boolean isInteractive() {
            return true;
          }

          @Override
          public boolean canAsk() {
            return true;
          }

          @Override
          public Size size() {
            return new Size(80, 24);
          }
        };
    Shell.Ran refused = shell.on(terminal).run("run", "logs", Sample.ID, "--download=-");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("An archive is nothing to look at.");
  }

  @Test
  void options_that_do_not_go_together_are_refused() {
    for (String with : List.of("--follow", "--tail=3", "--grep=x", "--prefix", "--sections")) {
      Shell.Ran ran = shell.run("run", "logs", Sample.ID, "--download", with);
      assertThat(ran.exitCode()).as(with).isEqualTo(2);
      assertThat(ran.err()).as(with).contains("--download");
    }
    assertThat(shell.run("run", "logs", Sample.ID, "--sections", "-f").exitCode()).isEqualTo(2);
    assertThat(shell.run("run", "logs", Sample.ID, "--force").exitCode()).isEqualTo(2);
    assertThat(shell.run("run", "logs", Sample.ID, "--failed", "--download").exitCode())
        .isEqualTo(2);
    assertThat(server.logs.downloads).isEmpty();
  }
}
