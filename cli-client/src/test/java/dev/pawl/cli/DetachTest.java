package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.cli.server.FakeServer;
import dev.pawl.v1.RunState;
import dev.pawl.v1.SnapshotEnd;
import dev.pawl.v1.WatchResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class DetachTest {
  @Test
  @EnabledOnOs(OS.LINUX)
  void ctrl_c_detaches_with_130_and_tells_how_to_come_back() throws Exception {
    try (FakeServer server = new FakeServer()) {
      server.runs.put(Sample.run(RunState.RUN_STATE_RUNNING));
      server.watch.then(
          observer ->
              observer.onNext(
                  WatchResponse.newBuilder()
                      .setCursor("c1")
                      .setSnapshotEnd(SnapshotEnd.getDefaultInstance())
                      .build()));
      Process pawl =
          // A build in the background ignores the signal, and hands that down.
          new ProcessBuilder(
                  "env",
                  "--default-signal=INT",
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  "dev.pawl.cli.Main",
                  "--address",
                  server.address(),
                  "run",
                  "watch",
                  Sample.ID)
              .start();
      try {
        // It reads the logs once it shows the run.
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> !server.logs.requests.isEmpty());
        assertThat(new ProcessBuilder("kill", "-INT", Long.toString(pawl.pid())).start().waitFor())
            .isZero();

        assertThat(pawl.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(pawl.exitValue()).isEqualTo(130);
        assertThat(new String(pawl.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
            .contains("Detached; the run goes on. Follow it again: pawl run watch 07f3k2xy");
        assertThat(server.runs.commanded).isEmpty();
      } finally {
        pawl.destroyForcibly();
      }
    }
  }
}
