package dev.pawl.dev.input;

import static dev.pawl.dev.input.Specs.attempts;
import static dev.pawl.dev.input.Specs.handler;
import static dev.pawl.dev.input.Specs.idle;
import static dev.pawl.dev.input.Specs.output;
import static dev.pawl.dev.input.Specs.seconds;
import static dev.pawl.dev.input.Specs.shell;
import static dev.pawl.dev.input.Specs.task;
import static dev.pawl.dev.input.Specs.workflow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Struct;
import dev.pawl.covers.Covers;
import dev.pawl.dev.DevProcess;
import dev.pawl.dev.input.Terminal.Ran;
import dev.pawl.v1.Attempt;
import dev.pawl.v1.ExecutionServiceGrpc;
import dev.pawl.v1.ExecutionState;
import dev.pawl.v1.GetExecutionRequest;
import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.ListLogSectionsRequest;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogSection;
import dev.pawl.v1.LogServiceGrpc;
import dev.pawl.v1.ReadLogRequest;
import dev.pawl.v1.ReadLogResponse;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunState;
import dev.pawl.v1.TaskRun;
import dev.pawl.v1.TaskRunState;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WorkflowSpec;
import dev.pawl.worker.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Workers, scripts and handlers that misbehave: their run says how, and nothing else suffers. */
@Timeout(120)
@ExtendWith(NodeExtension.class)
class MisbehavingWorkIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long MIB = 1024 * 1024;

  private final Node node;
  private final Terminal terminal;

  @TempDir private Path directory;

  MisbehavingWorkIT(Node node) {
    this.node = node;
    this.terminal = Terminal.at(node);
  }

  @BeforeEach
  void patience() {
    Awaitility.setDefaultTimeout(PATIENCE);
  }

  // Workers.

  @Test
  @Covers("OCP-49")
  void a_worker_that_dies_takes_its_script_along_and_its_work_is_done_again() throws Exception {
    Path pid = directory.resolve("pid");
    String script =
        """
        [ "$PAWL_ATTEMPT" -gt 1 ] && exit 0
        echo $$ >%1$s.new && mv %1$s.new %1$s
        sleep 300
        """
            .formatted(pid);
    Process first = startWorker();
    try {
      Run run =
          node.start(
              workflow(
                      "worker-dies",
                      task("a", shell(script)).setGroup("mortal").setRetry(attempts(2)))
                  .build());
      long scriptPid = pid(pid);
      first.destroyForcibly().waitFor();
      await().until(() -> ProcessHandle.of(scriptPid).filter(ProcessHandle::isAlive).isEmpty());
      Process second = startWorker();
      try {
        assertThat(node.ended(run).getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
      } finally {
        second.destroy();
        second.waitFor();
      }
      assertThat(attemptsOf(run))
          .extracting(Attempt::getState, Attempt::getReason, Attempt::getFence)
          .containsExactly(
              tuple(ExecutionState.EXECUTION_STATE_FAILED, "WORKER_LOST", 1L),
              tuple(ExecutionState.EXECUTION_STATE_SUCCEEDED, "", 2L));
    } finally {
      first.destroyForcibly();
    }
  }

  private Process startWorker() throws IOException {
    return DevProcess.launch(
        directory,
        List.of(),
        List.of(
            "worker", "start", "--address", node.address(), "--group", "mortal", "--id", "mortal"));
  }

  // Scripts.

  @Test
  @Covers({"OBS-6", "TSF-26", "TSF-33"})
  void a_script_that_ignores_the_signal_is_killed_after_its_grace() throws Exception {
    Path pid = directory.resolve("pid");
    WorkflowSpec workflow =
        workflow(
                "script-hangs",
                task(
                    "a",
                    shell(
                            """
                            trap '' TERM
                            echo $$ >%1$s.new && mv %1$s.new %1$s
                            while :; do sleep 1; done
                            """
                                .formatted(pid))
                        .setGrace(seconds(1))),
                idle("b", "a"))
            .build();
    Run run = node.start(workflow);
    long script = pid(pid);
    Ran ran = terminal.run("run", "stop", run.getId(), "--yes", "--reason", "hangs");
    assertThat(ran.exitCode()).as(ran.toString()).isZero();
    Run ended = node.ended(run);
    assertThat(ended.getState()).isEqualTo(RunState.RUN_STATE_TERMINATED);
    TaskRun step = node.step(run, "a");
    assertThat(step.getState()).isEqualTo(TaskRunState.TASK_RUN_STATE_TERMINATED);
    assertThat(step.getMessage()).contains("KILL");
    assertThat(node.step(run, "b").getState()).isEqualTo(TaskRunState.TASK_RUN_STATE_TERMINATED);
    assertThat(ProcessHandle.of(script).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(terminal.run("run", "wait", run.getId()).exitCode()).isEqualTo(11);
  }

  @Test
  @Covers("OCP-40")
  void a_script_that_never_ends_is_ended_by_its_timeout() {
    Run run =
        node.ended(
            node.start(
                workflow(
                        "script-endless",
                        task(
                            "a",
                            shell("while :; do sleep 1; done")
                                .setTimeout(seconds(1))
                                .setGrace(seconds(1))))
                    .build()));
    assertThat(run.getState()).isEqualTo(RunState.RUN_STATE_FAILED);
    assertThat(run.getFailure().getReason()).isEqualTo("TIMED_OUT");
    assertThat(terminal.run("run", "wait", run.getId()).exitCode()).isEqualTo(10);
  }

  @Test
  void a_script_that_floods_its_log_is_cut_and_the_server_serves_on() {
    Run run =
        node.start(
            workflow(
                    "script-floods",
                    task(
                        "a",
                        shell(
                            "yes 'a line of the flood, as long as the lines of a log are when"
                                + " they are neither short nor long' | head -c 1000000000\n"
                                + "echo finished >&2")))
                .build());
    // While it floods, others work.
    Run other = node.ended(node.start(workflow("beside-the-flood", idle("a")).build()));
    assertThat(other.getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    assertThat(node.ended(run).getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);

    LogSection section =
        await()
            .until(() -> section(run), found -> found.map(LogSection::getEnded).orElse(false))
            .orElseThrow();
    assertThat(section.getTruncated()).isTrue();
    assertThat(section.getLines()).isBetween(100_000L, 64 * MIB / 80);
    ReadLogResponse end = readLog(section, section.getLines());
    assertThat(end.getLinesList()).isNotEmpty();
    assertThat(end.hasNextSequence()).isFalse();
    assertThat(end.getTruncated()).isTrue();
    Ran tail = terminal.run("run", "logs", run.getId(), "--tail", "3");
    assertThat(tail.exitCode()).isZero();
    assertThat(tail.err()).contains("a limit was reached: lines are missing");
    assertThat(node.runs().getRun(GetRunRequest.newBuilder().setName(run.getName()).build()))
        .isNotNull();
  }

  @Test
  void a_script_that_prints_binary_is_logged_as_text() {
    Run run =
        node.ended(
            node.start(
                workflow(
                        "script-binary",
                        task(
                            "a",
                            shell(
                                "head -c 100000 /dev/urandom\n"
                                    + "printf '\\nbell \\007, \\377\\376 and NUL \\000 end\\n'")))
                    .build()));
    assertThat(run.getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
    LogSection section =
        await()
            .until(() -> section(run), found -> found.map(LogSection::getEnded).orElse(false))
            .orElseThrow();
    List<LogLine> lines = readLog(section, 1).getLinesList();
    assertThat(lines)
        .map(LogLine::getText)
        .anyMatch(text -> text.contains("\uFFFD"))
        .anyMatch(text -> text.startsWith("bell ") && text.endsWith("end"));
    Ran logs = terminal.run("step", "logs", run.getId() + "/a");
    assertThat(logs.exitCode()).isZero();
    assertThat(logs.out()).contains("\uFFFD\uFFFD and NUL");
  }

  @Test
  void a_script_that_forks_a_daemon_and_exits_ends_with_its_own_exit() throws Exception {
    Path pid = directory.resolve("pid");
    Run run =
        node.ended(
            node.start(
                workflow(
                        "script-daemon",
                        task(
                            "a",
                            shell(
                                """
                                setsid sh -c 'echo $$ >%1$s.new; mv %1$s.new %1$s; exec sleep 300' &
                                while [ ! -s %1$s ]; do sleep 0.02; done
                                echo "the daemon runs"
                                """
                                    .formatted(pid))))
                    .build()));
    Optional<ProcessHandle> daemon = ProcessHandle.of(pid(pid));
    try {
      assertThat(run.getState()).isEqualTo(RunState.RUN_STATE_SUCCEEDED);
      assertThat(node.step(run, "a").getLastLogLine()).isEqualTo("the daemon runs");
      await().until(() -> section(run).map(LogSection::getEnded).orElse(false));
    } finally {
      daemon.ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void a_script_whose_result_is_too_large_fails_with_that_reason() {
    long contents = node.contents();
    Run run =
        node.ended(
            node.start(
                workflow(
                        "script-result",
                        task(
                                "a",
                                shell(
                                    "(printf rows=; head -c 3000000 /dev/zero | tr '\\0' x)"
                                        + " >$PAWL_OUTPUT"))
                            .addOutputs(output("rows")))
                    .build()));
    assertThat(run.getState()).isEqualTo(RunState.RUN_STATE_FAILED);
    assertThat(run.getFailure().getReason()).isEqualTo("RESULT_TOO_LARGE");
    assertThat(run.getOutputs()).isEqualTo(Struct.getDefaultInstance());
    // The definition, and nothing else.
    assertThat(node.contents()).isEqualTo(contents + 1);
  }

  @Test
  void a_script_that_does_not_give_what_it_declares_fails_with_that_reason() {
    Run run =
        node.ended(
            node.start(
                workflow("script-silent", task("a", shell(":")).addOutputs(output("rows")))
                    .build()));
    assertThat(run.getFailure().getReason()).isEqualTo("OUTPUT_INVALID");
    assertThat(run.getFailure().getMessage()).contains("rows");
  }

  // Handlers.

  @Test
  void a_handler_that_throws_fails_its_run_and_its_worker_goes_on() throws Exception {
    try (Worker worker =
        Worker.builder()
            .address(node.address())
            .workerId("java")
            .group("java")
            .handler(
                "boom",
                _ -> {
                  throw new IllegalStateException("the boiler is cold");
                })
            .handler(
                "overflow",
                _ -> {
                  throw new StackOverflowError();
                })
            .build()) {
      worker.start();
      assertThat(worker.awaitConnected(PATIENCE)).isTrue();
      node.submit(workflow("handler-throws", onJava("boom")).build());
      Ran ran = terminal.run("run", "start", "handler-throws", "--wait");
      assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(10);
      assertThat(ran.toString())
          .contains("HANDLER_FAILED", "IllegalStateException: the boiler is cold")
          .contains("at dev.pawl.dev.input.MisbehavingWorkIT");

      Run overflow = node.ended(node.start(workflow("handler-error", onJava("overflow")).build()));
      assertThat(overflow.getFailure().getReason()).isEqualTo("HANDLER_FAILED");
      // No further attempt can find what is not there.
      Run unknown = node.ended(node.start(workflow("handler-unknown", onJava("bom")).build()));
      assertThat(unknown.getFailure().getReason()).isEqualTo("HANDLER_UNKNOWN");
      assertThat(unknown.getFailure().getAttempt()).isEqualTo(1);
      assertThat(unknown.getFailure().getMessage()).contains("boom, overflow");
      assertThat(worker.isConnected()).isTrue();
    }
  }

  private static TaskSpec.Builder onJava(String name) {
    return task("a", handler(name)).setGroup("java").setRetry(attempts(2));
  }

  // Looking.

  private long pid(Path file) throws IOException {
    await().until(() -> Files.exists(file));
    return Long.parseLong(Files.readString(file).strip());
  }

  private List<Attempt> attemptsOf(Run run) {
    return ExecutionServiceGrpc.newBlockingStub(node.channel())
        .getExecution(
            GetExecutionRequest.newBuilder()
                .setName(run.getName() + "/taskRuns/a/executions/0")
                .build())
        .getExecution()
        .getAttemptsList();
  }

  private Optional<LogSection> section(Run run) {
    return LogServiceGrpc.newBlockingStub(node.channel())
        .listLogSections(ListLogSectionsRequest.newBuilder().setParent(run.getName()).build())
        .getSectionsList()
        .stream()
        .findFirst();
  }

  private ReadLogResponse readLog(LogSection section, long from) {
    return LogServiceGrpc.newBlockingStub(node.channel())
        .readLog(
            ReadLogRequest.newBuilder()
                .setExecution(section.getExecution())
                .setFence(section.getFence())
                .setFromSequence(from)
                .setMaxLines(10_000)
                .build());
  }
}
