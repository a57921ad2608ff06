package dev.pawl.dev.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.pawl.covers.Covers;
import dev.pawl.dev.input.Terminal.Ran;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Definition files with mistakes, through the command line: {@code §} marks each place that the
 * command must point at, and there are no more.
 */
@Timeout(60)
@ExtendWith(NodeExtension.class)
class DefinitionFileIT {
  private static final String LONG = "x".repeat(10_000);

  private final Node node;
  private final Terminal terminal;

  @TempDir private Path directory;

  DefinitionFileIT(Node node) {
    this.node = node;
    this.terminal = Terminal.at(node);
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        arguments("no YAML", workflow("tasks: [a, b", "extra§: {"), says("this is not YAML")),
        arguments(
            "an unknown field",
            tasks("- {name: greet, §excute: {noop: {}}}"),
            says("tasks[0].excute: unknown field", "did you mean \"execute\"?")),
        arguments(
            "an unknown upstream",
            tasks(
                "- {name: greet, execute: {noop: {}}}",
                "- {name: b, needs: [§greeet], " + "execute: {noop: {}}}"),
            says("tasks[1].needs[0]: no task is named \"greeet\"", "did you mean \"greet\"?")),
        arguments(
            "a cycle",
            tasks(
                "- {name: a, needs: [§c], execute: {noop: {}}}",
                "- {name: b, needs: [a], execute: {noop: {}}}",
                "- {name: c, needs: [b], execute: {noop: {}}}"),
            says("the tasks need each other in a cycle: a -> c -> b -> a")),
        arguments(
            "a task that needs itself",
            tasks("- {name: a, needs: [§a], execute: {noop: {}}}"),
            says("a task cannot need itself")),
        arguments(
            "a name that is there twice",
            tasks("- {name: a, execute: {noop: {}}}", "- {name: §a, execute: {noop: {}}}"),
            says("\"a\" is already the name of tasks[0]")),
        arguments("an empty graph", workflow("§tasks: []"), says("a workflow has at least one")),
        arguments("no graph", workflow(""), says("a workflow has at least one")),
        arguments(
            "a negative duration",
            tasks("- {name: a, execute: {noop: {}, timeout: §-5s}}"),
            says("tasks[0].execute.timeout: is negative; give 1 s to 365 days")),
        arguments(
            "an absurd duration",
            tasks("- {name: a, execute: {noop: {duration: §3000000h}}}"),
            says("is longer than 365 days")),
        arguments(
            "a duration beyond all time",
            tasks("- {name: a, execute: {noop: {duration: §99999999999999999999s}}}"),
            says("must be a duration such as 600s, 10m or 1h30m")),
        arguments(
            "a duration without its unit",
            tasks("- {name: a, execute: {noop: {}, timeout: §600}}"),
            says("must be a duration with its unit", "did you mean \"600s\"?")),
        arguments(
            "a back-off that cannot be",
            tasks(
                "- {name: a, execute: {noop: {}}, retry: {maxAttempts: §-1, fixed: {interval: "
                    + "§0s}}}"),
            says("is -1; give 1 to 1,000", "is 0 s; give 1 ms to 365 days")),
        arguments(
            "a name with a control character",
            tasks("- {name: §\"a\\u0007b\", execute: {noop: {}}}"),
            says("\"a\\u0007b\" is not a name: it holds the control character U+0007")),
        arguments(
            "a name with path separators",
            tasks("- {name: §../../etc/passwd, execute: {noop: {}}}"),
            says("is not a name: it holds the path separator /")),
        arguments(
            "a name of 10,000 characters",
            tasks("- {name: §" + LONG + ", execute: {noop: {}}}"),
            says("it has 10,000 characters")),
        arguments(
            "an unknown runner",
            tasks("- {name: a, execute: {§shel: {script: ls}}}"),
            says("tasks[0].execute.shel: unknown field", "did you mean \"shell\"?")),
        arguments(
            "no runner",
            tasks("- {name: a, §execute: {timeout: 5s}}"),
            says("has no runner: give exactly one of shell, http, java, noop, run")),
        arguments(
            "two runners",
            tasks("- {name: a, execute: {noop: {}, §shell: {script: ls}}}"),
            says(
                "only one of shell, http, java, noop, sql, run may be there, and noop already is")),
        arguments(
            "an output that nobody declares",
            tasks(
                "- {name: a, execute: {noop: {}}}",
                "- {name: b, needs: [a], inputs: {x: {output: §a.rows}}, execute: {noop: {}}}"),
            says("\"a\" declares no outputs")),
        arguments(
            "everything at once",
            """
            apiVersion: §pawl/v7
            workflow:
              name: §Bad_Input
              timeout: §-1s
              tasks:
                - {name: a, needs: [§b], execute: {noop: {}}}
                - {name: b, needs: [a], execute: {§sell: {}}}
                - {name: §a, needs: [§nobody], execute: {noop: {}}}
            """,
            says(
                "must be \"pawl/v1\"",
                "\"Bad_Input\" is not a name",
                "is negative",
                "in a cycle: a -> b -> a",
                "unknown field",
                "already the name of tasks[0]",
                "no task is named \"nobody\"")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  @Covers("OCP-53")
  void a_file_with_a_mistake_is_refused_at_its_place_and_nothing_is_stored(
      String what, String marked, List<String> says) throws Exception {
    refuse(marked, says);
  }

  @Test
  void every_field_of_a_later_release_is_refused_by_its_name() throws Exception {
    String example;
    try (InputStream content =
        Objects.requireNonNull(
            DefinitionFileIT.class.getResourceAsStream("definition-example.yaml"))) {
      // The head of the file explains the mark.
      example =
          new String(content.readAllBytes(), StandardCharsets.UTF_8)
              .replaceFirst("with § before", "with a mark before");
    }
    refuse(
        example,
        says(
            "`schedules` is not supported yet: it belongs to schedules",
            "`when`",
            "`expression`",
            "`shards`",
            "`success`",
            "`broadcast`",
            "`sql`"));
    refuse(
        """
        apiVersion: pawl/v1
        §stream: {name: clicks, execute: {java: {handler: clicks}}}
        """,
        says("`stream`"));
  }

  @Test
  void the_mistakes_of_all_files_are_reported_at_once_and_the_good_ones_are_not_applied()
      throws Exception {
    Files.writeString(directory.resolve("good.yaml"), tasks("- {name: a, execute: {noop: {}}}"));
    Files.writeString(
        directory.resolve("one.yaml"),
        """
        apiVersion: pawl/v1
        workflow: {nme: x, tasks: [{name: a, execute: {noop: {}}}]}
        """);
    Files.writeString(directory.resolve("two.yaml"), "apiVersion: pawl/v1\ntask: [\n");
    long before = node.journalRows();
    Ran ran = terminal.run("workflow", "apply", "-f", directory.toString());
    assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(2);
    assertThat(ran.err())
        .contains("one.yaml:2:12: error: nme: unknown field", "two.yaml:3:1: error: this is not")
        .endsWith("2 errors, nothing applied.\n");
    assertThat(node.journalRows()).isEqualTo(before);
    assertThat(terminal.run("workflow", "get", "bad-input").exitCode()).isEqualTo(3);
  }

  @Test
  void a_workflow_of_10_001_tasks_is_refused() throws Exception {
    String tasks =
        IntStream.rangeClosed(0, 10_000)
            .mapToObj("    - {name: t%d, execute: {noop: {}}}\n"::formatted)
            .collect(Collectors.joining());
    refuse(
        "apiVersion: pawl/v1\nworkflow:\n  name: bad-input\n  §tasks:\n" + tasks,
        says("has 10,001 tasks; at most 10,000: split the workflow"));
  }

  @Test
  void a_file_above_the_size_limit_is_refused() throws Exception {
    String script = "#".repeat(3 * 1024 * 1024);
    Path file =
        Files.writeString(
            directory.resolve("large.yaml"),
            tasks("- {name: a, execute: {shell: {script: '" + script + "'}}}"));
    long before = node.journalRows();
    Ran ran = terminal.run("workflow", "apply", "-f", file.toString());
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("large.yaml is larger than 3 MiB", "the limit of a definition");
    assertThat(node.journalRows()).isEqualTo(before);
  }

  @Test
  void a_file_that_is_no_text_is_refused() throws Exception {
    Path file = directory.resolve("binary.yaml");
    Files.write(file, new byte[] {'a', ':', '\n', (byte) 0xff, (byte) 0xfe});
    Ran ran = terminal.run("workflow", "apply", "-f", file.toString());
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("binary.yaml is not UTF-8 text: line 2");
    Ran absent = terminal.run("workflow", "apply", "-f", directory.resolve("no.yaml").toString());
    assertThat(absent.exitCode()).isEqualTo(2);
    assertThat(absent.err()).contains("There is no file", "no.yaml");
  }

  /** Applies the text and expects one error at each of its marks, in order, and no other. */
  private void refuse(String marked, List<String> says) throws IOException {
    MarkedText file = MarkedText.of(marked);
    Path path = Files.writeString(directory.resolve("flow.yaml"), file.text());
    long before = node.journalRows();
    long contents = node.contents();

    Ran ran = terminal.run("workflow", "apply", "-f", path.toString());

    assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .contains(says)
        .endsWith(
            file.places().size() == 1
                ? "1 error, nothing applied.\n"
                : file.places().size() + " errors, nothing applied.\n");
    assertThat(ran.err().lines().filter(line -> line.startsWith(path.toString())))
        .as(ran.err())
        .map(line -> line.substring(path.toString().length() + 1))
        .map(line -> line.substring(0, line.indexOf(": ")))
        .containsExactlyElementsOf(file.places());
    assertThat(ran.err().lines())
        .as("a line that nobody can read")
        .allMatch(line -> line.length() < 400);
    assertThat(node.journalRows()).isEqualTo(before);
    assertThat(node.contents()).isEqualTo(contents);
  }

  private static List<String> says(String... fragments) {
    return List.of(fragments);
  }

  private static String workflow(String... lines) {
    return "apiVersion: pawl/v1\n%sworkflow:\n  name: bad-input\n%s"
        .formatted(
            lines[0].isEmpty() ? "§" : "",
            Arrays.stream(lines).map(line -> "  " + line + "\n").collect(Collectors.joining()));
  }

  private static String tasks(String... lines) {
    return workflow(
        Stream.concat(Stream.of("tasks:"), Arrays.stream(lines).map(line -> "  " + line))
            .toArray(String[]::new));
  }
}
