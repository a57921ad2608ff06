package dev.pawl.dev.input;

import static dev.pawl.dev.input.Specs.attempts;
import static dev.pawl.dev.input.Specs.idle;
import static dev.pawl.dev.input.Specs.shell;
import static dev.pawl.dev.input.Specs.task;
import static dev.pawl.dev.input.Specs.workflow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.util.JsonFormat;
import dev.pawl.covers.Covers;
import dev.pawl.dev.input.Terminal.Ran;
import dev.pawl.v1.ExecutionState;
import dev.pawl.v1.ListLogSectionsRequest;
import dev.pawl.v1.LogManifest;
import dev.pawl.v1.LogSection;
import dev.pawl.v1.LogServiceGrpc;
import dev.pawl.v1.Operation;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The logs of a run that went wrong, chosen and saved by who has to find out why. */
@Timeout(120)
@ExtendWith(NodeExtension.class)
class LogFilesIT {
  private static final String LINE_START = "^\\S{24} (INFO|WARN)  ";

  private final Node node;
  private final Terminal terminal;

  @TempDir private Path directory;

  LogFilesIT(Node node) {
    this.node = node;
    this.terminal = Terminal.at(node);
  }

  private Ran ok(String... arguments) {
    Ran ran = terminal.run(arguments);
    assertThat(ran.exitCode()).as("%s: %s", String.join(" ", arguments), ran).isZero();
    return ran;
  }

  private List<LogSection> sections(Run run, String task) {
    return LogServiceGrpc.newBlockingStub(node.channel())
        .listLogSections(
            ListLogSectionsRequest.newBuilder()
                .setParent(run.getName() + "/taskRuns/" + task)
                .build())
        .getSectionsList();
  }

  /** A run whose step failed, was retried, failed again, and was taken back. */
  private Run rolledBack(String name) {
    Run run =
        node.ended(
            node.start(
                workflow(
                        name,
                        task(
                                "load",
                                shell(
                                    "echo \"forward $PAWL_ATTEMPT\"\n"
                                        + "echo 'No space left on device' >&2\n"
                                        + "exit 28"))
                            .setRetry(attempts(2))
                            .setRollback(shell("echo 'taken back'")),
                        idle("after", "load"))
                    .build()));
    assertThat(run.getState()).isEqualTo(RunState.RUN_STATE_FAILED);
    ok("run", "rollback", run.getId(), "--yes", "--reason", "no space");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> node.ended(run).getState() == RunState.RUN_STATE_ROLLED_BACK);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                sections(run, "load").size() == 3
                    && sections(run, "load").stream().allMatch(LogSection::getEnded));
    return run;
  }

  @Test
  @Covers({"OCP-9", "OCP-20", "OCP-51", "OBS-25"})
  void the_sections_of_a_step_that_was_retried_and_rolled_back_are_chosen_separately() {
    Run run = rolledBack("logs-sections");
    assertThat(sections(run, "load"))
        .extracting(
            LogSection::getOperation,
            LogSection::getAttempt,
            LogSection::getState,
            LogSection::getLines)
        .containsExactly(
            tuple(Operation.OPERATION_EXECUTE, 1, ExecutionState.EXECUTION_STATE_FAILED, 2L),
            tuple(Operation.OPERATION_RETRY, 2, ExecutionState.EXECUTION_STATE_FAILED, 2L),
            tuple(Operation.OPERATION_ROLLBACK, 2, ExecutionState.EXECUTION_STATE_ROLLED_BACK, 1L));
    String step = run.getId() + "/load";
    assertThat(ok("step", "logs", step, "--operation", "execute").out())
        .contains("forward 1\n", "No space left on device\n")
        .doesNotContain("forward 2", "taken back");
    assertThat(ok("step", "logs", step, "--operation", "retry").out())
        .contains("forward 2\n", "No space left on device\n")
        .doesNotContain("forward 1", "taken back");
    assertThat(ok("step", "logs", step, "--operation", "rollback").out()).isEqualTo("taken back\n");
    assertThat(ok("step", "logs", step, "--attempt", "1", "--level", "warn").out())
        .isEqualTo("No space left on device\n");
    assertThat(ok("step", "logs", step, "--sections").out())
        .contains("EXECUTE", "RETRY", "ROLLBACK", "complete");

    Ran unknown = terminal.run("step", "logs", step, "--attempt", "7");
    assertThat(unknown.exitCode()).isEqualTo(3);
    assertThat(unknown.err()).contains("[LOG_NOT_FOUND]", "round 0 attempt 1 EXECUTE (fence 1)");
    Ran pending = ok("step", "logs", run.getId() + "/after");
    assertThat(pending.out()).isEmpty();
  }

  @Test
  @Covers({"OCP-18", "OCP-46", "OBS-13", "OBS-14"})
  void what_is_saved_has_a_file_for_each_attempt_and_the_lines_that_are_printed() throws Exception {
    Run run = rolledBack("logs-saved");
    Path saved = directory.resolve("run.zip");
    ok("run", "logs", run.getId(), "--download=" + saved);
    Map<String, String> files = unzip(saved);
    assertThat(files.keySet())
        .containsExactlyInAnyOrder(
            "load/round-0-attempt-1-execute.log",
            "load/round-0-attempt-2-retry.log",
            "load/round-0-attempt-2-rollback.log",
            "manifest.json");
    for (String operation : List.of("execute", "retry", "rollback")) {
      String path =
          "load/round-0-attempt-%d-%s.log"
              .formatted(operation.equals("execute") ? 1 : 2, operation);
      String printed = ok("step", "logs", run.getId() + "/load", "--operation", operation).out();
      assertThat(texts(Objects.requireNonNull(files.get(path)))).isEqualTo(printed);
    }
    assertThat(files.get("load/round-0-attempt-2-retry.log"))
        .contains(
            "# project    default\n",
            "# run        " + run.getId() + "\n",
            "# workflow   logs-saved v1\n",
            "# step       load\n",
            "# attempt    2\n",
            "# operation  RETRY\n",
            "# state      FAILED\n",
            "# reason     EXIT_CODE\n",
            "# 2 lines, complete.\n");
    LogManifest.Builder manifest = LogManifest.newBuilder();
    JsonFormat.parser().merge(Objects.requireNonNull(files.get("manifest.json")), manifest);
    assertThat(manifest.getState()).isEqualTo("ROLLED_BACK");
    assertThat(manifest.getFilesList()).hasSize(3);

    Path text = directory.resolve("load.log");
    ok("step", "logs", run.getId() + "/load", "--download=" + text);
    assertThat(texts(Files.readString(text)))
        .isEqualTo(ok("step", "logs", run.getId() + "/load").out());
    assertThat(terminal.run("step", "logs", run.getId() + "/load", "--download=" + text).exitCode())
        .isEqualTo(2);
  }

  @Test
  @Covers({"OCP-8", "OCP-23"})
  void the_log_of_a_step_that_runs_is_saved_as_far_as_it_has_come() throws Exception {
    Path gate = directory.resolve("gate");
    Run run =
        node.start(
            workflow(
                    "logs-growing",
                    task(
                        "load",
                        shell(
                            "echo first\nwhile [ ! -e %s ]; do sleep 0.05; done\necho second"
                                .formatted(gate))))
                .build());
    String step = run.getId() + "/load";
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> terminal.run("step", "logs", step).out().equals("first\n"));
    Path part = directory.resolve("part.log");
    ok("step", "logs", step, "--download=" + part);
    assertThat(Files.readString(part))
        .contains("# ended      not yet\n", "# state      RUNNING\n")
        .endsWith(" first\n# 1 line, so far; the attempt is at work.\n");
    Files.createFile(gate);
    assertThat(node.ended(run).getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    assertThat(ok("step", "logs", step, "--follow").out()).isEqualTo("first\nsecond\n");
    ok("step", "logs", step, "--download=" + part, "--force");
    assertThat(Files.readString(part)).contains("# state      SUCCEEDED\n").endsWith("complete.\n");
  }

  /** The lines of a text as they were written. */
  private static String texts(String file) {
    StringBuilder texts = new StringBuilder();
    file.lines()
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .forEach(line -> texts.append(line.replaceFirst(LINE_START, "")).append('\n'));
    return texts.toString();
  }

  private static Map<String, String> unzip(Path file) throws Exception {
    Map<String, String> files = new TreeMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        files.put(
            entry.getName(),
            new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return files;
  }
}
