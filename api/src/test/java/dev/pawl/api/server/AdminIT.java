package dev.pawl.api.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Struct;
import dev.pawl.api.fake.Gateway;
import dev.pawl.api.fake.Samples;
import dev.pawl.api.fake.Watching;
import dev.pawl.api.metrics.Scrape;
import dev.pawl.engine.EngineSettings;
import dev.pawl.engine.journal.DatabaseSettings;
import dev.pawl.v1.AdminServiceGrpc;
import dev.pawl.v1.ClusterNode;
import dev.pawl.v1.EntityCount;
import dev.pawl.v1.GetClusterRequest;
import dev.pawl.v1.GetClusterResponse;
import dev.pawl.v1.NodeReport;
import dev.pawl.v1.NodeStatus;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.SubmitWorkflowRequest;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WatchResponse;
import dev.pawl.v1.WatchServiceGrpc;
import dev.pawl.v1.WorkerGroupLoad;
import dev.pawl.v1.WorkflowServiceGrpc;
import dev.pawl.v1.WorkflowSpec;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real node says of itself, on a real PostgreSQL that goes and comes back. */
class AdminIT {
  private static final int RUNS = 3;
  private static final int TASKS = 4;

  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir private Path data;
  private EmbeddedPostgres postgres;
  private PawlServer server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    postgres = postgres(0);
    InetAddress loopback = InetAddress.getLoopbackAddress();
    server =
        PawlServer.start(
            new ServerSettings(
                EngineSettings.of(
                    new DatabaseSettings(
                        postgres.getJdbcUrl("postgres", "postgres"), "postgres", "postgres", 4, 8)),
                loopback,
                0,
                false,
                Optional.empty(),
                Optional.of(new InetSocketAddress(loopback, 0)),
                "server",
                "1.2.3"));
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
  }

  private EmbeddedPostgres postgres(int port) throws IOException {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setCleanDataDirectory(false)
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("full_page_writes", "on");
    return (port == 0 ? builder : builder.setPort(port)).start();
  }

  @AfterEach
  void stop() throws IOException {
    channel.shutdownNow();
    server.close();
    postgres.close();
    http.close();
  }

  private GetClusterResponse cluster() {
    return AdminServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(10, TimeUnit.SECONDS)
        .getCluster(GetClusterRequest.getDefaultInstance());
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    int port = server.metricsAddress().orElseThrow().getPort();
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path))).build(),
        BodyHandlers.ofString());
  }

  private Scrape scrape() throws IOException, InterruptedException {
    return Scrape.parse(get("/metrics").body());
  }

  private List<ServingStatus> health(String... names) {
    return Stream.of(names)
        .map(
            name ->
                HealthGrpc.newBlockingStub(channel)
                    .check(HealthCheckRequest.newBuilder().setService(name).build())
                    .getStatus())
        .toList();
  }

  private void submit() {
    WorkflowSpec.Builder wide = WorkflowSpec.newBuilder().setName("wide");
    for (int i = 0; i < TASKS; i++) {
      wide.addTasks(TaskSpec.newBuilder().setName("t" + i).setExecute(Samples.noop()));
    }
    WorkflowServiceGrpc.newBlockingStub(channel)
        .submitWorkflow(
            SubmitWorkflowRequest.newBuilder()
                .setParent("projects/shop")
                .setWorkflow(wide)
                .build());
  }

  private void startRun(String workflow, String requestId) {
    RunServiceGrpc.newBlockingStub(channel)
        .startRun(
            StartRunRequest.newBuilder()
                .setDefinition("projects/shop/workflows/" + workflow)
                .setRequestId(requestId)
                .build());
  }

  @Test
  void the_numbers_are_those_of_what_was_made() throws Exception {
    submit();
    for (int i = 0; i < RUNS; i++) {
      startRun("wide", "r-" + i);
    }
    assertThat(Gateway.refusal(() -> startRun("absent", "r-x")).reason())
        .contains("WORKFLOW_NOT_FOUND");
    Watching<WatchRequest, WatchResponse> watcher = Watching.all();
    WatchServiceGrpc.newStub(channel)
        .watch(WatchRequest.newBuilder().setParent("projects/shop").build(), watcher);

    await()
        .untilAsserted(
            () -> {
              GetClusterResponse cluster = cluster();
              ClusterNode node = cluster.getNodes(0);
              assertThat(node.getStatus()).isEqualTo(NodeStatus.NODE_STATUS_UP);
              assertThat(node.getReachable() && node.getOldest() && node.getAnswered()).isTrue();
              NodeReport report = node.getReport();
              assertThat(report.getAddress()).isEqualTo("127.0.0.1:" + server.port());
              assertThat(report.getVersion()).isEqualTo("1.2.3");
              assertThat(entities(report, "run")).isEqualTo(RUNS);
              assertThat(entities(report, "execution")).isEqualTo(RUNS * TASKS);
              // The one that was not found lives for a moment, too.
              assertThat(entities(report, "workflow")).isEqualTo(2);
              assertThat(report.getStreams().getWatches()).isEqualTo(1);
              assertThat(report.getDatabaseAnswers()).isTrue();
              assertThat(report.getViews().getProjecting()).isTrue();
              assertThat(report.getPoolsList()).hasSize(3);
              assertThat(cluster.getWorkerGroups(0).getWaiting()).isEqualTo(RUNS * TASKS);
              assertThat(cluster.getWorkerGroups(0).hasOldestWaitTime()).isTrue();
            });
    Scrape scrape = scrape();
    assertThat(scrape.value("pawl_entities{kind=\"run\"}")).isEqualTo(RUNS);
    assertThat(scrape.value("pawl_executions_waiting{group=\"default\"}")).isEqualTo(RUNS * TASKS);
    assertThat(scrape.value(startRuns("OK"))).isEqualTo(RUNS);
    assertThat(scrape.value(startRuns("NOT_FOUND"))).isEqualTo(1);
    assertThat(scrape.value("pawl_streams_open{method=\"Watch\",service=\"WatchService\"}"))
        .isEqualTo(1);
    // Submitted, and each run created.
    assertThat(scrape.value("pawl_journal_facts_total")).isEqualTo(1 + RUNS);
    watcher.cancel();

    HandWorker worker = new HandWorker(channel, "w1", 2, _ -> Struct.getDefaultInstance());
    worker.awaitWelcome();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              WorkerGroupLoad group = cluster().getWorkerGroups(0);
              assertThat(
                      List.of(
                          group.getWorkers(),
                          group.getSlots(),
                          group.getBusy(),
                          group.getWaiting()))
                  .containsExactly(1, 2, 0, 0);
              Scrape after = scrape();
              assertThat(after.value("pawl_leases_total")).isEqualTo(RUNS * TASKS);
              // Started and succeeded.
              assertThat(after.value("pawl_reports_total")).isEqualTo(2 * RUNS * TASKS);
              assertThat(after.value("pawl_reports_stale_total")).isZero();
              assertThat(
                      after.value("pawl_streams_open{method=\"Watch\",service=\"WatchService\"}"))
                  .isZero();
              assertThat(
                      after.value(
                          "pawl_streams_open{method=\"Connect\",service=\"WorkerService\"}"))
                  .isEqualTo(1);
            });
  }

  private static int entities(NodeReport report, String kind) {
    return report.getEntitiesList().stream()
        .filter(count -> count.getKind().equals(kind))
        .mapToInt(EntityCount::getEntities)
        .findFirst()
        .orElseThrow();
  }

  private static String startRuns(String code) {
    return "pawl_call_seconds_count{code=\"%s\",method=\"StartRun\",service=\"RunService\"}"
        .formatted(code);
  }

  @Test
  void a_database_that_goes_and_comes_back_is_said_and_the_node_stays_in_service()
      throws Exception {
    submit();
    assertThat(health("", "pawl.v1.RunService", "database", "cluster", "feed"))
        .containsOnly(ServingStatus.SERVING);
    assertThat(get("/readyz").body()).isEqualTo("ready\n");

    int port = postgres.getPort();
    postgres.close();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(health("database", "feed")).containsOnly(ServingStatus.NOT_SERVING));
    assertThat(health("", "pawl.v1.RunService", "cluster")).containsOnly(ServingStatus.SERVING);
    HttpResponse<String> ready = get("/readyz");
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(ready.body()).contains("database: PostgreSQL does not answer", "feed: it is behind");
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    NodeReport away = cluster().getNodes(0).getReport();
    assertThat(away.getDatabaseAnswers()).isFalse();
    assertThat(away.getFeed().getLag().getSeconds()).isGreaterThanOrEqualTo(10);
    assertThat(scrape().value("pawl_health{component=\"database\"}")).isZero();

    postgres = postgres(port);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(health("", "pawl.v1.RunService", "database", "cluster", "feed"))
                    .containsOnly(ServingStatus.SERVING));
    await()
        .untilAsserted(
            () -> {
              NodeReport back = cluster().getNodes(0).getReport();
              assertThat(back.getDatabaseAnswers()).isTrue();
              assertThat(back.getFeed().getLag().getSeconds()).isZero();
            });
  }
}
