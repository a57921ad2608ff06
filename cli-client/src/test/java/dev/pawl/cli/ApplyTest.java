package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.cli.server.FakeServer;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplyTest {
  private static final String HELLO =
      """
      apiVersion: pawl/v1
      workflow:
        name: hello
        tasks:
          - name: greet
            execute: {noop: {}}
      """;
  private static final String CLEAN =
      """
      apiVersion: pawl/v1
      task:
        name: clean
        execute: {noop: {}}
      """;

  @TempDir Path directory = Path.of("target");
  private final FakeServer server = new FakeServer();
  private final Shell shell = Shell.at(server.address());

  @AfterEach
  void stop() {
    server.close();
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text).toString();
  }

  @Test
  void a_definition_is_submitted_once_and_again_without_a_change() throws Exception {
    String file = file("hello.yaml", HELLO);

    Shell.Ran first = shell.run("workflow", "apply", "-f", file, "--reason", "new");

    assertThat(first.exitCode()).isZero();
    assertThat(first.out()).isEqualTo("workflow hello  v1  applied\n");
    assertThat(first.err()).contains("pawl run start hello --wait");
    assertThat(server.workflows.submitted)
        .singleElement()
        .satisfies(
            request -> {
              assertThat(request.getReason()).isEqualTo("new");
              assertThat(request.getRequestId()).hasSize(36);
              assertThat(request.getRequestId().charAt(14)).isEqualTo('7');
            });
    assertThat(shell.run("workflow", "apply", "-f", file).out())
        .isEqualTo("workflow hello  v1  unchanged\n");
  }

  @Test
  void a_directory_is_applied_whole_and_of_every_kind() throws Exception {
    file("hello.yaml", HELLO);
    file("clean.yml", CLEAN);
    file("notes.txt", "not a definition");
    file(".hidden.yaml", "broken: [");

    Shell.Ran ran = shell.run("workflow", "apply", "-f", directory.toString(), "-q");

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.out()).isEqualTo("clean\nhello\n");
    assertThat(server.tasks.byName).containsKey("projects/default/tasks/clean");
    assertThat(server.workflows.byName).containsKey("projects/default/workflows/hello");
  }

  @Test
  void the_standard_input_and_another_project_can_be_used() {
    Shell.Ran ran = shell.typing(CLEAN).run("task", "apply", "-f", "-", "-p", "core", "-o", "name");

    assertThat(ran.out()).isEqualTo("projects/core/tasks/clean\n");
  }

  @Test
  void with_a_mistake_in_any_file_nothing_is_sent() throws Exception {
    file("a.yaml", HELLO);
    String broken = file("b.yaml", HELLO.replace("noop", "nop").replace("name: hello", "nme: hi"));

    Shell.Ran ran = shell.run("workflow", "apply", "-f", directory.toString());

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .contains(broken + ":3:3: error: nme: unknown field")
        .contains("did you mean \"name\"?")
        .contains(broken + ":6:17: error: tasks[0].execute.nop: unknown field")
        .endsWith("2 errors, nothing applied.\n");
    assertThat(server.workflows.submitted).isEmpty();
  }

  @Test
  void what_only_the_server_finds_is_shown_in_the_file_and_nothing_is_applied() throws Exception {
    file("a.yaml", HELLO);
    String refused = file("b.yaml", HELLO.replace("name: hello", "name: other"));
    server.workflows.refusals.put(
        "other",
        PawlErrors.toException(
            new PawlError(
                Status.Code.INVALID_ARGUMENT,
                "the definition has a mistake",
                Optional.of("INVALID_DEFINITION"),
                Map.of(),
                List.of(
                    new PawlError.FieldViolation(
                        "workflow.tasks[0].execute.noop", "is not wanted today")),
                Optional.empty())));

    Shell.Ran ran = shell.run("workflow", "apply", "-f", directory.toString());

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err())
        .contains(refused + ":6:17: error: tasks[0].execute.noop: is not wanted today")
        .contains("1 error, nothing applied.");
    assertThat(server.workflows.byName).isEmpty();
  }

  @Test
  void the_same_name_twice_is_a_mistake() throws Exception {
    file("a.yaml", HELLO);
    file("b.yaml", HELLO);

    Shell.Ran ran = shell.run("workflow", "apply", "-f", directory.toString());

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("b.yaml:3:9: error: name: workflow hello is defined twice");
    assertThat(server.workflows.submitted).isEmpty();
  }

  @Test
  void a_dry_run_changes_nothing() throws Exception {
    Shell.Ran ran = shell.run("workflow", "apply", "-f", file("hello.yaml", HELLO), "--dry-run");

    assertThat(ran.out()).isEqualTo("workflow hello  v1  would be applied\n");
    assertThat(server.workflows.byName).isEmpty();
  }

  @Test
  void validation_needs_no_server_and_speaks_to_programs_too() throws Exception {
    String good = file("good.yaml", HELLO);
    String bad = file("bad.yaml", HELLO.replace("pawl/v1", "pawl/v9"));

    assertThat(Shell.alone().run("workflow", "validate", good).err())
        .isEqualTo(good + ": workflow hello is valid\n");
    Shell.Ran ran = Shell.alone().run("workflow", "validate", "-f", bad, "-o", "jsonl");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).contains("\"path\":\"apiVersion\"").contains("\"line\":1,");
  }

  @Test
  void a_file_above_the_limit_or_of_another_encoding_is_refused_clearly() throws Exception {
    String large = file("large.yaml", HELLO + "#" + "x".repeat(3 * 1024 * 1024));
    assertThat(shell.run("workflow", "apply", "-f", large))
        .satisfies(ran -> assertThat(ran.exitCode()).isEqualTo(2))
        .satisfies(ran -> assertThat(ran.err()).contains("larger than 3 MiB"));
    Path latin = directory.resolve("latin.yaml");
    Files.write(latin, new byte[] {'a', ':', '\n', (byte) 0xe9, '\n'});
    assertThat(shell.run("workflow", "apply", "-f", latin.toString()))
        .satisfies(ran -> assertThat(ran.exitCode()).isEqualTo(2))
        .satisfies(ran -> assertThat(ran.err()).contains("not UTF-8").contains("line 2"));
    assertThat(server.workflows.submitted).isEmpty();
  }

  @Test
  void one_request_id_is_for_one_definition() throws Exception {
    file("hello.yaml", HELLO);
    file("clean.yml", CLEAN);

    assertThat(
            shell
                .run("workflow", "apply", "-f", directory.toString(), "--request-id", "x")
                .exitCode())
        .isEqualTo(2);
    shell.run("workflow", "apply", "-f", file("hello.yaml", HELLO), "--request-id", "my-id");
    assertThat(server.workflows.submitted.getLast().getRequestId()).isEqualTo("my-id");
  }
}
