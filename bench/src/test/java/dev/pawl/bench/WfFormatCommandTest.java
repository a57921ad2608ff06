package dev.pawl.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.v1.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class WfFormatCommandTest {
  @TempDir private Path directory;

  @Test
  void a_run_in_order_is_good_even_when_the_stream_breaks_again_and_again() throws IOException {
    Result result = replay(events -> {});

    assertThat(result.exitCode()).isZero();
    assertThat(result.json())
        .hasToString(
            "{\"file\":\"%s\",\"tasks\":4,\"edges\":4,\"succeeded\":4,\"orderViolations\":0,\"sequenceFaults\":0,\"makespanSeconds\":2.0,\"criticalPathSeconds\":0.115}"
                .formatted(directory.resolve("diamond.json")));
  }

  @Test
  void a_stream_in_another_order_is_told_from_the_events_alone() throws IOException {
    Result result = replay(Collections::reverse);

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.json().path("orderViolations").asInt()).isPositive();
  }

  @Test
  void an_event_that_is_missing_is_noticed() throws IOException {
    Result result = replay(List::removeFirst);

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.json().path("sequenceFaults").asInt()).isEqualTo(1);
    assertThat(result.json().path("succeeded").asInt()).isEqualTo(3);
  }

  private record Result(int exitCode, JsonNode json) {}

  private Result replay(Consumer<List<Event>> rewrite) throws IOException {
    Path file = Files.writeString(directory.resolve("diamond.json"), WfInstanceTest.DIAMOND);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (FakePawl pawl = new FakePawl(rewrite, 0)) {
      int exitCode =
          Main.run(
              new String[] {
                "wfformat",
                "--scale",
                "0.01",
                "--server",
                pawl.address(),
                "-o",
                "json",
                file.toString()
              },
              new PrintStream(out, true, StandardCharsets.UTF_8),
              System.err);
      return new Result(
          exitCode, JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8)));
    }
  }
}
