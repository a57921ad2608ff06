package dev.pawl.dev;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.pawl.client.PawlChannels;
import dev.pawl.dev.postgres.EmbeddedPostgres;
import dev.pawl.v1.GetWorkflowRequest;
import dev.pawl.v1.Workflow;
import dev.pawl.v1.WorkflowServiceGrpc;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code pawl dev} as its users have it: a process. */
@Timeout(240)
class DevProcessIT {
  @TempDir private Path directory;

  @Test
  void the_ready_file_says_where_it_serves_and_sigterm_stops_it_in_order() throws Exception {
    DevProcess node = DevProcess.start(directory, List.of(), List.of());
    JsonObject ready =
        JsonParser.parseString(Files.readString(directory.resolve("ready.json"))).getAsJsonObject();
    assertThat(ready.get("address").getAsString())
        .isEqualTo(node.address())
        .startsWith("127.0.0.1:");
    assertThat(ready.get("pid").getAsLong()).isEqualTo(node.pid());
    assertThat(ready.get("dataDirectory").getAsString())
        .isEqualTo(directory.resolve("data").toRealPath().toString());
    assertThat(workflow(node.address(), "hello").getVersion()).isEqualTo(1);

    // As timeout(1) does it: the process and its group are both told.
    ProcessHandle.of(node.pid()).orElseThrow().destroy();
    assertThat(node.stop()).isZero();
    assertThat(directory.resolve("ready.json")).doesNotExist();
    assertThat(directory.resolve("data/postgres/postmaster.pid")).doesNotExist();
    assertThat(node.output()).contains("stopped").doesNotContain("Exception", "WARN", "ERROR");
    assertThat(node.output())
        .doesNotContain(Files.readString(directory.resolve("data/password")).strip());
  }

  @Test
  void asked_for_metrics_it_says_where_they_are_and_is_ready() throws Exception {
    try (DevProcess node =
            DevProcess.start(
                directory,
                List.of(),
                List.of("--no-samples", "--no-worker", "--metrics-port", "0"));
        HttpClient client = HttpClient.newHttpClient()) {
      String address = node.metricsAddress().orElseThrow();
      assertThat(address).startsWith("127.0.0.1:");
      HttpRequest ready =
          HttpRequest.newBuilder(URI.create("http://" + address + "/readyz")).build();
      assertThat(client.send(ready, BodyHandlers.ofString()).body()).isEqualTo("ready\n");
    }
    assertThat(Files.readString(directory.resolve("output"))).contains("/metrics");
  }

  @Test
  void killed_and_started_again_it_has_its_data_on_the_same_address() throws Exception {
    try (DevProcess node = DevProcess.start(directory, List.of(), List.of("--no-worker"))) {
      Workflow before = workflow(node.address(), "flaky-upgrade");
      String address = node.address();
      assertThat(node.output()).contains("Try:  grpcurl -plaintext " + address + " list");
      node.kill();
      node.restart();
      assertThat(node.address()).isEqualTo(address);
      assertThat(workflow(address, "flaky-upgrade")).isEqualTo(before);
    }
  }

  @Test
  void a_second_node_on_the_same_data_is_refused() throws Exception {
    try (DevProcess node =
        DevProcess.start(directory, List.of(), List.of("--no-worker", "--no-samples"))) {
      Path other = Files.createDirectory(directory.resolve("other"));
      assertThat(run(other, "dev", "--data", node.dataDirectory().toString(), "--port", "0"))
          .isEqualTo(1);
      assertThat(output(other))
          .contains("in use by process " + node.pid(), "DATA_DIRECTORY_IN_USE")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void a_port_in_use_is_refused_before_anything_is_made() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      Path data = directory.resolve("data");
      assertThat(run(directory, "dev", "--data", data.toString(), "--port", port)).isEqualTo(1);
      assertThat(output(directory)).contains("port " + port, "PORT_IN_USE", "--port");
      assertThat(data).doesNotExist();
    }
  }

  @Test
  void data_of_a_newer_version_is_refused() throws Exception {
    Path data = Files.createDirectory(directory.resolve("data"));
    Files.writeString(data.resolve("pawl-version"), "format=99\n");
    assertThat(run(directory, "dev", "--data", data.toString(), "--port", "0")).isEqualTo(1);
    assertThat(output(directory)).contains("DATA_DIRECTORY_NEWER", "format 99");
  }

  @Test
  void options_that_make_no_sense_are_a_mistake_of_usage() throws Exception {
    assertThat(run(directory, "dev", "--data", "x", "--ephemeral")).isEqualTo(2);
    assertThat(run(directory, "dev", "--port", "70000")).isEqualTo(2);
    assertThat(run(directory, "dev", "--metrics-port", "-1")).isEqualTo(2);
    assertThat(run(directory, "dev", "--slots", "0")).isEqualTo(2);
    assertThat(run(directory, "dev", "--postgres-setting", "fsync=off")).isEqualTo(2);
    assertThat(output(directory))
        .contains(
            "exclude each other",
            "--port must be 0 to 65535",
            "--metrics-port must",
            "--no-worker",
            "fsync is on and stays on");
  }

  @Test
  void a_server_says_what_is_wrong_with_its_database() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.ephemeral()) {
      configure(postgres.jdbcUrl(), postgres.user(), "wrong");
      assertThat(serve()).isEqualTo(1);
      assertThat(output(directory)).contains("DATABASE_ACCESS_DENIED").doesNotContain("\tat ");

      configure(
          postgres.jdbcUrl() + "?options=-c%20default_transaction_read_only=on",
          postgres.user(),
          postgres.password());
      assertThat(serve()).isEqualTo(1);
      assertThat(output(directory)).contains("DATABASE_READ_ONLY");

      configure(
          postgres.jdbcUrl() + "?options=-c%20synchronous_commit=off",
          postgres.user(),
          postgres.password());
      assertThat(serve()).isEqualTo(1);
      assertThat(output(directory)).contains("DATABASE_NOT_DURABLE", "synchronous_commit=off");

      assertThat(output(directory)).doesNotContain(postgres.password());
    }
    configure("jdbc:postgresql://127.0.0.1:1/pawl", "pawl", "any");
    assertThat(serve()).isEqualTo(1);
    assertThat(output(directory)).contains("DATABASE_UNREACHABLE");
  }

  @Test
  void a_server_over_an_external_postgresql_serves_and_stops_in_order() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.ephemeral()) {
      configure(postgres.jdbcUrl(), postgres.user(), postgres.password());
      Path ready = directory.resolve("ready.json");
      Process server =
          DevProcess.launch(
              directory,
              List.of(),
              List.of(
                  "server",
                  "--config",
                  directory.resolve("server.conf").toString(),
                  "--ready-file",
                  ready.toString()));
      try {
        org.awaitility.Awaitility.await()
            .atMost(60, TimeUnit.SECONDS)
            .until(() -> Files.exists(ready) || !server.isAlive());
        assertThat(ready).as(output(directory)).exists();
        server.destroy();
        assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isZero();
        assertThat(output(directory)).doesNotContain("Exception", postgres.password());
      } finally {
        server.destroyForcibly();
      }
    }
  }

  @Test
  void the_quickstart_runs_its_example_to_the_end() throws Exception {
    assertThat(run(directory, "quickstart")).as(() -> uncheckedOutput()).isZero();
    assertThat(output(directory)).contains("software-inventory.csv", "Try next");
  }

  private void configure(String url, String user, String password) throws IOException {
    Files.writeString(
        directory.resolve("server.conf"),
        """
        pawl {
          listen.port = 0
          metrics.port = 0
          database { url = "%s", user = "%s", password = "%s" }
        }
        """
            .formatted(url, user, password));
  }

  private int serve() throws Exception {
    return run(directory, "server", "--config", directory.resolve("server.conf").toString());
  }

  private static int run(Path directory, String... arguments) throws Exception {
    Process process = DevProcess.launch(directory, List.of(), List.of(arguments));
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ends by itself").isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  private static String output(Path directory) throws IOException {
    return Files.readString(directory.resolve("output"));
  }

  private String uncheckedOutput() {
    try {
      return output(directory);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static Workflow workflow(String address, String name) {
    ManagedChannel channel = PawlChannels.open(address);
    try {
      return WorkflowServiceGrpc.newBlockingStub(channel)
          .getWorkflow(
              GetWorkflowRequest.newBuilder().setName("projects/default/workflows/" + name).build())
          .getWorkflow();
    } finally {
      channel.shutdownNow();
    }
  }
}
