package dev.pawl.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WfInstanceTest {
  static final String DIAMOND =
      """
      {"schemaVersion": "1.5", "workflow": {
        "specification": {"tasks": [
          {"id": "Top 1", "parents": [], "children": ["left", "right"]},
          {"id": "left", "parents": ["Top 1"], "children": []},
          {"id": "right", "parents": [], "children": []},
          {"id": "bottom", "parents": ["left", "right"]}]},
        "execution": {"tasks": [
          {"id": "Top 1", "runtimeInSeconds": 1.5},
          {"id": "left", "runtimeInSeconds": 2},
          {"id": "right", "runtimeInSeconds": 10},
          {"id": "bottom", "runtimeInSeconds": 0}]}}}
      """;

  @TempDir private Path directory;

  @Test
  void an_edge_counts_once_at_whichever_end_it_is_written() throws IOException {
    WfInstance instance = read(DIAMOND);

    assertThat(instance.name()).isEqualTo("some");
    assertThat(instance.edges()).isEqualTo(4);
    assertThat(instance.tasks())
        .containsExactly(
            new WfInstance.Task("Top 1", 1.5, Set.of()),
            new WfInstance.Task("left", 2, Set.of("Top 1")),
            new WfInstance.Task("right", 10, Set.of("Top 1")),
            new WfInstance.Task("bottom", 0, Set.of("left", "right")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {                                 | is not JSON
          {"schemaVersion": "1.4"}          | is not WfFormat 1.5: schemaVersion is "1.4"
          {"schemaVersion": "1.5"}          | has no tasks
          """)
  void what_is_not_such_a_file_is_refused(String content, String fault) {
    assertThatThrownBy(() -> read(content))
        .isInstanceOf(WfInstance.MalformedFile.class)
        .hasMessageContaining("some.json: ")
        .hasMessageContaining(fault);
  }

  @Test
  void tasks_that_nobody_defined_or_executed_are_refused() {
    assertThatThrownBy(() -> read(DIAMOND.replace("[\"left\", \"right\"]}]", "[\"lefd\"]}]")))
        .hasMessageContaining("there is no task \"lefd\"");
    assertThatThrownBy(
            () -> read(DIAMOND.replace("\"id\": \"left\", \"run", "\"id\": \"lefd\", \"run")))
        .hasMessageContaining("task \"left\" was never executed");
    assertThatThrownBy(() -> read(DIAMOND.replace("\"runtimeInSeconds\": 2", "\"x\": 2")))
        .hasMessageContaining("has no runtimeInSeconds");
    assertThatThrownBy(
            () -> read(DIAMOND.replace("\"id\": \"right\", \"par", "\"id\": \"left\", \"par")))
        .hasMessageContaining("no id of its own: \"left\"");
  }

  private WfInstance read(String content) throws IOException {
    return WfInstance.read(Files.writeString(directory.resolve("some.json"), content));
  }

  /** The recorded instances, where they are. */
  static List<Path> recorded() throws IOException {
    Path folder = Path.of("..", "..", "shared", "data", "wfinstances");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }
}
