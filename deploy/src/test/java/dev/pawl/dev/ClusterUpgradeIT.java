package dev.pawl.dev;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.covers.Covers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code examples/cluster-upgrade.sh}, the operator of an upgrade that goes wrong, with a server of
 * its own; the script itself looks at what was undone, in which order, and at each file.
 */
@Timeout(240)
class ClusterUpgradeIT {
  private static final Path SCRIPT = Path.of("../examples/cluster-upgrade.sh");

  @TempDir private Path directory;

  @Test
  @Covers({"OCP-26", "OCP-27"})
  void an_upgrade_that_is_aborted_leaves_every_file_as_it_was() throws Exception {
    try (DevProcess node =
        DevProcess.start(directory.resolve("node"), List.of(), List.of("--no-samples"))) {
      Path output = directory.resolve("output");
      ProcessBuilder play =
          new ProcessBuilder("bash", SCRIPT.toString(), directory.resolve("work").toString())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      play.environment().put("PAWL", launcher().toString());
      play.environment().put("PAWL_ADDRESS", node.address());
      Process process = play.start();
      try {
        assertThat(process.waitFor(180, TimeUnit.SECONDS)).as("ends by itself").isTrue();
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    }
    List<String> undone = Files.readAllLines(directory.resolve("work/trail"));
    assertThat(undone)
        .hasSize(18)
        .startsWith("undid swap-z3")
        .containsSubsequence(
            "undid swap-z3",
            "undid stop-z3",
            "undid drain-z3",
            "undid start-z2",
            "undid swap-z2",
            "undid start-z1",
            "undid swap-z1",
            "undid download")
        .endsWith("undid precheck");
    assertThat(Files.readAllLines(directory.resolve("work/trail.forward")))
        .as("the retry undid what it repeated, and nothing else")
        .filteredOn(line -> line.endsWith("start-z2") || line.startsWith("undid"))
        .containsExactly("began start-z2", "undid start-z2", "began start-z2");
  }

  /** The command line as this build has it. */
  private Path launcher() throws IOException {
    Path launcher =
        Files.writeString(
            directory.resolve("pawl"),
            """
            #!/bin/sh
            exec '%s' --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \\
              -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '%s' dev.pawl.cli.Main "$@"
            """
                .formatted(
                    Path.of(System.getProperty("java.home"), "bin", "java"),
                    System.getProperty("java.class.path")));
    return Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
  }
}
