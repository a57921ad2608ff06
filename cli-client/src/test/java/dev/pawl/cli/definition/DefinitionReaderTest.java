package dev.pawl.cli.definition;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.pawl.cli.render.Style;
import dev.pawl.v1.Definition;
import dev.pawl.v1.Profile;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.ValueType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefinitionReaderTest {
  private static final Style PLAIN = new Style(false, true);

  private static DefinitionReader.Reading read(String text) {
    return DefinitionReader.read(SourceFile.of("flow.yaml", text));
  }

  private static List<String> mistakes(String text) {
    return read(text).mistakes().stream().map(mistake -> mistake.lines(PLAIN).getFirst()).toList();
  }

  private static String all(String text) {
    return read(text).mistakes().stream()
        .flatMap(mistake -> mistake.lines(PLAIN).stream())
        .collect(Collectors.joining("\n"));
  }

  private static Definition valid(String text) {
    DefinitionReader.Reading reading = read(text);
    assertThat(reading.mistakes()).isEmpty();
    return reading.documents().getFirst().definition();
  }

  private static String workflow(String... taskLines) {
    return """
    apiVersion: pawl/v1
    workflow:
      name: sales
      tasks:
        - name: load
          execute: {noop: {}}
    """
        + String.join("\n", taskLines);
  }

  @Test
  void a_definition_is_read_with_short_enums_and_durations() {
    Definition definition =
        valid(
            """
            apiVersion: pawl/v1
            workflow:
              name: sales
              profile: OPS
              timeout: 1h30m
              labels: {team: core}
              parameters:
                - {name: rows, type: VALUE_TYPE_INTEGER, default: 12}
                - {name: zones, type: LIST, default: [z1, {deep: true}]}
              tasks:
                - name: load
                  execute: {shell: {script: "./load.sh"}, timeout: 600s}
                  inputs:
                    rows: {parameter: rows}
            """);

    assertThat(definition.getWorkflow().getProfile()).isEqualTo(Profile.PROFILE_OPS);
    assertThat(definition.getWorkflow().getTimeout())
        .isEqualTo(Duration.newBuilder().setSeconds(5400).build());
    assertThat(definition.getWorkflow().getLabelsMap()).containsEntry("team", "core");
    assertThat(definition.getWorkflow().getParameters(0).getType())
        .isEqualTo(ValueType.VALUE_TYPE_INTEGER);
    assertThat(definition.getWorkflow().getParameters(0).getDefault().getNumberValue())
        .isEqualTo(12);
    assertThat(
            definition
                .getWorkflow()
                .getParameters(1)
                .getDefault()
                .getListValue()
                .getValues(1)
                .getStructValue()
                .getFieldsMap())
        .containsKey("deep");
    TaskSpec task = definition.getWorkflow().getTasks(0);
    assertThat(task.getExecute().getTimeout().getSeconds()).isEqualTo(600);
    assertThat(task.getInputsOrThrow("rows").getParameter()).isEqualTo("rows");
  }

  @Test
  void json_is_read_as_well_and_tabs_do_not_matter_there() {
    Definition definition =
        valid(
            "{\n"
                + "\t\"apiVersion\": \"pawl/v1\",\n"
                + "\t\"task\": {\"name\": \"clean\", \"execute\": {\"noop\": {}}}\n"
                + "}\n");

    assertThat(definition.getTask().getName()).isEqualTo("clean");
  }

  @Test
  void words_that_yaml_1_1_took_for_booleans_are_text() {
    assertThat(
            valid(workflow().replace("name: sales", "name: sales\n  owners: [yes, no, on]"))
                .getWorkflow()
                .getOwnersList())
        .containsExactly("yes", "no", "on");
  }

  @Test
  void an_unknown_upstream_is_shown_at_its_place_with_what_was_meant() {
    assertThat(
            all(workflow("    - name: report", "      needs: [lod]", "      execute: {noop: {}}")))
        .contains("flow.yaml:8:15: error: tasks[1].needs[0]: ")
        .contains("      8 |       needs: [lod]")
        .contains("        |               ^^^  did you mean \"load\"?");
  }

  @Test
  void an_unknown_field_is_not_called_missing_as_well() {
    assertThat(
            all(
                """
                apiVersion: pawl/v1
                workflow:
                  name: sales
                  tasks:
                    - name: load
                      exeucte: {noop: {}}
                """))
        .isEqualTo(
            """
            flow.yaml:6:7: error: tasks[0].exeucte: unknown field
                  6 |       exeucte: {noop: {}}
                    |       ^^^^^^^  did you mean "execute"?\
            """);
  }

  @Test
  void snake_case_is_not_the_format_but_is_understood() {
    assertThat(all(workflow().replace("name: sales", "name: sales\n  display_name: Sales")))
        .contains("did you mean \"displayName\"?");
  }

  @Test
  void an_unknown_runner_names_the_known_ones() {
    assertThat(mistakes(workflow().replace("noop", "python")))
        .singleElement()
        .asString()
        .startsWith("flow.yaml:6:17: error: tasks[0].execute.python: unknown field")
        .contains("shell, http, java, noop, sql, run");
  }

  @Test
  void all_mistakes_of_a_file_come_at_once_in_the_order_of_the_text() {
    assertThat(
            mistakes(
                """
                apiVersion: pawl/v1
                workflow:
                  name: sales
                  profile: ops
                  timeout: 10
                  maxInFlight: many
                  tasks:
                    - name: load
                      keepRunning: "yes"
                      retry: {maxAttempts: 3, fixed: {interval: 5x}}
                      execute: {noop: {}}
                    - name: load
                      nedes: [load]
                      execute: {noop: {}}
                """))
        .satisfiesExactly(
            line ->
                assertThat(line).startsWith("flow.yaml:4:12: error: profile: must be one of OPS"),
            line ->
                assertThat(line).startsWith("flow.yaml:5:12: error: timeout: must be a duration"),
            line ->
                assertThat(line).startsWith("flow.yaml:6:16: error: maxInFlight: must be a whole"),
            line ->
                assertThat(line).startsWith("flow.yaml:9:20: error: tasks[0].keepRunning: must be"),
            line ->
                assertThat(line)
                    .startsWith("flow.yaml:10:49: error: tasks[0].retry.fixed.interval: must be"),
            line -> assertThat(line).startsWith("flow.yaml:12:13: error: tasks[1].name: "),
            line -> assertThat(line).startsWith("flow.yaml:13:7: error: tasks[1].nedes: unknown"));
  }

  @Test
  void a_key_that_is_there_twice_is_shown_where_it_comes_again() {
    assertThat(mistakes(workflow("      group: a", "      group: b")))
        .containsExactly(
            "flow.yaml:8:7: error: tasks[0].group: is there twice, first in line 7; remove one");
    assertThat(mistakes(workflow().replace("name: sales", "name: sales\n  labels: {a: x, a: y}")))
        .singleElement()
        .asString()
        .contains("flow.yaml:4:18: error: labels.a: is there twice");
  }

  @Test
  void only_one_member_of_a_choice_may_be_there() {
    assertThat(mistakes(workflow().replace("{noop: {}}", "{noop: {}, java: {handler: x}}")))
        .singleElement()
        .asString()
        .contains("tasks[0].execute.java: only one of shell, http, java, noop, sql, run")
        .contains("noop already is");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "name: 12; name: must be text, is the number 12; quote it",
        "name: [a]; name: must be text, is a list",
        "tasks: none; tasks: must be a list, is the text \"none\"",
        "labels: [a]; labels: must be a mapping, is a list",
        "labels: {a: 1}; labels.a: must be text, is the number 1; quote it",
        "maxInFlight: 99999999999; maxInFlight: must be from -2147483648 to 2147483647, is"
            + " 99999999999",
        "timeout: 99999999999999999h; timeout: must be a duration",
      })
  void a_wrong_type_says_what_is_wanted_and_what_is_there(String field, String message) {
    String text = "apiVersion: pawl/v1\nworkflow:\n  " + field + "\n";

    assertThat(mistakes(text)).anySatisfy(line -> assertThat(line).contains(message));
  }

  @Test
  void text_that_is_no_yaml_has_its_place() {
    assertThat(mistakes("apiVersion: pawl/v1\nworkflow:\n  name: [a\n  tasks: b\n"))
        .singleElement()
        .asString()
        .startsWith("flow.yaml:4:")
        .contains("this is not YAML");
    assertThat(mistakes("a: b\u0001c\n"))
        .containsExactly("flow.yaml:1:5: error: the character U+0001 may not be in a YAML file");
    assertThat(mistakes("\t- a\n")).singleElement().asString().startsWith("flow.yaml:1:1");
  }

  @Test
  void a_file_without_a_definition_says_so() {
    assertThat(mistakes("")).singleElement().asString().contains("holds no definition");
    assertThat(mistakes("# nothing\n---\n")).singleElement().asString().contains("no definition");
    assertThat(mistakes("- a\n"))
        .first()
        .asString()
        .contains("must be a mapping of fields, is a list");
    assertThat(mistakes("apiVersion: pawl/v1\n")).isNotEmpty();
  }

  @Test
  void several_documents_of_a_file_are_several_definitions() {
    String second = "---\napiVersion: pawl/v1\ntask: {name: clean, execute: {noop: {}}}\n";

    DefinitionReader.Reading reading = read(workflow() + "\n" + second);

    assertThat(reading.mistakes()).isEmpty();
    assertThat(reading.documents())
        .extracting(DefinitionDocument::title)
        .containsExactly("workflow sales", "task clean");
  }

  @Test
  void an_alias_that_unfolds_without_end_is_refused_in_time() {
    String bomb =
        IntStream.rangeClosed(1, 40)
            .mapToObj(i -> "      - &a%d [*a%d, *a%d]\n".formatted(i, i - 1, i - 1))
            .collect(Collectors.joining());

    assertThat(
            mistakes(
                "apiVersion: pawl/v1\n"
                    + "workflow:\n"
                    + "  parameters:\n"
                    + "  - name: x\n"
                    + "    default:\n"
                    + "      - &a0 [1]\n"
                    + bomb))
        .anySatisfy(line -> assertThat(line).contains("use fewer aliases"));
    assertThat(
            mistakes(
                "apiVersion: pawl/v1\n"
                    + "workflow:\n"
                    + "  parameters:\n"
                    + "  - name: x\n"
                    + "    default: &a [*a]\n"))
        .anySatisfy(line -> assertThat(line).contains("an alias may hold itself"));
  }

  @Test
  void numbers_that_json_would_change_are_refused() {
    assertThat(
            mistakes(
                workflow()
                    .replace(
                        "name: sales",
                        "name: sales\n"
                            + "  parameters: [{name: n, type: INTEGER, default:"
                            + " 9007199254740993}]")))
        .anySatisfy(line -> assertThat(line).contains("would lose digits"));
  }

  @Test
  void a_line_of_a_thousand_characters_is_shown_in_part() {
    String line = "{apiVersion: pawl/v1, " + " ".repeat(1000) + "workflw: {}}";

    List<String> shown = read(line).mistakes().getFirst().lines(PLAIN);

    assertThat(shown.get(1).length()).isLessThan(140);
    int caret = shown.get(2).indexOf('^');
    assertThat(shown.get(1).substring(caret)).startsWith("workflw");
  }

  @Test
  void a_caret_stands_below_wide_characters() {
    List<String> shown =
        read("apiVersion: pawl/v1\nworkflow: {displayName: 数据, nme: x}\n").mistakes().stream()
            .filter(mistake -> mistake.path().endsWith("nme"))
            .findFirst()
            .orElseThrow()
            .lines(PLAIN);

    assertThat(shown.get(0)).startsWith("flow.yaml:2:29:");
    // Two characters take four columns.
    assertThat(shown.get(2).indexOf('^')).isEqualTo(shown.get(1).indexOf("nme") + 2);
  }

  @ParameterizedTest
  @CsvSource({
    "10m, 600, 0",
    "1h30m, 5400, 0",
    "600s, 600, 0",
    "1.5s, 1, 500000000",
    "250ms, 0, 250000000",
    "2d, 172800, 0",
    "-5s, -5, 0",
    "0s, 0, 0"
  })
  void durations_are_read(String text, long seconds, int nanos) {
    assertThat(DurationText.parse(text))
        .contains(Duration.newBuilder().setSeconds(seconds).setNanos(nanos).build());
  }

  @ParameterizedTest
  @CsvSource({"10", "m", "''", "-", "10 m", "1h-5m", "5x", "1e3s", "PT5M"})
  void what_is_no_duration_is_refused(String text) {
    assertThat(DurationText.parse(text)).isEmpty();
  }

  @Test
  void the_examples_are_valid() throws Exception {
    try (var files = Files.list(Path.of("../examples"))) {
      List<Path> examples = files.filter(file -> file.toString().endsWith(".yaml")).toList();
      assertThat(examples).isNotEmpty();
      for (Path example : examples) {
        assertThat(
                DefinitionReader.read(SourceFile.of(example.toString(), Files.readString(example)))
                    .mistakes())
            .isEmpty();
      }
    }
  }

  @Test
  void ten_thousand_tasks_are_read_in_moments() {
    String tasks =
        IntStream.range(0, 10_000)
            .mapToObj(i -> "    - {name: t%d, execute: {noop: {}}}\n".formatted(i))
            .collect(Collectors.joining());

    assertThat(
            valid("apiVersion: pawl/v1\nworkflow:\n  name: big\n  tasks:\n" + tasks)
                .getWorkflow()
                .getTasksCount())
        .isEqualTo(10_000);
  }
}
