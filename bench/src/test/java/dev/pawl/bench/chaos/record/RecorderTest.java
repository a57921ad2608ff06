package dev.pawl.bench.chaos.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.bench.history.Log;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
class RecorderTest {
  private static final Log.Stored SEEN = new Log.Stored("r/t/0", 1, 2, "hash", false);

  @Test
  void what_was_recorded_is_in_the_file_before_anything_is_closed(@TempDir Path directory)
      throws IOException {
    try (Recorder recorder = Recorder.create(directory.resolve("part.jsonl"))) {
      recorder.record(SEEN);
      recorder.record(SEEN);

      assertThat(Files.readAllLines(recorder.file()))
          .hasSize(2)
          .allSatisfy(line -> assertThat(line).startsWith("{").endsWith("}"));
    }
  }

  @Test
  void it_goes_on_in_a_thread_that_was_interrupted(@TempDir Path directory) throws IOException {
    try (Recorder recorder = Recorder.create(directory.resolve("part.jsonl"))) {
      Thread.currentThread().interrupt();
      recorder.record(SEEN);
      assertThat(Thread.interrupted()).isTrue();

      recorder.record(SEEN);

      assertThat(Files.readAllLines(recorder.file())).hasSize(2);
    }
  }

  @Test
  void what_cannot_be_written_down_must_not_happen(@TempDir Path directory) throws IOException {
    Recorder recorder = Recorder.create(directory.resolve("part.jsonl"));
    recorder.close();

    assertThatThrownBy(() -> recorder.record(SEEN)).isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void a_part_that_is_there_is_not_written_over(@TempDir Path directory) throws IOException {
    Path file = Files.createFile(directory.resolve("part.jsonl"));

    assertThatThrownBy(() -> Recorder.create(file)).isInstanceOf(FileAlreadyExistsException.class);
  }
}
