package dev.pawl.dev;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.cli.definition.DefinitionReader;
import dev.pawl.cli.definition.DefinitionReader.Reading;
import dev.pawl.v1.Definition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExamplesTest {
  @Test
  void every_file_of_the_directory_is_an_example_and_has_no_mistake() throws Exception {
    assertThat(files()).containsExactlyInAnyOrderElementsOf(Examples.names());
    for (String name : Examples.names()) {
      Reading reading = DefinitionReader.read(Examples.file(name));
      assertThat(reading.mistakes()).as(name).isEmpty();
      assertThat(reading.documents())
          .singleElement()
          .satisfies(
              document ->
                  assertThat(document.definition().getWorkflow().getName()).isEqualTo(name));
    }
  }

  @Test
  void the_inventory_hashes_and_looks_for_licences_side_by_side() {
    Definition inventory =
        DefinitionReader.read(Examples.file(Examples.INVENTORY))
            .documents()
            .getFirst()
            .definition();
    assertThat(inventory.getWorkflow().getTasksList())
        .filteredOn(task -> task.getNeedsList().equals(java.util.List.of("scan")))
        .extracting(task -> task.getName().replaceAll("-\\d", ""))
        .containsOnly("hash", "licence")
        .hasSize(8);
    assertThat(inventory.getWorkflow().getOutputsOrThrow("csv").getOutput())
        .isEqualTo("report.csv");
  }

  private static java.util.List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../examples"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".yaml"))
          .map(file -> file.substring(0, file.length() - ".yaml".length()))
          .toList();
    }
  }
}
