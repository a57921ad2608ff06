package dev.pawl.bench.chaos.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.dev.config.ServerConfiguration;
import dev.pawl.engine.cluster.ClusterSettings;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
class NodeConfigurationTest {
  @Test
  void a_server_reads_what_a_node_is_told(@TempDir Path directory) throws Exception {
    Path password = Files.writeString(directory.resolve("password"), "secret\n");
    NodeConfiguration node =
        new NodeConfiguration(
            new NodePlace(2, Loopback.address(2), 18_001, 18_002),
            new InetSocketAddress(Loopback.address(1), 18_003),
            "pawl",
            password,
            LeaseTimes.SHORT,
            new InetSocketAddress(Loopback.address(2), 18_004));
    Path file = Files.writeString(directory.resolve("node2.conf"), node.text());

    ServerConfiguration read = ServerConfiguration.read(file);

    assertThat(read.address()).isEqualTo(Loopback.address(2));
    assertThat(read.port()).isEqualTo(18_001);
    assertThat(read.database().password()).isEqualTo("secret");
    assertThat(read.database().url())
        .isEqualTo("jdbc:postgresql://127.0.0.1:18003/pawl?localSocketAddress=127.0.0.2");
    assertThat(read.leaseTimeToLive()).isEqualTo(LeaseTimes.SHORT.timeToLive());
    assertThat(read.cluster())
        .isEqualTo(new ClusterSettings("127.0.0.2", 18_002, "127.0.0.2", 18_004, List.of()));
  }
}
