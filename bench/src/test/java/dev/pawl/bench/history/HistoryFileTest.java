package dev.pawl.bench.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.bench.history.world.World;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryFileTest {
  /** One line of each kind: what version 1 of the format is. */
  private static final Path GOLDEN = Path.of("src/test/resources/history/version-1.jsonl");

  private static final Call.Refused ONE =
      new Call.Refused("o1", 17, "ABORTED", "VERSION_MISMATCH", "node-1");

  @TempDir private Path directory = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"history.jsonl", "history.jsonl.gz"})
  void a_history_comes_back_as_it_was_written(String name) throws Exception {
    History history = World.history(3, 20);
    Path file = directory.resolve(name);

    HistoryWriter.write(file, history);

    assertThat(HistoryReader.read(file)).isEqualTo(history);
  }

  @Test
  void the_format_is_the_one_that_its_version_names() throws Exception {
    if (Boolean.getBoolean("golden.update")) {
      HistoryWriter.write(GOLDEN, Samples.HISTORY);
    }
    Path written = directory.resolve("version-1.jsonl");
    HistoryWriter.write(written, Samples.HISTORY);

    assertThat(written).hasSameTextualContentAs(GOLDEN);
    assertThat(HistoryReader.read(GOLDEN)).isEqualTo(Samples.HISTORY);
  }

  @Test
  void the_samples_have_every_kind_of_observation() {
    Set<Class<?>> kinds = new HashSet<>();
    for (Observation observation : Samples.HISTORY.observations()) {
      kinds.add(observation.getClass());
      if (observation instanceof Fact fact) {
        kinds.add(fact.cause().getClass());
        kinds.add(fact.change().getClass());
      }
    }

    assertThat(kinds)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(Observation.class, Cause.class, Change.class)
                .flatMap(HistoryFileTest::leaves)
                .toList());
  }

  private static Stream<Class<?>> leaves(Class<?> type) {
    return type.isRecord()
        ? Stream.of(type)
        : Arrays.stream(type.getPermittedSubclasses()).flatMap(HistoryFileTest::leaves).distinct();
  }

  // What cannot be judged.

  private HistoryUnreadable unreadable(Path file) {
    try {
      HistoryReader.read(file);
    } catch (HistoryUnreadable e) {
      return e;
    } catch (IOException e) {
      throw new AssertionError("an unreadable file is not an I/O failure", e);
    }
    throw new AssertionError("the file could be read");
  }

  private Path file(String name, String... lines) throws IOException {
    return Files.writeString(directory.resolve(name), String.join("\n", lines) + "\n");
  }

  private List<String> sound() throws IOException {
    Path file = directory.resolve("sound.jsonl");
    HistoryWriter.write(file, new History(World.history(1, 1).manifest(), List.of(ONE, ONE, ONE)));
    return Files.readAllLines(file);
  }

  @Test
  void an_empty_file_is_no_history() throws Exception {
    assertThat(unreadable(Files.createFile(directory.resolve("x.jsonl"))))
        .hasMessageEndingWith("x.jsonl is empty");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"records\":[]}", "hello", "[1,2]", "{\"history\":{\"version\":\"one\"}}"})
  void a_file_that_begins_otherwise_is_no_history(String line) throws Exception {
    assertThat(unreadable(file("x.jsonl", line)))
        .hasMessageContaining("x.jsonl, line 1: is not the first line of a history");
  }

  @Test
  void a_version_of_another_build_is_named() throws Exception {
    assertThat(unreadable(file("x.jsonl", "{\"history\":{\"version\":9,\"moon\":true}}")))
        .hasMessageEndingWith(
            "x.jsonl, line 1: is a history of version 9; this build reads version 1");
  }

  @Test
  void a_mistake_is_named_with_its_line() throws Exception {
    List<String> lines = sound();
    for (String wrong :
        List.of(
            "{\"saw\":\"call.refused\",\"operation\":\"o1\"}",
            "{\"saw\":\"call.moved\"}",
            lines.get(1).replace("\"at\"", "\"when\""),
            lines.get(1).replace("17", "\"noon\""),
            lines.get(1).replace("\"o1\"", "null"),
            lines.get(1) + "}",
            "{")) {
      assertThat(unreadable(file("x.jsonl", lines.get(0), lines.get(1), wrong, lines.get(4))))
          .hasMessageContaining("x.jsonl, line 3: is not an observation: ");
    }
  }

  @Test
  void a_file_that_stops_in_the_middle_is_not_complete() throws Exception {
    List<String> lines = sound();
    assertThat(unreadable(file("x.jsonl", lines.get(0), lines.get(1))))
        .hasMessageEndingWith(
            "x.jsonl, line 2: the file stops without its end line: it is not complete");
    assertThat(unreadable(file("x.jsonl", lines.get(0), lines.get(1), lines.get(4))))
        .hasMessageEndingWith("line 3: the end line counts 3 observations, but there are 1");
    assertThat(unreadable(file("x.jsonl", lines.get(0), "{\"end\":{\"observations\":0}}", "{}")))
        .hasMessageEndingWith("line 3: something follows the end line");
  }

  @Test
  void a_gzip_stream_that_is_cut_off_or_is_none_is_named() throws Exception {
    Path whole = directory.resolve("whole.jsonl.gz");
    HistoryWriter.write(whole, World.history(1, 5));
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = directory.resolve("cut.jsonl.gz");
    Files.write(cut, Arrays.copyOf(bytes, bytes.length * 2 / 3));
    Path none = directory.resolve("none.jsonl.gz");
    Files.writeString(none, "hello");

    assertThat(unreadable(cut)).hasMessageContaining("the file is cut off within its gzip stream");
    assertThat(unreadable(none)).hasMessageContaining("none.jsonl.gz, line 1: is not sound gzip: ");
  }

  // What observers write.

  @Test
  void parts_become_one_history_and_a_line_that_its_writer_did_not_finish_is_left_out()
      throws Exception {
    Path one = directory.resolve("one.part");
    Path other = directory.resolve("other.part");
    try (PartWriter writer = PartWriter.create(one)) {
      writer.write(ONE);
    }
    try (PartWriter writer = PartWriter.create(other)) {
      writer.write(ONE);
    }
    Files.writeString(
        other, Files.readString(other) + "{\"saw\":\"call.ref", StandardCharsets.UTF_8);
    Manifest manifest = World.history(1, 1).manifest();
    Path file = directory.resolve("history.jsonl.gz");

    try (HistoryWriter writer = HistoryWriter.create(file, manifest)) {
      assertThat(writer.addPart(one)).isFalse();
      assertThat(writer.addPart(other)).isTrue();
      writer.add(ONE);
    }

    assertThat(HistoryReader.read(file)).isEqualTo(new History(manifest, List.of(ONE, ONE, ONE)));
  }

  @Test
  void a_part_that_is_damaged_in_the_middle_is_refused() throws Exception {
    Path part = file("one.part", "{\"saw\":", HistoryWriter.text(ONE));
    try (HistoryWriter writer =
        HistoryWriter.create(directory.resolve("history.jsonl"), World.history(1, 1).manifest())) {
      assertThatThrownBy(() -> writer.addPart(part))
          .isInstanceOf(HistoryUnreadable.class)
          .hasMessageContaining("one.part, line 1: is not an observation");
    }
  }
}
