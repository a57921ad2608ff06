package dev.pawl.bench.load;

import dev.pawl.bench.BenchFailure;
import dev.pawl.bench.node.TestBed;
import dev.pawl.client.RequestIds;
import dev.pawl.v1.LogServiceGrpc;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.TailLogsRequest;
import dev.pawl.v1.TailLogsResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.HdrHistogram.Histogram;

/** A script that prints lines at a steady rate, and subscribers who follow its log. */
final class FreshLines {
  private final TestBed bed;
  private final CommitTimes commits;
  private final int rate;

  FreshLines(TestBed bed, CommitTimes commits, int rate) {
    this.bed = bed;
    this.commits = commits;
    this.rate = rate;
  }

  /**
   * Microseconds from the commit of a line to its receipt, for each line and subscriber. The script
   * waits until all subscribers have its first line.
   */
  Histogram measure(int count, Duration window) throws InterruptedException, SQLException {
    long lines = Math.max(1, window.toSeconds() * rate);
    String definition =
        Definitions.submitScript(
            bed.channel(),
            "echo ready; sleep %d; i=0; while [ $i -lt %d ]; do echo line; sleep %.3f; i=$((i+1)); done"
                .formatted(1 + count / 250, lines, 1.0 / rate));
    Map<Long, Queue<Instant>> receipts = new ConcurrentHashMap<>();
    String run;
    try (Subscribers subscribers = new Subscribers(bed.address(), count)) {
      run =
          RunServiceGrpc.newBlockingStub(bed.channel())
              .startRun(
                  StartRunRequest.newBuilder()
                      .setDefinition(definition)
                      .setRequestId(RequestIds.next())
                      .build())
              .getRun()
              .getName();
      TailLogsRequest request = TailLogsRequest.newBuilder().setParent(run).setFollow(true).build();
      subscribers.<TailLogsRequest, TailLogsResponse>read(
          (channel, observer) -> LogServiceGrpc.newStub(channel).tailLogs(request, observer),
          message -> message.getLinesCount() > 0,
          message -> {
            Instant now = Instant.now();
            message
                .getLinesList()
                .forEach(
                    line ->
                        receipts
                            .computeIfAbsent(line.getSequence(), _ -> new ConcurrentLinkedQueue<>())
                            .add(now));
          });
      subscribers.awaitBegun();
      Instant begun = Instant.now();
      subscribers.awaitEnded();
      return since(begun, receipts, commits.lines(run), count);
    }
  }

  /** Of the lines that were committed when all subscribers were there. */
  private static Histogram since(
      Instant begun,
      Map<Long, Queue<Instant>> receipts,
      NavigableMap<Long, Instant> committed,
      int subscribers) {
    Histogram micros = new Histogram(3);
    receipts.forEach(
        (line, received) -> {
          Map.Entry<Long, Instant> commit = committed.floorEntry(line);
          if (commit == null || received.size() != subscribers) {
            throw new BenchFailure(
                1,
                "line %d is in the chunk %s and was received %d times by %d subscribers"
                    .formatted(line, commit, received.size(), subscribers));
          }
          if (commit.getValue().isAfter(begun)) {
            received.forEach(
                time ->
                    micros.recordValue(
                        Math.max(0, ChronoUnit.MICROS.between(commit.getValue(), time))));
          }
        });
    if (micros.getTotalCount() == 0) {
      throw new BenchFailure(1, "no line came: measure longer with --seconds");
    }
    return micros;
  }
}
