package dev.pawl.api.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.api.fake.FakeNodes;
import dev.pawl.api.health.NodeHealth;
import dev.pawl.engine.feed.HorizonHolder;
import dev.pawl.engine.node.Condition;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.WatchServiceGrpc;
import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeMetricsTest {
  private static final Path PAGE = Path.of("../docs/operations-metrics.md");
  private static final String BEGIN = "<!-- metrics -->\n";
  private static final String END = "<!-- end of metrics -->\n";

  private final FakeNodes nodes = new FakeNodes();
  private final NodeHealth health = NodeHealth.start(nodes::condition);
  private final NodeMetrics metrics = new NodeMetrics(nodes, health, "1.2.3", () -> FakeNodes.NOW);

  @AfterEach
  void close() {
    metrics.close();
    health.close();
  }

  private Scrape scrape() {
    return Scrape.parse(metrics.scrape());
  }

  private ServerStreamTracer begin(MethodDescriptor<?, ?> method) {
    ServerStreamTracer tracer =
        metrics.calls().newServerStreamTracer(method.getFullMethodName(), new Metadata());
    started(tracer, method);
    return tracer;
  }

  private static <Q, R> void started(ServerStreamTracer tracer, MethodDescriptor<Q, R> method) {
    tracer.serverCallStarted(
        new ServerStreamTracer.ServerCallInfo<Q, R>() {
          @Override
          public MethodDescriptor<Q, R> getMethodDescriptor() {
            return method;
          }

          @Override
          public Attributes getAttributes() {
            return Attributes.EMPTY;
          }

          @Override
          public String getAuthority() {
            return "";
          }
        });
  }

  @Test
  void a_report_and_the_totals_are_shown_with_their_labels() {
    Scrape samples = scrape();

    assertThat(samples.value("pawl_entities{kind=\"run\"}")).isEqualTo(120);
    assertThat(samples.value("pawl_shards{kind=\"run\"}")).isEqualTo(250);
    assertThat(samples.value("pawl_pool_connections{pool=\"journal\",state=\"idle\"}"))
        .isEqualTo(3);
    assertThat(samples.value("pawl_pool_connections_max{pool=\"journal\"}")).isEqualTo(4);
    assertThat(samples.value("pawl_pool_waiting{pool=\"journal\"}")).isEqualTo(2);
    assertThat(samples.value("pawl_workers{group=\"default\"}")).isEqualTo(2);
    assertThat(samples.value("pawl_worker_slots{group=\"default\"}")).isEqualTo(8);
    assertThat(samples.value("pawl_worker_slots_busy{group=\"default\"}")).isEqualTo(3);
    assertThat(samples.value("pawl_executions_waiting{group=\"default\"}")).isEqualTo(20);
    assertThat(samples.value("pawl_executions_waiting_oldest_seconds{group=\"default\"}"))
        .isEqualTo(240);
    assertThat(samples.value("pawl_executions_waiting_oldest_seconds{group=\"nobody\"}")).isZero();
    assertThat(samples.value("pawl_feed_lag_seconds")).isEqualTo(0.02);
    assertThat(samples.value("pawl_view_lag_seconds")).isEqualTo(0.04);
    assertThat(samples.value("pawl_view_projecting")).isEqualTo(1);
    assertThat(samples.value("pawl_commands_unanswered")).isEqualTo(5);
    assertThat(samples.value("pawl_log_waiting_bytes")).isEqualTo(4_096);
    assertThat(samples.value("pawl_log_stored_bytes_total")).isEqualTo(65_536);
    assertThat(samples.value("pawl_journal_commit_seconds_count")).isEqualTo(100);
    assertThat(samples.value("pawl_journal_commit_seconds_sum")).isEqualTo(0.25);
    assertThat(samples.value("pawl_journal_facts_total")).isEqualTo(700);
    assertThat(samples.value("pawl_leases_total")).isEqualTo(30);
    assertThat(samples.value("pawl_reports_total")).isEqualTo(31);
    assertThat(samples.value("pawl_reports_stale_total")).isEqualTo(2);
    assertThat(samples.value("pawl_cluster_members{status=\"up\"}")).isEqualTo(1);
    assertThat(samples.value("pawl_cluster_members{status=\"down\"}")).isEqualTo(1);
    assertThat(samples.value("pawl_cluster_unreachable")).isEqualTo(1);
    assertThat(samples.value("pawl_build{version=\"1.2.3\"}")).isEqualTo(1);
    assertThat(samples.families())
        .containsKeys("jvm_memory_used_bytes", "jvm_threads_live_threads");
  }

  @Test
  void health_is_a_number_for_each_component() {
    health.serving();
    assertThat(scrape().value("pawl_health{component=\"node\"}")).isEqualTo(1);
    nodes.condition = new Condition(true, false, Duration.ofSeconds(11));
    Scrape samples = scrape();
    assertThat(samples.value("pawl_health{component=\"node\"}")).isEqualTo(1);
    assertThat(samples.value("pawl_health{component=\"cluster\"}")).isEqualTo(1);
    assertThat(samples.value("pawl_health{component=\"database\"}")).isZero();
    assertThat(samples.value("pawl_health{component=\"feed\"}")).isZero();
  }

  @Test
  void who_holds_the_feed_back_is_a_series_for_as_long_as_it_does() {
    String series = "pawl_feed_held_back_seconds{application=\"psql\"}";
    assertThat(scrape().has(series)).isFalse();
    nodes.self = CompletableFuture.completedFuture(FakeNodes.report(Optional.of(holder())));
    assertThat(scrape().value(series)).isEqualTo(12);
    nodes.self = CompletableFuture.completedFuture(FakeNodes.report(Optional.empty()));
    assertThat(scrape().has(series)).isFalse();
  }

  private static HorizonHolder holder() {
    return new HorizonHolder("psql", Optional.of(4711), Optional.of(Duration.ofSeconds(12)));
  }

  @Test
  void what_the_node_does_not_say_is_no_number_and_no_old_one() {
    scrape();
    nodes.self = new CompletableFuture<>();
    Scrape samples = scrape();
    assertThat(samples.value("pawl_commands_unanswered")).isNaN();
    assertThat(samples.has("pawl_entities{kind=\"run\"}")).isFalse();
    assertThat(samples.value("pawl_leases_total")).isEqualTo(30);
  }

  @Test
  void calls_are_counted_by_rpc_and_ending_and_streams_while_they_are_open() {
    begin(RunServiceGrpc.getStartRunMethod()).streamClosed(Status.OK);
    begin(RunServiceGrpc.getStartRunMethod()).streamClosed(Status.ALREADY_EXISTS);
    begin(RunServiceGrpc.getStartRunMethod()).streamClosed(Status.ALREADY_EXISTS);
    begin(HealthGrpc.getCheckMethod()).streamClosed(Status.OK);
    ServerStreamTracer watch = begin(WatchServiceGrpc.getWatchMethod());
    metrics.calls().newServerStreamTracer("made.Up/Name", new Metadata()).streamClosed(Status.OK);

    Scrape open = scrape();
    String watches = "{method=\"Watch\",service=\"WatchService\"}";
    assertThat(
            open.value(
                "pawl_call_seconds_count{code=\"ALREADY_EXISTS\",method=\"StartRun\","
                    + "service=\"RunService\"}"))
        .isEqualTo(2);
    assertThat(
            open.value(
                "pawl_call_seconds_count{code=\"OK\",method=\"StartRun\",service=\"RunService\"}"))
        .isEqualTo(1);
    assertThat(open.value("pawl_streams_open" + watches)).isEqualTo(1);
    assertThat(metrics.calls().open(WatchServiceGrpc.getWatchMethod())).isEqualTo(1);
    assertThat(metrics.scrape()).doesNotContain("made", "grpc.health");

    watch.streamClosed(Status.CANCELLED);
    assertThat(scrape().value("pawl_streams_open" + watches)).isZero();
    assertThat(
            scrape()
                .value(
                    "pawl_streams_ended_total{code=\"CANCELLED\",method=\"Watch\","
                        + "service=\"WatchService\"}"))
        .isEqualTo(1);
  }

  @Test
  void a_stream_whose_caller_is_gone_before_it_was_looked_up_is_not_open() {
    MethodDescriptor<?, ?> watch = WatchServiceGrpc.getWatchMethod();
    ServerStreamTracer tracer =
        metrics.calls().newServerStreamTracer(watch.getFullMethodName(), new Metadata());
    tracer.streamClosed(Status.CANCELLED);
    started(tracer, watch);
    assertThat(metrics.calls().open(watch)).isZero();
  }

  /** {@code -Dgolden.update=true} writes the list anew. */
  @Test
  void the_operators_page_lists_every_metric_as_it_is() throws IOException {
    begin(RunServiceGrpc.getStartRunMethod()).streamClosed(Status.OK);
    begin(WatchServiceGrpc.getWatchMethod()).streamClosed(Status.OK);
    nodes.self = CompletableFuture.completedFuture(FakeNodes.report(Optional.of(holder())));
    StringBuilder list =
        new StringBuilder("| name | type | labels | what |\n| --- | --- | --- | --- |\n");
    scrape()
        .families()
        .forEach(
            (name, family) -> {
              if (name.startsWith("pawl_")) {
                family.labels.remove("le");
                list.append(
                    "| `%s` | %s | %s | %s |\n"
                        .formatted(
                            name, family.type, String.join(", ", family.labels), family.help));
              }
            });
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    String wanted = page.substring(0, begin) + list + page.substring(end);
    if (Boolean.getBoolean("golden.update")) {
      write(wanted);
    }
    assertThat(Files.readString(PAGE)).isEqualTo(wanted);
  }

  private static void write(String page) {
    try {
      Files.writeString(PAGE, page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
