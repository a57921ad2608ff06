package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;

class HelpTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "workflow",
        "workflow apply",
        "workflow validate",
        "workflow list",
        "workflow get",
        "workflow graph",
        "task",
        "task apply",
        "task list",
        "task get",
        "run",
        "run start",
        "run list",
        "run get",
        "run explain",
        "run locate",
        "run watch",
        "run wait",
        "run logs",
        "run stop",
        "run pause",
        "run force-pause",
        "run continue",
        "run retry",
        "run rollback",
        "run pass",
        "run redo",
        "run export",
        "step",
        "step list",
        "step get",
        "step explain",
        "step logs",
        "step retry",
        "step pass",
        "lock",
        "lock list",
        "lock get",
        "lock release",
        "object",
        "object list-deleted",
        "object mark-deleted",
        "object unmark-deleted",
        "events",
        "events watch",
        "worker",
        "worker list",
        "operation",
        "operation list",
        "operation get",
        "operation watch",
        "operation cancel",
        "operation download",
        "admin",
        "admin cluster",
        "audit",
        "audit list",
        "auth",
        "auth whoami",
        "api",
        "version",
        "completion",
        "help"
      })
  void help_is_as_written_and_has_an_example(String command) {
    String[] words = (command + " --help").strip().split(" ");

    Shell.Ran ran = Shell.alone().run(words);

    assertThat(ran.exitCode()).isZero();
    assertThat(ran.err()).isEmpty();
    if (command.contains(" ") || command.isEmpty()) {
      assertThat(ran.out()).contains("Examples:");
    }
    Golden.check("help/" + (command.isEmpty() ? "pawl" : command.replace(' ', '-')), ran.out());
  }

  @Test
  void the_topic_exit_codes_lists_every_code() {
    Shell.Ran ran = Shell.alone().run("help", "exit-codes");

    assertThat(ran.exitCode()).isZero();
    for (ExitCode code : ExitCode.values()) {
      assertThat(ran.out()).contains(code.number() + "  " + code.meaning());
    }
  }

  @Test
  void the_topic_filters_shows_the_language() {
    Golden.check("help/filters", Shell.alone().run("help", "filters").out());
  }

  @Test
  void help_for_a_command_is_the_same_as_its_option() {
    assertThat(Shell.alone().run("help", "run", "start").out())
        .isEqualTo(Shell.alone().run("run", "start", "--help").out());
  }

  @Test
  void a_misspelt_command_is_corrected_and_exits_with_2() {
    Shell.Ran ran = Shell.alone().run("rum", "list");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("pawl has no command 'rum'.").contains("did you mean run?");
    assertThat(Shell.alone().run("rnu", "list").err()).contains("did you mean run?");
    assertThat(Shell.alone().run("run", "lst").err())
        .contains("pawl run has no command 'lst'.")
        .contains("did you mean list?");
    assertThat(Shell.alone().run("run", "get", "a", "b").err())
        .contains("pawl run get does not take 'b'.");
  }

  @Test
  void a_noun_alone_tells_its_verbs() {
    Shell.Ran ran = Shell.alone().run("run");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err())
        .contains(
            "start, list, get, explain, locate, watch, wait, logs, stop, pause, force-pause,");
  }

  @Command(name = "dev", description = "Start everything.")
  static final class Dev implements Runnable {
    @Override
    public void run() {}
  }

  @Command(name = "start", description = "Start a worker for real.")
  static final class WorkerStart implements Runnable {
    @Override
    public void run() {}
  }

  @Test
  void commands_of_other_modules_take_their_place_in_the_tree() {
    List<Object> extras = List.of(new Dev(), new Extension("worker", _ -> new WorkerStart()));

    assertThat(Shell.alone().run(extras, "dev").exitCode()).isZero();
    assertThat(Shell.alone().run(extras, "worker", "--help").out())
        .contains("Start a worker for real.");
    assertThat(Shell.alone().run(extras, "worker", "start", "-o", "json").exitCode()).isZero();
    assertThat(Shell.alone().run("dev").err()).contains("distribution");
  }

  @Test
  void old_words_work_and_are_not_shown() {
    assertThat(Shell.alone().run("run", "cancel", "--help").out()).contains("Stop a run");
    assertThat(Shell.alone().run("wf", "ls", "--help").out()).contains("List workflows");
    assertThat(Shell.alone().run("run", "skip", "--help").out()).contains("as succeeded");
    assertThat(Shell.alone().run("run", "rerun", "--help").out()).contains("once more");
    assertThat(Shell.alone().run("step", "skip", "--help").out()).contains("as succeeded");
    assertThat(Shell.alone().run("step", "mark-success", "--help").out()).contains("as succeeded");
    assertThat(Shell.alone().run("step", "rerun", "--help").out()).contains("Begin a step anew");
    assertThat(Shell.alone().run("run", "--help").out()).doesNotContain("cancel", "rerun", "skip");
    assertThat(Shell.alone().run("step", "--help").out()).doesNotContain("mark-success", "rerun");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh", "fish"})
  void completion_knows_every_noun(String shell) {
    assertThat(Shell.alone().run("completion", shell).out())
        .contains("workflow")
        .contains("continue")
        .contains("--param");
  }
}
