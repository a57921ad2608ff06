package dev.pawl.dev.input;

import static dev.pawl.dev.input.Specs.idle;
import static dev.pawl.dev.input.Specs.shell;
import static dev.pawl.dev.input.Specs.task;
import static dev.pawl.dev.input.Specs.workflow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.util.JsonFormat;
import dev.pawl.covers.Covers;
import dev.pawl.dev.input.Terminal.Ran;
import dev.pawl.v1.WorkflowSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line as its users have it, in a project of its own. */
@Timeout(60)
@ExtendWith(NodeExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandLineIT {
  private static final Path EXAMPLES =
      Path.of(System.getProperty("basedir", "deploy"), "../examples");

  private final Terminal terminal;

  @TempDir private Path directory;

  private String hello = "";

  CommandLineIT(Node node) {
    this.terminal = Terminal.at(node).in("cli");
  }

  @BeforeAll
  void examples() {
    Ran ran = ok("workflow", "apply", "-f", EXAMPLES.toString());
    assertThat(ran.out().lines())
        .containsExactly(
            "workflow cluster-upgrade  v1  applied",
            "workflow flaky-upgrade  v1  applied",
            "workflow hello  v1  applied",
            "workflow software-inventory  v1  applied");
    hello = ok("run", "start", "hello", "-q").out().strip();
    assertThat(ok("run", "wait", hello).exitCode()).isZero();
  }

  // Definitions.

  @Test
  void the_same_definitions_again_change_nothing() {
    assertThat(ok("workflow", "apply", "-f", EXAMPLES.toString()).out().lines())
        .hasSize(4)
        .allMatch(line -> line.endsWith("  v1  unchanged"));
    assertThat(ok("workflow", "validate", "-f", EXAMPLES.toString()).exitCode()).isZero();
    assertThat(ok("workflow", "apply", "-f", EXAMPLES.toString(), "--dry-run").out())
        .contains("workflow hello  v1  would not change");
  }

  @Test
  @Covers({"WDT-10", "WDT-12"})
  void workflows_are_listed_shown_and_drawn() {
    await()
        .untilAsserted(
            () ->
                assertThat(ok("workflow", "list", "-q").out().lines())
                    .contains("flaky-upgrade", "hello", "software-inventory"));
    assertThat(ok("workflow", "list").out()).startsWith("WORKFLOW").contains("flaky-upgrade");
    assertThat(ok("workflow", "get", "hello").out()).contains("hello", "ACTIVE", "Say hello");
    JsonObject workflow = json(ok("workflow", "get", "hello", "-o", "json").out());
    assertThat(workflow.get("name").getAsString()).isEqualTo("projects/cli/workflows/hello");
    assertThat(workflow.getAsJsonObject("definition").getAsJsonArray("tasks")).hasSize(3);
    assertThat(ok("workflow", "graph", "hello").out()).contains("greet", "think", "shout");
    assertThat(ok("workflow", "graph", "hello", "--dot").out())
        .startsWith("digraph")
        .contains("\"greet\" -> \"think\"");
  }

  @Test
  @Covers("TSF-45")
  void a_task_of_its_own_is_applied_and_run() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("count.yaml"),
            """
            apiVersion: pawl/v1
            task:
              name: count
              parameters: [{name: upto, type: INTEGER}]
              execute: {shell: {script: 'echo "total=$((PAWL_IN_UPTO * 2))" >>"$PAWL_OUTPUT"'}}
              outputs: [{name: total, type: INTEGER}]
            """);
    assertThat(ok("task", "apply", "-f", file.toString()).out())
        .isEqualTo("task count  v1  applied\n");
    Ran ran = ok("run", "start", "--task", "count", "--param", "upto=21", "--wait");
    assertThat(ran.out()).contains("SUCCEEDED", "total").contains("42");
    assertThat(ok("task", "get", "count").out()).contains("count", "ACTIVE");
    await().untilAsserted(() -> assertThat(ok("task", "list", "-q").out()).contains("count"));
  }

  // Following.

  @Test
  @Covers("WDT-140")
  void a_run_is_followed_with_its_steps_its_logs_and_its_outputs() {
    Ran ran = ok("run", "start", "hello", "--param", "name=Ada", "--wait");
    assertThat(ran.out())
        .contains("[greet] Hello, Ada!", "[shout] HELLO, ADA!", "SUCCEEDED", "HELLO, ADA!");
    assertThat(ran.out().indexOf("[greet] Hello, Ada!"))
        .isLessThan(ran.out().indexOf("[shout] HELLO, ADA!"));
    assertThat(ran.out()).doesNotContain("\u001b");
  }

  @Test
  @Covers({"OCP-6", "OCP-20", "OBS-5", "OBS-8", "OBS-9", "WDT-137"})
  void a_run_that_fails_ends_with_10_its_last_lines_and_what_to_do_next() {
    String name =
        apply(
            workflow(
                    "fails",
                    task("swap", shell("echo 'No space left on device' >&2\nexit 28")),
                    idle("verify", "swap"))
                .build());
    Ran ran = terminal.run("run", "start", name, "--wait");
    assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(10);
    assertThat(ran.out())
        .contains("FAILED", "at swap (EXIT_CODE", "28")
        .contains("swap │ No space left on device");
    assertThat(ran.err())
        .contains("Read more    pawl run logs", "/swap", "Try again    pawl run retry");
    String run = newest(name);
    assertThat(ok("step", "logs", run + "/swap").out()).isEqualTo("No space left on device\n");
    assertThat(terminal.run("run", "watch", run).exitCode()).isEqualTo(10);
    assertThat(terminal.run("run", "wait", run).exitCode()).isEqualTo(10);
    assertThat(ok("run", "get", run).out()).contains("FAILED (TASK_FAILED)", "No space left");
    assertThat(ok("step", "list", run, "--state", "FAILED").out()).contains("swap", "EXIT_CODE");
    assertThat(ok("step", "list", run, "--state", "SKIPPED,TERMINATED,WAIT_UPSTREAM").out())
        .contains("verify");
  }

  @Test
  @Covers({"OBS-6", "OBS-35", "OBS-40"})
  void a_run_is_paused_continued_and_stopped_and_who_follows_it_ends_with_11() throws Exception {
    Path gate = directory.resolve("gate");
    String name =
        apply(
            workflow(
                    "gated",
                    task("wait", shell("while [ ! -e %s ]; do sleep 0.05; done".formatted(gate))),
                    task("after", shell("while :; do sleep 0.1; done"), "wait"))
                .build());
    String run = ok("run", "start", name, "-q").out().strip();
    await().untilAsserted(() -> assertThat(step(run, "wait")).isEqualTo("RUNNING"));

    assertThat(ok("run", "pause", run, "--dry-run").out()).startsWith("Would pause run ");
    assertThat(state(run)).isEqualTo("RUNNING");
    assertThat(ok("run", "pause", run, "--reason", "lunch").out()).contains("PAUS");
    Files.createFile(gate);
    await().untilAsserted(() -> assertThat(state(run)).isEqualTo("PAUSED"));
    assertThat(step(run, "wait")).isEqualTo("SUCCEEDED");
    assertThat(ok("run", "get", run).out()).contains("lunch");
    assertThat(ok("run", "pause", run).out()).contains("PAUSED");

    assertThat(ok("run", "continue", run).out()).contains("RUNNING");
    await().untilAsserted(() -> assertThat(step(run, "after")).isEqualTo("RUNNING"));
    CompletableFuture<Ran> followed =
        CompletableFuture.supplyAsync(
            () -> terminal.run("run", "watch", run), CommandLineIT::inTheBackground);
    Ran refused = terminal.run("run", "stop", run);
    assertThat(refused.exitCode()).as("without --yes, where nobody can be asked").isNotZero();
    assertThat(refused.err()).contains("--yes");
    assertThat(ok("run", "stop", run, "--yes", "--reason", "enough").exitCode()).isZero();
    assertThat(followed.get(30, TimeUnit.SECONDS).exitCode()).isEqualTo(11);
    assertThat(state(run)).isEqualTo("TERMINATED");
    Ran again = terminal.run("run", "continue", run);
    assertThat(again.exitCode()).isEqualTo(5);
    assertThat(again.err()).contains("[RUN_STATE_CONFLICT]", "state now: TERMINATED");
  }

  @Test
  void a_run_is_watched_as_json_lines() {
    List<JsonObject> changes = jsonLines(ok("run", "watch", hello, "-o", "jsonl").out());
    assertThat(changes).isNotEmpty();
    assertThat(changes.getLast().toString()).contains("SUCCEEDED");
  }

  // Looking.

  @Test
  void runs_are_listed_in_every_format() {
    String filter = "id = " + hello;
    await().untilAsserted(() -> assertThat(list(filter, "-q").strip()).isEqualTo(hello));
    assertThat(list(filter).lines())
        .hasSize(2)
        .first()
        .asString()
        .matches("RUN +WORKFLOW +STATE +PROGRESS +OBJECTS +STARTED +ENDED +ELAPSED +INITIATOR");
    assertThat(list(filter)).contains("hello", "SUCCEEDED", "3/3").doesNotContain("\u001b");
    assertThat(list(filter, "-o", "wide")).contains("VERSION", "LABELS", hello);
    assertThat(list(filter, "-o", "name").strip()).isEqualTo("projects/cli/runs/" + hello);
    JsonObject answer = json(list(filter, "-o", "json"));
    assertThat(answer.getAsJsonArray("runs")).hasSize(1);
    List<JsonObject> lines = jsonLines(list(filter, "-o", "jsonl"));
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst())
        .isEqualTo(answer.getAsJsonArray("runs").get(0))
        .extracting(run -> run.get("state").getAsString())
        .isEqualTo("RUN_STATE_SUCCEEDED");
    assertThat(list(filter, "-o", "yaml")).startsWith("runs:\n- ").contains("id: " + hello);
    assertThat(ok("run", "list", "--limit", "1").err()).contains("More: --page-token ");
  }

  @Test
  @Covers("TSF-54")
  void a_run_is_found_by_the_end_of_its_id_and_as_the_latest() {
    String end = hello.substring(hello.length() - 8);
    await().untilAsserted(() -> assertThat(list("id = " + hello, "-q")).isNotEmpty());
    assertThat(ok("run", "get", end).out())
        .contains("Run", hello, "hello v1", "SUCCEEDED", "3/3", "HELLO, WORLD!");
    assertThat(ok("run", "get", "@latest", "-q").out().strip()).hasSize(26);
    JsonObject run = json(ok("run", "get", hello, "-o", "json").out());
    assertThat(run.getAsJsonObject("outputs").get("greeting").getAsString())
        .isEqualTo("HELLO, WORLD!");
    assertThat(ok("run", "get", hello, "-o", "yaml").out()).contains("greeting: HELLO, WORLD!");
  }

  @Test
  void steps_are_listed_and_shown() {
    assertThat(ok("step", "list", hello).out().lines())
        .hasSize(4)
        .first()
        .asString()
        .matches("STEP +STATE +ATTEMPT +WORKER +STARTED +DURATION +DETAIL *");
    assertThat(ok("step", "list", hello, "-q").out().lines())
        .containsExactly("greet", "think", "shout");
    assertThat(ok("step", "get", hello + "/greet").out())
        .contains("greet", "SUCCEEDED", "embedded", "Hello, world!");
    JsonObject step = json(ok("step", "get", hello + "/shout", "-o", "json").out());
    assertThat(step.getAsJsonObject("outputs").get("loud").getAsString())
        .isEqualTo("HELLO, WORLD!");
  }

  @Test
  @Covers({"OCP-18", "TSF-19"})
  void logs_are_read_by_run_by_step_and_by_attempt() {
    assertThat(ok("run", "logs", hello).out())
        .contains("[greet] Hello, world!\n", "[shout] HELLO, WORLD!\n");
    assertThat(ok("step", "logs", hello + "/greet").out()).isEqualTo("Hello, world!\n");
    assertThat(ok("run", "logs", hello + "/shout", "-f").out()).isEqualTo("HELLO, WORLD!\n");
    assertThat(ok("run", "logs", hello, "--grep", "HELLO", "--no-prefix").out())
        .isEqualTo("HELLO, WORLD!\n");
    JsonObject line =
        jsonLines(ok("step", "logs", hello + "/greet", "-o", "jsonl").out()).getFirst();
    assertThat(line.get("text").getAsString()).isEqualTo("Hello, world!");
    assertThat(line.get("source").getAsString()).isEqualTo("STDOUT");

    Ran flaky = ok("run", "start", "flaky-upgrade", "--wait");
    assertThat(flaky.out()).contains("attempt 1", "attempt 3", "swapped", "SUCCEEDED");
    String run = newest("flaky-upgrade");
    assertThat(ok("step", "logs", run + "/swap", "--attempt", "2").out())
        .contains("attempt 2: swapping")
        .doesNotContain("attempt 1:", "attempt 3:");
    assertThat(ok("step", "list", run).out()).containsPattern("swap +\\S* *SUCCEEDED +3/3");
  }

  @Test
  @Covers("SYS-4")
  void events_are_streamed_from_the_beginning_and_go_on_from_a_cursor() {
    String[] watch = {"events", "watch", "--from", "beginning", "--run", hello, "-o", "jsonl"};
    List<JsonObject> all = jsonLines(ok(plus(watch, "--limit", "9")).out());
    assertThat(all).allMatch(event -> !event.get("cursor").getAsString().isEmpty());
    JsonObject first = all.getFirst().getAsJsonObject("event");
    assertThat(first.get("name").getAsString()).isEqualTo("projects/cli/runs/" + hello);
    assertThat(first.has("runCreated")).isTrue();
    assertThat(first.get("sequence").getAsString()).isEqualTo("1");
    assertThat(all).anyMatch(event -> event.getAsJsonObject("event").has("executionLeased"));

    List<JsonObject> behind =
        jsonLines(
            ok(
                    "events",
                    "watch",
                    "--cursor",
                    all.get(2).get("cursor").getAsString(),
                    "--run",
                    hello,
                    "-o",
                    "jsonl",
                    "--limit",
                    "6")
                .out());
    assertThat(behind)
        .extracting(event -> event.getAsJsonObject("event").get("name"))
        .containsExactlyElementsOf(
            all.subList(3, 9).stream()
                .map(event -> event.getAsJsonObject("event").get("name"))
                .toList());
    assertThat(ok("events", "watch", "--from", "beginning", "--run", hello, "--limit", "1").out())
        .contains("run", "hello");
  }

  @Test
  void events_are_shown_while_they_happen() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CompletableFuture<Ran> watching =
        CompletableFuture.supplyAsync(
            () ->
                terminal.run(
                    out,
                    "events",
                    "watch",
                    "--from",
                    "beginning",
                    "--filter",
                    "workflow = \"live\"",
                    "--kind",
                    "run",
                    "-o",
                    "jsonl",
                    "--limit",
                    "2"),
            CommandLineIT::inTheBackground);
    apply(workflow("live", idle("a")).build());
    ok("run", "start", "live");
    assertThat(watching.orTimeout(30, TimeUnit.SECONDS).join().exitCode()).isZero();
    assertThat(jsonLines(out.toString(StandardCharsets.UTF_8)))
        .extracting(event -> event.getAsJsonObject("event").get("stateAfter").getAsString())
        .first()
        .isIn("WAITING", "RUNNING");
  }

  @Test
  void workers_are_listed() {
    assertThat(ok("worker", "list").out()).startsWith("WORKER").contains("embedded", "default");
    JsonObject answer = json(ok("worker", "list", "--group", "default", "-o", "json").out());
    assertThat(answer.getAsJsonArray("workers").get(0).getAsJsonObject().get("slots").getAsInt())
        .isEqualTo(4);
    assertThat(ok("worker", "list", "--group", "nobody").out().lines().skip(1)).isEmpty();
  }

  @Test
  void any_rpc_is_called_through_reflection() {
    assertThat(ok("api").out())
        .contains("pawl.v1.RunService/StartRun", "pawl.v1.WatchService/Watch");
    JsonObject answer =
        json(
            ok(
                    "api",
                    "RunService/GetRun",
                    "-d",
                    "{\"name\": \"projects/cli/runs/%s\"}".formatted(hello))
                .out());
    assertThat(answer.getAsJsonObject("run").get("id").getAsString()).isEqualTo(hello);
    Ran absent =
        terminal.run("api", "RunService/GetRun", "-d", "{\"name\": \"projects/cli/runs/zzz\"}");
    assertThat(absent.exitCode()).isEqualTo(3);
    assertThat(absent.err()).contains("[RUN_NOT_FOUND]");
    Ran misspelt = terminal.run("api", "RunService/GetRuns");
    assertThat(misspelt.exitCode()).isEqualTo(3);
    assertThat(misspelt.err()).contains("did you mean", "GetRun");
    Ran malformed = terminal.run("api", "RunService/GetRun", "-d", "{\"nme\": 1}");
    assertThat(malformed.exitCode()).isEqualTo(2);
  }

  @Test
  void versions_of_both_sides_are_told() {
    assertThat(ok("version").out()).contains("Client", "Server", "dev");
    JsonObject version = json(ok("version", "-o", "json").out());
    assertThat(version.get("serverMode").getAsString()).isEqualTo("dev");
    assertThat(version.get("serverApiLevel").getAsInt()).isEqualTo(1);
  }

  // Mistakes of the command line itself.

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run lst",
        "rn list",
        "run list --fliter x",
        "run list -o xml",
        "run get",
        "run start hello --param name",
        "run wait @latest --timeout never",
        "step get no-slash",
        "workflow apply -f no-such-file.yaml",
        "step list @latest --state MAYBE",
      })
  void a_line_that_makes_no_sense_ends_with_2_and_prints_nothing(String line) {
    Ran ran = terminal.run(line.split(" "));
    assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).startsWith("error: ").doesNotContain("\tat ", "Exception");
  }

  @Test
  void a_server_that_is_not_there_ends_with_6_and_one_that_takes_too_long_with_7() {
    Ran gone = new Terminal("127.0.0.1:1", "cli").run("run", "list", "--timeout", "1s");
    assertThat(gone.exitCode()).as(gone.toString()).isEqualTo(6);
    assertThat(gone.err()).contains("cannot be reached", "pawl dev", "PAWL_ADDRESS");

    String name = apply(workflow("slow", task("a", shell("sleep 300"))).build());
    String run = ok("run", "start", name, "-q").out().strip();
    Ran wait = terminal.run("run", "wait", run, "--timeout", "300ms");
    assertThat(wait.exitCode()).isEqualTo(7);
    assertThat(wait.err()).contains("is still", "it goes on");
    ok("run", "stop", run, "--yes");
    assertThat(terminal.run("run", "wait", run).exitCode()).isEqualTo(11);
  }

  // What tests ask for.

  private static void inTheBackground(Runnable command) {
    Thread.ofVirtual().name("terminal").start(command);
  }

  private Ran ok(String... arguments) {
    Ran ran = terminal.run(arguments);
    assertThat(ran.exitCode()).as("%s: %s", String.join(" ", arguments), ran).isZero();
    return ran;
  }

  private static String[] plus(String[] arguments, String... more) {
    return Stream.of(arguments, more).flatMap(Arrays::stream).toArray(String[]::new);
  }

  private String list(String filter, String... options) {
    return ok(plus(new String[] {"run", "list", "--filter", filter}, options)).out();
  }

  private String apply(WorkflowSpec workflow) {
    try {
      Path file =
          Files.writeString(
              directory.resolve(workflow.getName() + ".json"),
              "{\"apiVersion\": \"pawl/v1\", \"workflow\": %s}"
                  .formatted(JsonFormat.printer().print(workflow)));
      ok("workflow", "apply", "-f", file.toString());
      return workflow.getName();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The newest run of a workflow, once the list shows it. */
  private String newest(String workflow) {
    return await()
        .until(
            () -> list("workflow = " + workflow, "-q", "--limit", "1").strip(),
            id -> !id.isEmpty());
  }

  private String state(String run) {
    return json(ok("run", "get", run, "-o", "json").out())
        .get("state")
        .getAsString()
        .replace("RUN_STATE_", "");
  }

  private String step(String run, String task) {
    return json(ok("step", "get", run + "/" + task, "-o", "json").out())
        .get("state")
        .getAsString()
        .replace("TASK_RUN_STATE_", "");
  }

  private static JsonObject json(String text) {
    return JsonParser.parseString(text).getAsJsonObject();
  }

  private static List<JsonObject> jsonLines(String text) {
    return text.lines().map(JsonParser::parseString).map(JsonElement::getAsJsonObject).toList();
  }
}
