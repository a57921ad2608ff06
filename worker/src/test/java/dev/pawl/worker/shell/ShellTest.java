package dev.pawl.worker.shell;

import static dev.pawl.worker.FakeServer.seconds;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pawl.covers.Covers;
import dev.pawl.v1.Action;
import dev.pawl.v1.LeaseSpec;
import dev.pawl.v1.LogLine;
import dev.pawl.v1.LogSource;
import dev.pawl.v1.Operation;
import dev.pawl.v1.Output;
import dev.pawl.v1.PushLogsRequest;
import dev.pawl.v1.Report;
import dev.pawl.v1.ShellAction;
import dev.pawl.v1.Stop;
import dev.pawl.v1.ValueType;
import dev.pawl.worker.FakeServer;
import dev.pawl.worker.Worker;
import dev.pawl.worker.log.LogLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ShellTest {
  private static final Output ROWS =
      Output.newBuilder().setName("rows").setType(ValueType.VALUE_TYPE_INTEGER).build();

  private final FakeServer server = new FakeServer();
  @TempDir private Path directory;
  private Worker worker;

  @BeforeEach
  void begin() {
    Map<String, String> environment = new TreeMap<>(System.getenv());
    environment.put("SECRET_TOKEN", "s3cret");
    environment.put("LC_ALL", "C.UTF-8");
    worker =
        server
            .worker()
            .workDirectory(directory.resolve("work"))
            .environment(environment)
            .logLimits(new LogLimits(2 << 20, 256 << 10, 1 << 20))
            .build();
    worker.start();
  }

  @AfterEach
  void end() {
    worker.close();
    server.close();
  }

  private static LeaseSpec.Builder script(String script, Output... outputs) {
    return LeaseSpec.newBuilder()
        .setTask("t")
        .setAction(
            Action.newBuilder()
                .setShell(ShellAction.newBuilder().setScript(script))
                .setGrace(seconds(20)))
        .addAllOutputs(List.of(outputs));
  }

  private void begin(LeaseSpec.Builder spec) {
    server.offer(server.lease(spec));
  }

  private Report run(LeaseSpec.Builder spec) {
    begin(spec);
    return server.result(1);
  }

  private Report run(String script, Output... outputs) {
    return run(script(script, outputs));
  }

  /** Runs a further script, under a fence of its own. */
  private Report run(long fence, String script) {
    server.offer(server.lease(script(script)).setFence(fence));
    return server.result(fence);
  }

  /** The number of a process that a script wrote into a file. */
  private static long pid(Path file) {
    await().until(() -> Files.exists(file) && Files.readString(file).endsWith("\n"));
    try {
      return Long.parseLong(Files.readString(file).strip());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean lives(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return !stat.substring(stat.lastIndexOf(')') + 2).startsWith("Z");
    } catch (IOException e) {
      return !Files.exists(Path.of("/proc/self"))
          && ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }
  }

  @Test
  @Covers("TSF-56")
  void a_script_is_told_who_it_is_and_what_it_is_handed_and_gives_outputs() {
    LeaseSpec.Builder spec =
        script(
            """
            echo "$PAWL_TASK $PAWL_RUN $PAWL_EXECUTION $PAWL_FENCE $PAWL_ATTEMPT $PAWL_OPERATION"
            echo "$PAWL_IN_NAME|$PAWL_IN_COUNT|$PAWL_IN_PARTS|$EXTRA|$SECRET_TOKEN|$LC_ALL|$PAWL_OUT_PID"
            pwd
            echo oops >&2
            echo "rows=41" >> "$PAWL_OUTPUT"
            echo "rows=42" >> "$PAWL_OUTPUT"
            """,
            ROWS);
    spec.getActionBuilder().getShellBuilder().putEnvironment("EXTRA", "more");
    server.offer(
        server
            .lease(spec)
            .setFence(7)
            .setAttempt(3)
            .setOperation(Operation.OPERATION_ROLLBACK)
            .setOutputs(
                Struct.newBuilder().putFields("pid", Value.newBuilder().setNumberValue(12).build()))
            .setInputs(
                Struct.newBuilder()
                    .putFields("name", Value.newBuilder().setStringValue("$(id) 'x'").build())
                    .putFields("count", Value.newBuilder().setNumberValue(5).build())
                    .putFields(
                        "parts",
                        Value.newBuilder()
                            .setListValue(
                                ListValue.newBuilder()
                                    .addValues(Value.newBuilder().setStringValue("a")))
                            .build())));

    Report report = server.result(7);
    assertThat(report.getSucceeded().getOutputs().getFieldsOrThrow("rows").getNumberValue())
        .isEqualTo(42);
    server.awaitLogEnd();
    List<String> printed =
        server.lines().stream()
            .filter(line -> line.getSource() == LogSource.LOG_SOURCE_STDOUT)
            .map(LogLine::getText)
            .toList();
    assertThat(printed.subList(0, 2))
        .containsExactly(
            "t r " + FakeServer.EXECUTION + " 7 3 ROLLBACK",
            "$(id) 'x'|5|[\"a\"]|more||C.UTF-8|12");
    assertThat(Path.of(printed.get(2))).doesNotExist();
    assertThat(server.lines())
        .anySatisfy(
            line -> {
              assertThat(line.getText()).isEqualTo("oops");
              assertThat(line.getSource()).isEqualTo(LogSource.LOG_SOURCE_STDERR);
            });
    await()
        .untilAsserted(
            () -> {
              try (Stream<Path> left = Files.list(directory.resolve("work"))) {
                assertThat(left).isEmpty();
              }
            });
    assertThat(server.reports.getFirst().hasStarted()).isTrue();
  }

  @Test
  void an_exit_code_fails_the_attempt() {
    Report report = run("echo no space; exit 28");
    assertThat(report.getFailed().getReason()).isEqualTo("EXIT_CODE");
    assertThat(report.getFailed().getMessage()).isEqualTo("exit code 28");
    assertThat(report.getLastLogLine()).isEqualTo("no space");
  }

  @Test
  void a_script_that_is_killed_from_outside_says_by_what() {
    assertThat(run("kill -9 $$").getFailed().getMessage())
        .isEqualTo("exit code 137 (killed by signal 9)");
  }

  @Test
  void a_missing_output_fails_the_attempt() {
    Report report = run("true", ROWS);
    assertThat(report.getFailed().getReason()).isEqualTo("OUTPUT_INVALID");
    assertThat(report.getFailed().getMessage()).contains("\"rows\"").contains("was not given");
  }

  @Test
  void a_line_that_is_no_output_fails_the_attempt() {
    assertThat(run("echo 42 > $PAWL_OUTPUT", ROWS).getFailed().getMessage())
        .isEqualTo("line 1 of $PAWL_OUTPUT must be name=value, but is \"42\"");
  }

  @Test
  void outputs_beyond_the_limit_fail_the_attempt() {
    Report report =
        run(
            "(printf 'rows='; head -c 3000000 /dev/zero | tr '\\0' 'x') > $PAWL_OUTPUT",
            Output.newBuilder().setName("rows").build());
    assertThat(report.getFailed().getReason()).isEqualTo("RESULT_TOO_LARGE");
  }

  private static Struct data(String name, double value) {
    return Struct.newBuilder()
        .putFields(name, Value.newBuilder().setNumberValue(value).build())
        .build();
  }

  @Test
  void a_script_publishes_the_object_that_it_leaves_in_a_file_of_its_own() {
    Report report =
        run("echo '{\"tables\": 1}' > $PAWL_DATA; echo '{ \"tables\": 3 }' > $PAWL_DATA");
    assertThat(report.hasSucceeded()).isTrue();
    assertThat(report.getAdditionalData()).isEqualTo(data("tables", 3));
    assertThat(run(2, "rm $PAWL_DATA").hasAdditionalData()).isFalse();
    assertThat(run(3, "true").hasSucceeded()).isTrue();
  }

  @Test
  void what_a_script_published_counts_also_when_it_fails_or_is_stopped() {
    Report failed = run("echo '{\"tables\": 3}' > $PAWL_DATA; exit 4");
    assertThat(failed.getFailed().getReason()).isEqualTo("EXIT_CODE");
    assertThat(failed.getAdditionalData()).isEqualTo(data("tables", 3));

    Path child = directory.resolve("child");
    server.offer(
        server
            .lease(
                script("echo '{\"tables\": 2}' > $PAWL_DATA; echo $$ > " + child + "; sleep 300"))
            .setFence(2));
    pid(child);
    server.stop(Stop.newBuilder().setFence(2).setGrace(seconds(20)));
    Report stopped = server.result(2);
    assertThat(stopped.hasStopped()).isTrue();
    assertThat(stopped.getAdditionalData()).isEqualTo(data("tables", 2));
  }

  @Test
  void what_cannot_be_published_fails_an_attempt_that_else_succeeded() {
    Report list = run("echo '[1, 2]' > $PAWL_DATA");
    assertThat(list.getFailed().getReason()).isEqualTo("OUTPUT_INVALID");
    assertThat(list.getFailed().getMessage())
        .isEqualTo("$PAWL_DATA must be a JSON object, such as {\"rows\": 42}, but is [1,2]");
    assertThat(list.hasAdditionalData()).isFalse();
    assertThat(run(2, "echo 'tables=3' > $PAWL_DATA").getFailed().getMessage())
        .startsWith("$PAWL_DATA must be a JSON object, but is no JSON: ");
    assertThat(run(3, "rm $PAWL_DATA; mkdir $PAWL_DATA").getFailed().getMessage())
        .isEqualTo("$PAWL_DATA must be a file when the script ends, but is something else");
    assertThat(run(4, "printf '{\"a\": \"\\377\"}' > $PAWL_DATA").getFailed().getMessage())
        .isEqualTo("$PAWL_DATA must be UTF-8 text, but holds other bytes");
  }

  @Test
  void what_is_nested_too_deep_for_a_server_to_read_is_not_published() {
    String levels =
        "{ printf '{\"a\":'; printf '{\"n\":%%.0s' $(seq %1$d); printf 1; printf '}%%.0s' $(seq"
            + " %1$d); printf '}'; } > $PAWL_DATA";
    assertThat(run(levels.formatted(23)).hasSucceeded()).isTrue();
    Report deep = run(2, levels.formatted(40));
    assertThat(deep.getFailed().getReason()).isEqualTo("OUTPUT_INVALID");
    assertThat(deep.getFailed().getMessage())
        .startsWith("the published \"a\" may be nested 24 deep but is deeper");
    assertThat(deep.hasAdditionalData()).isFalse();
  }

  @Test
  void more_than_may_be_published_fails_an_attempt_that_else_succeeded() {
    String text =
        "(printf '{\"a\": \"'; head -c %d /dev/zero | tr '\\0' 'x'; printf '\"}') > $PAWL_DATA";
    assertThat(run(text.formatted(4_000)).hasSucceeded()).isTrue();
    Report much = run(2, text.formatted(4_096));
    assertThat(much.getFailed().getReason()).isEqualTo("RESULT_TOO_LARGE");
    assertThat(much.getFailed().getMessage())
        .contains("the JSON object in $PAWL_DATA takes 4,108 bytes but may take 4,096");
    assertThat(run(3, text.formatted(3_000_000)).getFailed().getReason())
        .isEqualTo("RESULT_TOO_LARGE");
  }

  @Test
  void an_attempt_that_fails_anyway_keeps_its_failure_and_its_log_says_what_is_left_out() {
    Report report = run("echo boom; echo nonsense > $PAWL_DATA; exit 4");
    assertThat(report.getFailed().getReason()).isEqualTo("EXIT_CODE");
    assertThat(report.getLastLogLine()).isEqualTo("boom");
    assertThat(report.hasAdditionalData()).isFalse();
    server.awaitLogEnd();
    assertThat(server.texts())
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("what the attempt published is left out: $PAWL_DATA must be"));
  }

  @Test
  void an_interpreter_that_is_not_there_is_named() {
    LeaseSpec.Builder spec = script("true");
    spec.getActionBuilder().getShellBuilder().addInterpreter("no-such-shell");
    Report report = run(spec);
    assertThat(report.getFailed().getReason()).isEqualTo("START_FAILED");
    assertThat(report.getFailed().getMessage()).contains("no-such-shell");
  }

  @Test
  void an_input_that_no_variable_can_hold_is_named() {
    server.offer(
        server
            .lease(script("true"))
            .setInputs(
                Struct.newBuilder()
                    .putFields(
                        "big", Value.newBuilder().setStringValue("x".repeat(200_000)).build())));
    assertThat(server.result(1).getFailed().getMessage()).contains("PAWL_IN_BIG");
  }

  @Test
  void another_interpreter_gets_the_script() {
    LeaseSpec.Builder spec = script("BEGIN { print \"from awk\" }");
    spec.getActionBuilder().getShellBuilder().addAllInterpreter(List.of("awk", "-f"));
    assertThat(run(spec).getLastLogLine()).isEqualTo("from awk");
  }

  @Test
  void binary_output_arrives_as_replacement_characters() {
    assertThat(run("printf 'a\\377\\376b\\n'").getLastLogLine()).isEqualTo("a\uFFFD\uFFFDb");
  }

  @Test
  @Covers("TSF-26")
  void a_stop_reaches_the_children_too() {
    Path child = directory.resolve("child");
    begin(script("sleep 300 & echo $! > " + child + "; wait"));
    long pid = pid(child);
    assertThat(lives(pid)).isTrue();
    server.stop(Stop.newBuilder().setFence(1).setGrace(seconds(20)));

    assertThat(server.result(1).getStopped().getReason()).isEqualTo("SIGNAL");
    assertThat(lives(pid)).isFalse();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_script_that_ignores_the_signal_is_killed_with_its_whole_tree() {
    Path child = directory.resolve("child");
    Path stray = directory.resolve("stray");
    begin(
        script(
            """
            trap '' TERM
            setsid sh -c 'trap "" TERM; echo $$ > %1$s; while :; do sleep 1; done' &
            sh -c 'echo $$ > %2$s; while :; do sleep 1; done'
            """
                .formatted(stray, child)));
    long childPid = pid(child);
    long strayPid = pid(stray);
    server.stop(Stop.newBuilder().setFence(1).setGrace(seconds(0.3)));

    assertThat(server.result(1).getStopped().getReason()).isEqualTo("KILL");
    assertThat(lives(childPid)).isFalse();
    assertThat(lives(strayPid)).isFalse();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_script_that_leaves_a_daemon_behind_ends_with_its_own_exit() {
    Path daemon = directory.resolve("daemon");
    long begun = System.nanoTime();
    Report report =
        run(
            """
            setsid sh -c 'echo $$ > %s; exec sleep 300' &
            while [ ! -s %s ]; do sleep 0.02; done
            echo done
            """
                .formatted(daemon, daemon));
    long pid = pid(daemon);
    try {
      assertThat(report.hasSucceeded()).isTrue();
      assertThat(report.getLastLogLine()).isEqualTo("done");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
      assertThat(lives(pid)).isTrue();
      // Nothing of the worker waits for it.
      await()
          .until(
              () ->
                  Thread.getAllStackTraces().keySet().stream()
                      .noneMatch(thread -> thread.getName().startsWith("pawl-pipe")));
    } finally {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void what_a_script_leaves_in_its_session_is_killed() {
    Path left = directory.resolve("left");
    Report report = run("sleep 300 & echo $! > " + left);
    assertThat(report.hasSucceeded()).isTrue();
    assertThat(report.getLastLogLine()).isEqualTo("the script left 1 process running: killed");
    assertThat(lives(pid(left))).isFalse();
  }

  @Test
  void a_flood_is_cut_at_the_limit_and_the_log_says_so() {
    Report report = run("yes 'a line of the flood' | head -c 60000000; echo finished >&2");
    assertThat(report.hasSucceeded()).isTrue();
    server.awaitLogEnd();
    PushLogsRequest last =
        server.chunks.stream().filter(PushLogsRequest::getLast).findFirst().orElseThrow();
    assertThat(last.getTruncated()).isTrue();
    assertGapless();
    assertThat(server.chunks.stream().mapToInt(PushLogsRequest::getLineCount).sum())
        .isBetween(10_000, 2 << 20);
  }

  @Test
  void a_script_waits_when_its_log_is_not_stored_and_the_session_lives_on() {
    server.storesLogs = false;
    Path through = directory.resolve("through");
    begin(script("head -c 1500000 /dev/zero | tr '\\0' 'y' | fold -w 100; touch " + through));
    await().until(() -> server.chunks.size() >= 5);
    int beats = server.session().requests.size();
    await().until(() -> server.session().requests.size() > beats + 5);
    assertThat(through).doesNotExist();
    assertThat(server.finals()).isEmpty();

    server.storesLogs = true;
    // The server lost what it did not acknowledge: as after a restart.
    server.kill();
    server.restart();
    assertThat(server.result(1).hasSucceeded()).isTrue();
    server.awaitLogEnd();
    assertGapless();
    assertThat(server.texts()).hasSize(15_000);
  }

  /** Each line is there, its number follows its place, and what came twice came byte for byte. */
  private void assertGapless() {
    TreeMap<Long, PushLogsRequest> bySequence = new TreeMap<>();
    for (PushLogsRequest chunk : server.chunks) {
      if (chunk.getLineCount() > 0) {
        PushLogsRequest first =
            bySequence.computeIfAbsent(chunk.getFirstSequence(), sequence -> chunk);
        assertThat(chunk).isEqualTo(first);
      }
      assertThat(chunk.getLines().size()).isLessThanOrEqualTo(64 << 10);
    }
    long next = 1;
    for (PushLogsRequest chunk : bySequence.values()) {
      assertThat(chunk.getFirstSequence()).isEqualTo(next);
      assertThat(
              FakeServer.unpack(chunk).getLinesList().stream()
                  .map(line -> Long.toString(line.getSequence()))
                  .collect(joining(",")))
          .isEqualTo(
              LongStream.range(next, next + chunk.getLineCount())
                  .mapToObj(Long::toString)
                  .collect(joining(",")));
      next += chunk.getLineCount();
    }
  }
}
