package dev.pawl.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path directory;

  @Test
  void a_malformed_file_is_refused_before_anything_starts() throws IOException {
    Path file = Files.writeString(directory.resolve("x.json"), "{}");

    assertThat(run("wfformat", file.toString())).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("error: %s: is not WfFormat 1.5: schemaVersion is %n".formatted(file));
  }

  @Test
  void a_file_that_is_absent_is_named() {
    assertThat(run("wfformat", "/no/such/file.json")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("cannot read /no/such/file.json");
  }

  @Test
  void a_result_is_a_table_or_a_line_of_json() {
    var replay = new WfFormatCommand.Replay("a.json", 3, 2, 3, 0, 0, 1.25, 1);
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);

    Output.json(stream, replay);
    Output.table(stream, java.util.List.of(replay));

    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "{\"file\":\"a.json\",\"tasks\":3,\"edges\":2,\"succeeded\":3,\"orderViolations\":0,\"sequenceFaults\":0,\"makespanSeconds\":1.25,\"criticalPathSeconds\":1.0}",
            "FILE    TASKS  EDGES  SUCCEEDED  ORDER VIOLATIONS  SEQUENCE FAULTS  MAKESPAN SECONDS "
                + " CRITICAL PATH SECONDS",
            "a.json  3      2      3          0                 0                1.25             "
                + " 1.0");
  }

  private int run(String... args) {
    return Main.run(
        args,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @Test
  void every_micro_benchmark_works() {
    assertThat(run("micro", "--quick", "-o", "json"))
        .withFailMessage(() -> err.toString(StandardCharsets.UTF_8))
        .isZero();

    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .hasSize(22)
        .allSatisfy(line -> assertThat(line).startsWith("{\"instrument\":\"micro\""));
  }
}
