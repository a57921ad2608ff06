package dev.pawl.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Real processes of the distribution that this build has just laid out. */
@Timeout(300)
class ThroughputIT {
  private static final Path DISTRIBUTION = Path.of("..", "deploy", "target", "pawl-dist");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void what_runs_cost_is_told_beside_the_limit_of_the_same_postgres() {
    assumeThat(DISTRIBUTION.resolve("bin").resolve("pawl")).as("the distribution").exists();
    System.setProperty("pawl.home", DISTRIBUTION.toAbsolutePath().normalize().toString());

    int exitCode =
        run(
            "throughput --warmup 0 --seconds 3 --in-flight 8 --tasks 2 --limit-seconds 1 -o json"
                .split(" "));

    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(exitCode).isZero();
    JsonNode told = JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8));
    assertThat(told.path("instrument").asString()).isEqualTo("throughput");
    assertThat(told.path("tasks").asInt()).isEqualTo(2);
    assertThat(
            List.of(
                "runsPerSecond",
                "p99Millis",
                "serverCpuSecondsPerSecond",
                "postgresCpuSecondsPerSecond",
                "workerCpuSecondsPerSecond",
                "rowsPerRun",
                "commitsPerRun",
                "journalBytesPerRun",
                "journalRowsPerSecond",
                "limitRowsPerSecond",
                "limitMultiRowsPerSecond",
                "ratioToLimit"))
        .allSatisfy(key -> assertThat(told.path(key).asDouble()).as(key).isPositive());
    // RunCreated, RunEnded, the end of each step for the run; Leased and Ended of each execution.
    assertThat(told.path("journalRowsPerRun").asDouble()).isBetween(2 + 2 * 2.0, 2 + 2 * 3.0);
  }

  @Test
  void a_server_whose_postgres_cannot_be_asked_gives_no_figure() {
    assertThat(run("throughput", "--server", "127.0.0.1:1")).isEqualTo(2);

    assertThat(err.toString(StandardCharsets.UTF_8)).contains("--data");
    assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  private int run(String... arguments) {
    return Main.run(
        arguments,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }
}
