package dev.pawl.dev.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.covers.Covers;
import dev.pawl.dev.input.Terminal.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A cluster whose zones are upgraded by a workflow of their own, as its operator sees it. */
@Timeout(120)
@ExtendWith(NodeExtension.class)
class SubRunsIT {
  private static final Pattern STARTED = Pattern.compile("started run (\\S+) of workflow zone");

  private static final String ZONE =
      """
      apiVersion: pawl/v1
      workflow:
        name: zone
        profile: OPS
        parameters: [{name: name}]
        tasks:
          - name: swap
            inputs: {name: {parameter: name}}
            execute:
              shell:
                script: |
                  echo "up $PAWL_IN_NAME" >>'%1$s/done'
                  while [ -e '%1$s/held' ]; do sleep 0.1; done
                  [ ! -e '%1$s/broken' ] || exit 3
                  echo "size=7" >>"$PAWL_OUTPUT"
            outputs: [{name: size, type: INTEGER}]
        outputs: {size: {output: swap.size}}
      """;

  private static final String ZONE_BACK =
      """
      apiVersion: pawl/v1
      workflow:
        name: zone-back
        profile: OPS
        parameters: [{name: name}, {name: size, type: INTEGER, default: 0}]
        tasks:
          - name: swap-back
            inputs: {name: {parameter: name}, size: {parameter: size}}
            execute:
              shell: {script: 'echo "down $PAWL_IN_NAME, $PAWL_IN_SIZE" >>"%1$s/done"'}
      """;

  private static final String CLUSTER =
      """
      apiVersion: pawl/v1
      workflow:
        name: cluster
        profile: OPS
        tasks:
          - name: first
            inputs: {name: {value: z1}}
            execute: {run: {workflow: zone}}
            rollback: {run: {workflow: zone-back}}
            outputs: [{name: size, type: INTEGER}]
          - name: check
            needs: [first]
            inputs: {size: {output: first.size}}
            execute:
              shell:
                script: |
                  echo "size $PAWL_IN_SIZE" >>'%1$s/done'
                  [ ! -e '%1$s/unfit' ] || exit 4
      """;

  private final Terminal terminal;

  @TempDir private Path directory;

  SubRunsIT(Node node) {
    this.terminal = Terminal.at(node);
  }

  @BeforeEach
  void applied() throws IOException {
    apply(ZONE);
    apply(ZONE_BACK);
    apply(CLUSTER);
  }

  private void apply(String workflow) throws IOException {
    Path file = directory.resolve("workflow.yaml");
    Files.writeString(file, workflow.formatted(directory));
    Ran applied = terminal.run("workflow", "apply", file.toString());
    assertThat(applied.exitCode()).as(applied.toString()).isZero();
  }

  private Ran start(String workflow, String... more) {
    List<String> words = new ArrayList<>(List.of("run", "start", workflow));
    words.addAll(List.of(more));
    return terminal.run(words.toArray(String[]::new));
  }

  private String cluster() {
    return terminal
        .run("run", "list", "--filter", "workflow=cluster", "--limit", "1", "-q")
        .out()
        .strip();
  }

  /** The run that the first step started last, as the step's log says. */
  private String zone(String run) {
    Matcher started = STARTED.matcher(terminal.run("run", "logs", run + "/first").out());
    List<String> runs = new ArrayList<>();
    while (started.find()) {
      runs.add(started.group(1));
    }
    return runs.getLast();
  }

  private void awaitDone(String line) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(directory.resolve("done")).content().contains(line));
  }

  @Test
  @Covers("OBS-39")
  void a_step_starts_a_run_waits_for_its_end_and_gives_what_that_gave() throws IOException {
    Files.createFile(directory.resolve("held"));
    String run = start("cluster", "-q").out().strip();
    awaitDone("up z1");
    String zone = zone(run);

    assertThat(terminal.run("step", "get", run + "/first").out())
        .as("the step waits for what it started")
        .contains("RUNNING", "runs/" + zone);
    assertThat(terminal.run("step", "explain", run + "/first").out()).contains("run " + zone);
    assertThat(terminal.run("run", "get", zone).out())
        .containsPattern("Started by +step " + run + "/first");
    assertThat(terminal.run("run", "list", "--filter", "parent = " + run, "-q").out().strip())
        .isEqualTo(zone);
    assertThat(terminal.run("run", "get", "@latest", "-q").out().strip())
        .as("the latest is what somebody started")
        .isEqualTo(run);

    Files.delete(directory.resolve("held"));

    Ran watched = terminal.run("run", "watch", run);
    assertThat(watched.exitCode()).as(watched.toString()).isZero();
    assertThat(directory.resolve("done")).hasContent("up z1\nsize 7\n");
    assertThat(terminal.run("run", "logs", run + "/first").out())
        .contains("started run " + zone, "run " + zone + " ended SUCCEEDED");
  }

  @Test
  @Covers("OBS-39")
  void a_run_that_fails_fails_its_step_and_a_retry_starts_another() throws IOException {
    Files.createFile(directory.resolve("broken"));

    Ran failed = start("cluster", "--wait");

    assertThat(failed.exitCode()).as(failed.toString()).isEqualTo(10);
    String run = cluster();
    String zone = zone(run);
    assertThat(terminal.run("step", "get", run + "/first").out())
        .contains("RUN_FAILED", "run " + zone + " ended FAILED");
    assertThat(terminal.run("run", "get", zone).out()).contains("FAILED");
    Files.delete(directory.resolve("broken"));

    assertThat(terminal.run("run", "retry", run, "--yes").exitCode()).isZero();

    Ran watched = terminal.run("run", "watch", run);
    assertThat(watched.exitCode()).as(watched.toString()).isZero();
    assertThat(zone(run)).isNotEqualTo(zone);
    assertThat(directory.resolve("done")).hasContent("up z1\ndown z1, 0\nup z1\nsize 7\n");
  }

  @Test
  void a_rollback_starts_the_workflow_that_takes_back_with_what_the_other_gave()
      throws IOException {
    Files.createFile(directory.resolve("unfit"));
    assertThat(start("cluster", "--wait").exitCode()).isEqualTo(10);
    String run = cluster();

    Ran back = terminal.run("run", "rollback", run, "--yes");

    assertThat(back.exitCode()).as(back.toString()).isZero();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(terminal.run("run", "get", run).out()).contains("ROLLED_BACK"));
    assertThat(directory.resolve("done")).hasContent("up z1\nsize 7\ndown z1, 7\n");
  }

  @Test
  void who_stops_a_run_stops_what_its_steps_started() throws IOException {
    Files.createFile(directory.resolve("held"));
    String run = start("cluster", "-q").out().strip();
    awaitDone("up z1");
    String zone = zone(run);

    Ran stopped = terminal.run("run", "stop", run, "--yes");

    assertThat(stopped.exitCode()).as(stopped.toString()).isZero();
    assertThat(terminal.run("run", "watch", run).out()).contains("TERMINATED");
    assertThat(terminal.run("run", "get", zone).out())
        .contains("TERMINATED", "stop of step first of run " + run);
  }

  @Test
  void a_step_whose_time_is_over_stops_what_it_started() throws IOException {
    apply(CLUSTER.replace("{run: {workflow: zone}}", "{run: {workflow: zone}, timeout: 1s}"));
    Files.createFile(directory.resolve("held"));

    Ran failed = start("cluster", "--wait");

    assertThat(failed.exitCode()).as(failed.toString()).isEqualTo(10);
    String run = cluster();
    assertThat(terminal.run("step", "get", run + "/first").out())
        .contains("TIMED_OUT", "ended TERMINATED");
    assertThat(terminal.run("run", "get", zone(run)).out()).contains("TERMINATED");
  }

  @Test
  void what_cannot_be_started_fails_the_step_with_the_reason() throws IOException {
    apply(CLUSTER.replace("{workflow: zone}", "{workflow: nowhere}"));
    Ran missing = start("cluster", "--wait");
    assertThat(missing.exitCode()).isEqualTo(10);
    assertThat(missing.out())
        .contains("DEFINITION_NOT_FOUND", "there is no workflow nowhere in project default");

    apply(CLUSTER.replace("inputs: {name: {value: z1}}", "inputs: {nome: {value: z1}}"));
    Ran unfit = start("cluster", "--wait");
    assertThat(unfit.exitCode()).isEqualTo(10);
    assertThat(unfit.out())
        .contains("INVALID_PARAMETERS", "nome: not declared by the definition; it declares name");

    apply(
        """
        apiVersion: pawl/v1
        workflow:
          name: endless
          tasks: [{name: again, execute: {run: {workflow: endless}}, retry: {maxAttempts: 3}}]
        """);
    Ran endless = start("endless", "--wait");
    assertThat(endless.exitCode()).isEqualTo(10);
    assertThat(terminal.run("run", "list", "--filter", "workflow=endless", "-q").out().lines())
        .as("the run itself, and 8 below it, each tried once")
        .hasSize(9);
  }

  @Test
  void a_definition_says_what_does_not_go_with_a_run() throws IOException {
    Path file = directory.resolve("wrong.yaml");
    Files.writeString(
        file,
        """
        apiVersion: pawl/v1
        workflow:
          name: wrong
          tasks:
            - name: a
              group: hosts
              execute: {run: {workflow: '', version: 0}}
              rollback: {noop: {}}
              cancel: {noop: {}}
            - {name: b, execute: {noop: {}}, rollback: {run: {workflow: zone}}}
        """);

    Ran refused = terminal.run("workflow", "apply", file.toString());

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err())
        .contains(
            "tasks[0].group: is not for a task that starts a run",
            "tasks[0].execute.run.workflow: is missing: give the workflow of this project to run",
            "tasks[0].execute.run.version: is 0; versions begin at 1",
            "tasks[0].rollback: must be a `run`",
            "tasks[0].cancel: is not for a task that starts a run",
            "tasks[1].rollback.run: is only for a task whose `execute` is a `run`");
  }
}
