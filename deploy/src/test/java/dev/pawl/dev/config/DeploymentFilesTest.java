package dev.pawl.dev.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The configurations that the deployments ship are ones that a server takes. */
class DeploymentFilesTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"compose/server.conf", "helm/pawl/files/server.conf"})
  void a_server_takes_the_configuration(String file) throws Exception {
    ServerConfiguration configuration = ServerConfiguration.read(inContainer(file));
    assertThat(configuration.address().isAnyLocalAddress()).isTrue();
    assertThat(configuration.trustedNetwork()).isTrue();
    assertThat(configuration.port()).isEqualTo(7171);
    assertThat(configuration.cluster().port()).isEqualTo(7170);
    assertThat(configuration.cluster().advertisedHost()).isEqualTo("pawl-1");
  }

  /** With what the environment of a container would say, and without its files. */
  private Path inContainer(String file) throws IOException {
    String text =
        Files.readString(Path.of(file))
            .replace("${?PAWL_CLUSTER_ADVERTISED_ADDRESS}", "pawl-1")
            .replace("password-file", "password");
    return Files.writeString(directory.resolve("server.conf"), text);
  }

  @Test
  void compose_names_every_node_to_the_workers() throws IOException {
    String compose = Files.readString(Path.of("compose.yaml"));
    for (int node = 1; node <= 3; node++) {
      assertThat(compose)
          .contains("  pawl-%d:\n".formatted(node))
          .contains("PAWL_CLUSTER_ADVERTISED_ADDRESS: pawl-%d}".formatted(node))
          .contains("pawl-%d:7171".formatted(node));
    }
  }
}
