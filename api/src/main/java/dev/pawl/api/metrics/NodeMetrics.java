package dev.pawl.api.metrics;

import dev.pawl.api.health.Component;
import dev.pawl.api.health.NodeHealth;
import dev.pawl.engine.node.NodeReport;
import dev.pawl.engine.node.NodeTotals;
import dev.pawl.engine.node.Nodes;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The numbers of a node, as Prometheus reads them. docs/operations-metrics.md lists them all.
 *
 * <p>Counters count as it happens; everything else is asked of the node when somebody reads. What
 * the node does not say in time is no number (NaN) or missing, never an old one.
 */
public final class NodeMetrics implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeMetrics.class);
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final String SECONDS = "seconds";
  private static final String BYTES = "bytes";

  private final Nodes nodes;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final CallMeter calls = new CallMeter(registry);
  private final JvmGcMetrics collector = new JvmGcMetrics();
  private final ReportGauges gauges;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Optional<NodeReport> report = Optional.empty();

  public NodeMetrics(Nodes nodes, NodeHealth health, String version, InstantSource clock) {
    this.nodes = nodes;
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    collector.bindTo(registry);
    this.gauges = new ReportGauges(registry, clock);
    bindTotals();
    bindReport();
    Gauge.builder("pawl.build", () -> 1)
        .description("Always 1; its label says which version runs")
        .tag("version", version)
        .register(registry);
    for (Component component : Component.values()) {
      Gauge.builder("pawl.health", health, now -> now.troubles().has(component) ? 0 : 1)
          .description("Whether this node, or a component of it, is well: 1 or 0")
          .tag("component", component.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
  }

  /** To be told of every call. */
  public CallMeter calls() {
    return calls;
  }

  /** Everything in the text format of Prometheus; waits a moment for what the node says. */
  public String scrape() {
    lock.lock();
    try {
      report = ask();
      gauges.show(report, nodes.seats());
      return registry.scrape();
    } finally {
      lock.unlock();
    }
  }

  private Optional<NodeReport> ask() {
    try {
      return Optional.of(
          nodes
              .self()
              .toCompletableFuture()
              .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
              .join());
    } catch (CompletionException e) {
      if (e.getCause() instanceof TimeoutException) {
        LOG.warn("this node did not say within {} how it is", PATIENCE);
      } else {
        LOG.error("this node cannot say how it is", e);
      }
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    collector.close();
    registry.close();
  }

  private void bindTotals() {
    FunctionTimer.builder(
            "pawl.journal.commit",
            nodes,
            now -> now.totals().commits(),
            now -> now.totals().commitDuration().toNanos(),
            TimeUnit.NANOSECONDS)
        .description("Commits of the journal, and how long they took")
        .register(registry);
    total("pawl.journal.facts", "Facts that the journal stored", NodeTotals::facts);
    total("pawl.leases", "Leases handed to workers", NodeTotals::leases);
    total("pawl.reports", "Reports that came from workers", NodeTotals::reports);
    total(
        "pawl.reports.stale",
        "Reports that were answered as stale: the fence had moved on",
        NodeTotals::staleReports);
    total(
        "pawl.audit.dropped",
        "Commands without a fact (refused ones) that the audit lacks: it did not keep up",
        NodeTotals::droppedAudit);
    FunctionCounter.builder("pawl.log.stored", nodes, now -> now.totals().storedLogBytes())
        .description("Log stored, as packed by the workers")
        .baseUnit(BYTES)
        .register(registry);
  }

  private void total(String name, String description, ToDoubleFunction<NodeTotals> value) {
    FunctionCounter.builder(name, nodes, now -> value.applyAsDouble(now.totals()))
        .description(description)
        .register(registry);
  }

  private void bindReport() {
    Gauge.builder("pawl.feed.lag", nodes, now -> seconds(now.condition().feedLag()))
        .description("The age of the oldest fact that is stored and that the feed does not show")
        .baseUnit(SECONDS)
        .register(registry);
    Gauge.builder(
            "pawl.view.lag", this, now -> now.reported(report -> lag(report).orElse(Double.NaN)))
        .description("The lists show everything that is older than this")
        .baseUnit(SECONDS)
        .register(registry);
    Gauge.builder(
            "pawl.view.projecting",
            this,
            now -> now.reported(report -> report.views().projecting() ? 1 : 0))
        .description("Whether this node is the one that writes the lists: 1 or 0")
        .register(registry);
    Gauge.builder(
            "pawl.commands.unanswered", this, now -> now.reported(report -> report.unanswered()))
        .description("Calls to entities that wait for their answer")
        .register(registry);
    Gauge.builder("pawl.log.waiting", this, now -> now.reported(report -> report.waitingLogBytes()))
        .description("Log that waits for its commit")
        .baseUnit(BYTES)
        .register(registry);
  }

  private double reported(ToDoubleFunction<NodeReport> value) {
    return report.map(value::applyAsDouble).orElse(Double.NaN);
  }

  private static Optional<Double> lag(NodeReport report) {
    return report.views().lag().map(NodeMetrics::seconds);
  }

  static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
