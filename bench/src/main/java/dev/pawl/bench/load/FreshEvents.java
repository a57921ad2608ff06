package dev.pawl.bench.load;

import dev.pawl.bench.BenchFailure;
import dev.pawl.bench.load.CommitTimes.FactKey;
import dev.pawl.bench.node.TestBed;
import dev.pawl.client.RequestIds;
import dev.pawl.v1.Event;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.Snapshot;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.WatchFilter;
import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WatchResponse;
import dev.pawl.v1.WatchServiceGrpc;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Runs of one task at a steady rate, and subscribers who watch all their facts. */
final class FreshEvents {
  private static final Duration LATEST = Duration.ofSeconds(60);

  private final TestBed bed;
  private final CommitTimes commits;
  private final int rate;

  FreshEvents(TestBed bed, CommitTimes commits, int rate) {
    this.bed = bed;
    this.commits = commits;
    this.rate = rate;
  }

  /** Microseconds from the commit of a fact to its receipt, for each fact and subscriber. */
  Histogram measure(int count, Duration window) throws InterruptedException, SQLException {
    String definition = Definitions.submitChain(bed.channel(), 1);
    WatchRequest request =
        WatchRequest.newBuilder()
            .setParent(Definitions.PROJECT)
            .setSnapshot(Snapshot.getDefaultInstance())
            .setFilter(WatchFilter.newBuilder().addDefinitions(definition))
            .build();
    long behind = commits.ordering();
    int runs = Math.toIntExact(Math.max(1, window.toSeconds() * rate));
    Receipts receipts = new Receipts(runs * count);
    try (Subscribers subscribers = new Subscribers(bed.address(), count)) {
      subscribers.<WatchRequest, WatchResponse>read(
          (channel, observer) -> WatchServiceGrpc.newStub(channel).watch(request, observer),
          WatchResponse::hasSnapshotEnd,
          receipts::add);
      subscribers.awaitBegun();
      startAtRate(definition, runs);
      receipts.awaitAll();
    }
    return receipts.since(commits.facts(behind), count);
  }

  private void startAtRate(String definition, int runs) throws InterruptedException {
    RunServiceGrpc.RunServiceBlockingStub stub = RunServiceGrpc.newBlockingStub(bed.channel());
    long begin = System.nanoTime();
    for (int i = 0; i < runs; i++) {
      TimeUnit.NANOSECONDS.sleep(
          begin + i * (TimeUnit.SECONDS.toNanos(1) / rate) - System.nanoTime());
      var _ =
          stub.startRun(
              StartRunRequest.newBuilder()
                  .setDefinition(definition)
                  .setRequestId(RequestIds.next())
                  .build());
    }
  }

  /** When each fact was received, once by each subscriber. */
  private static final class Receipts {
    private final Map<FactKey, Queue<Instant>> times = new ConcurrentHashMap<>();
    private final CountDownLatch ends;

    /**
     * Nothing received yet.
     *
     * @param ends how many ends of runs all subscribers together will receive
     */
    Receipts(int ends) {
      this.ends = new CountDownLatch(ends);
    }

    void add(WatchResponse message) {
      // The workflow's own submission may be heard too, and is not what is measured.
      if (message.hasEvent() && message.getEvent().getName().contains("/runs/")) {
        Instant now = Instant.now();
        Event event = message.getEvent();
        times
            .computeIfAbsent(
                FactKey.of(event.getName(), event.getSequence()),
                _ -> new ConcurrentLinkedQueue<>())
            .add(now);
        if (event.hasRunEnded()) {
          ends.countDown();
        }
      }
    }

    void awaitAll() throws InterruptedException {
      if (!ends.await(LATEST.toSeconds(), TimeUnit.SECONDS)) {
        throw new BenchFailure(
            1,
            "%d ends of runs were not received within %d s"
                .formatted(ends.getCount(), LATEST.toSeconds()));
      }
    }

    Histogram since(Map<FactKey, Instant> committed, int subscribers) {
      Histogram micros = new Histogram(3);
      times.forEach(
          (fact, received) -> {
            Instant commit = committed.get(fact);
            if (commit == null || received.size() != subscribers) {
              throw new BenchFailure(
                  1,
                  "%s was committed at %s and received %d times by %d subscribers"
                      .formatted(fact, commit, received.size(), subscribers));
            }
            received.forEach(
                time -> micros.recordValue(Math.max(0, ChronoUnit.MICROS.between(commit, time))));
          });
      return micros;
    }
  }
}
