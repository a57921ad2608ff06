package dev.pawl.dev.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.dev.startup.StartupFailure;
import dev.pawl.dev.startup.StartupFailure.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  private static final int MAJOR = 18;

  @TempDir private Path directory;

  @Test
  void a_directory_of_a_newer_pawl_is_refused() throws Exception {
    Files.writeString(directory.resolve("pawl-version"), "format=2\n");
    refused(Reason.DATA_DIRECTORY_NEWER, "a newer Pawl (format 2, this one knows up to 1)");
  }

  @Test
  void a_directory_of_a_newer_postgresql_is_refused() throws Exception {
    written("19");
    refused(Reason.DATA_DIRECTORY_NEWER, "PostgreSQL 19 (this Pawl carries 18)");
  }

  @Test
  void a_directory_of_an_older_postgresql_is_refused_with_the_way_out() throws Exception {
    written("17");
    refused(Reason.DATA_DIRECTORY_UNUSABLE, "pg_dump");
  }

  @Test
  void a_version_file_without_a_format_is_refused() throws Exception {
    Files.writeString(directory.resolve("pawl-version"), "\\u00zz garbage");
    refused(Reason.DATA_DIRECTORY_UNUSABLE, "names no format");
  }

  @Test
  void a_directory_of_something_else_is_refused_untouched() throws Exception {
    Files.writeString(directory.resolve("thesis.txt"), "final final");
    refused(Reason.DATA_DIRECTORY_UNUSABLE, "holds thesis.txt");
    assertThat(names()).containsExactly("thesis.txt");
  }

  @Test
  void a_file_in_its_place_is_refused() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThatThrownBy(() -> DataDirectory.open(file, MAJOR))
        .isInstanceOfSatisfying(
            StartupFailure.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.DATA_DIRECTORY_UNUSABLE));
  }

  @Test
  void it_can_be_opened_again_after_a_close_and_after_a_refusal() throws Exception {
    DataDirectory.open(directory, MAJOR).close();
    written("19");
    refused(Reason.DATA_DIRECTORY_NEWER, "19");
    written("18");
    try (DataDirectory data = DataDirectory.open(directory, MAJOR)) {
      assertThat(data.root()).isEqualTo(directory.toRealPath());
    }
  }

  private void written(String postgres) throws IOException {
    Files.writeString(directory.resolve("pawl-version"), "format=1\n");
    Files.createDirectories(directory.resolve("postgres"));
    Files.writeString(directory.resolve("postgres/PG_VERSION"), postgres + "\n");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private void refused(Reason reason, String words) {
    assertThatThrownBy(() -> DataDirectory.open(directory, MAJOR))
        .hasMessageContaining(words)
        .isInstanceOfSatisfying(
            StartupFailure.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
