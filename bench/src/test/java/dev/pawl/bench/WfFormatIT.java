package dev.pawl.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes of the distribution that this build has just laid out. */
@Timeout(300)
class WfFormatIT {
  private static final Path DISTRIBUTION = Path.of("..", "deploy", "target", "pawl-dist");

  @TempDir private Path directory;

  @Test
  void real_graphs_run_in_their_order_on_a_server_and_a_worker_of_their_own() throws IOException {
    assumeThat(DISTRIBUTION.resolve("bin").resolve("pawl")).as("the distribution").exists();
    System.setProperty("pawl.home", DISTRIBUTION.toAbsolutePath().normalize().toString());
    List<Path> files = new ArrayList<>(WfInstanceTest.recorded());
    files.add(Files.writeString(directory.resolve("diamond.json"), WfInstanceTest.DIAMOND));
    List<String> arguments = new ArrayList<>(List.of("wfformat", "--scale", "0.001", "-o", "json"));
    files.forEach(file -> arguments.add(file.toString()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    int exitCode =
        Main.run(
            arguments.toArray(String[]::new),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            System.err);

    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .hasSameSizeAs(files)
        .allSatisfy(
            line -> assertThat(line).contains("\"orderViolations\":0,\"sequenceFaults\":0"));
    assertThat(exitCode).isZero();
  }
}
