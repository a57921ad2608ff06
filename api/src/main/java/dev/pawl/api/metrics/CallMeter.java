package dev.pawl.api.metrics;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Measures our rpcs: how long calls took and how they ended, which streams are open.
 *
 * <p>Counted where the transport sees a call end, so that refused and broken ones count, too. An
 * rpc that we do not have counts not at all: its name is whatever a caller made up.
 */
public final class CallMeter extends ServerStreamTracer.Factory {
  private static final String OURS = "pawl.v1.";
  private static final Duration[] BOUNDS = {
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10)
  };

  private final MeterRegistry registry;
  private final ConcurrentMap<Ending, Timer> calls = new ConcurrentHashMap<>();
  private final ConcurrentMap<Ending, Counter> endings = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, AtomicInteger> open = new ConcurrentHashMap<>();

  /** Calls of one rpc that ended alike. */
  private record Ending(String rpc, Status.Code code) {}

  CallMeter(MeterRegistry registry) {
    this.registry = registry;
  }

  /** How many streams of an rpc are open. */
  public int open(MethodDescriptor<?, ?> method) {
    return streams(method.getFullMethodName()).get();
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    return new Call();
  }

  /** One call: a caller may be gone before it is known what was called. */
  private final class Call extends ServerStreamTracer {
    private final long start = System.nanoTime();
    // Guarded by this object.
    private @Nullable MethodDescriptor<?, ?> method;
    private boolean closed;

    @Override
    public void serverCallStarted(ServerCallInfo<?, ?> info) {
      MethodDescriptor<?, ?> called = info.getMethodDescriptor();
      if (!called.getFullMethodName().startsWith(OURS)) {
        return;
      }
      synchronized (this) {
        if (!closed) {
          method = called;
          if (called.getType() != MethodType.UNARY) {
            streams(called.getFullMethodName()).incrementAndGet();
          }
        }
      }
    }

    @Override
    public void streamClosed(Status status) {
      MethodDescriptor<?, ?> called;
      synchronized (this) {
        closed = true;
        called = method;
      }
      if (called != null) {
        ended(called, status);
      }
    }

    private void ended(MethodDescriptor<?, ?> called, Status status) {
      Ending ending = new Ending(called.getFullMethodName(), status.getCode());
      if (called.getType() == MethodType.UNARY) {
        calls
            .computeIfAbsent(ending, CallMeter.this::timer)
            .record(Duration.ofNanos(System.nanoTime() - start));
      } else {
        streams(ending.rpc()).decrementAndGet();
        endings.computeIfAbsent(ending, CallMeter.this::counter).increment();
      }
    }
  }

  private Timer timer(Ending ending) {
    return Timer.builder("pawl.call")
        .description(
            "How long calls with one answer took, by rpc and by the status they ended with")
        .tags(tags(ending.rpc()).and("code", ending.code().name()))
        .serviceLevelObjectives(BOUNDS)
        .register(registry);
  }

  private Counter counter(Ending ending) {
    return Counter.builder("pawl.streams.ended")
        .description("Streams that ended, by rpc and by the status they ended with")
        .tags(tags(ending.rpc()).and("code", ending.code().name()))
        .register(registry);
  }

  private AtomicInteger streams(String rpc) {
    return open.computeIfAbsent(rpc, this::gauge);
  }

  private AtomicInteger gauge(String rpc) {
    AtomicInteger count = new AtomicInteger();
    Gauge.builder("pawl.streams.open", count, AtomicInteger::get)
        .description("Streams that are open: watchers, followers of logs, workers and their logs")
        .tags(tags(rpc))
        .strongReference(true)
        .register(registry);
    return count;
  }

  private static Tags tags(String rpc) {
    int slash = rpc.indexOf('/');
    return Tags.of(
        "service", rpc.substring(OURS.length(), slash), "method", rpc.substring(slash + 1));
  }
}
