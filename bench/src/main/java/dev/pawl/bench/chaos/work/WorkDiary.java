package dev.pawl.bench.chaos.work;

import dev.pawl.bench.chaos.record.MicroClock;
import dev.pawl.bench.chaos.record.Recorder;
import dev.pawl.bench.history.Log;
import dev.pawl.bench.history.Work;
import dev.pawl.bench.history.source.EntityNames;
import dev.pawl.bench.history.source.Hashes;
import dev.pawl.v1.Hello;
import dev.pawl.v1.Lease;
import dev.pawl.v1.Report;
import dev.pawl.v1.ReportAck;
import dev.pawl.v1.Stop;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What one worker's process writes down, on its own disk, before it acts on it. */
final class WorkDiary {
  private static final String NO_OUTPUTS = Hashes.ofValues(Map.of());

  private final Recorder recorder;
  private final String worker;

  /** Of which a result was sent: an answer to the word that work began is no news. */
  private final Set<ExecutionKey> reported = ConcurrentHashMap.newKeySet();

  /** The process has one session at a time, and each says the same. */
  private volatile String incarnation = "";

  WorkDiary(Recorder recorder, String worker) {
    this.recorder = recorder;
    this.worker = worker;
  }

  /** Once a node has read it, it may lease, even if its answer never comes. */
  void sessionBegins(String node, Hello hello) {
    incarnation = hello.getIncarnation();
    List<Work.Held> held =
        hello.getHeldList().stream()
            .map(lease -> ExecutionKey.of(lease.getExecution(), lease.getFence()))
            .map(lease -> new Work.Held(lease.execution(), lease.fence()))
            .toList();
    recorder.record(
        new Work.SessionBegan(
            worker, incarnation, MicroClock.now(), node, hello.getGroup(), hello.getSlots(), held));
  }

  void leased(Lease lease) {
    recorder.record(
        new Work.Leased(
            worker,
            incarnation,
            MicroClock.now(),
            EntityNames.execution(lease.getExecution()),
            lease.getFence(),
            lease.getRound(),
            lease.getAttempt(),
            lease.getOperation().name().replace("OPERATION_", "")));
  }

  void began(ExecutionKey work) {
    recorder.record(
        new Work.Began(worker, incarnation, MicroClock.now(), work.execution(), work.fence()));
  }

  void acts(ExecutionKey work, String key) {
    recorder.record(
        new Work.Acted(worker, incarnation, MicroClock.now(), work.execution(), work.fence(), key));
  }

  void ended(ExecutionKey work) {
    recorder.record(
        new Work.Ended(worker, incarnation, MicroClock.now(), work.execution(), work.fence()));
  }

  /** That work has begun is no result. */
  void reports(Report report) {
    ExecutionKey work = ExecutionKey.of(report.getExecution(), report.getFence());
    String execution = work.execution();
    long now = MicroClock.now();
    if (report.getOutcomeCase() != Report.OutcomeCase.STARTED) {
      reported.add(work);
    }
    switch (report.getOutcomeCase()) {
      case SUCCEEDED ->
          recorder.record(
              new Work.Reported(
                  worker,
                  incarnation,
                  now,
                  execution,
                  report.getFence(),
                  "SUCCEEDED",
                  "",
                  false,
                  Hashes.ofValues(report.getSucceeded().getOutputs())));
      case FAILED ->
          recorder.record(
              new Work.Reported(
                  worker,
                  incarnation,
                  now,
                  execution,
                  report.getFence(),
                  "FAILED",
                  report.getFailed().getReason(),
                  report.getFailed().getPermanent(),
                  NO_OUTPUTS));
      case STOPPED ->
          recorder.record(
              new Work.Reported(
                  worker,
                  incarnation,
                  now,
                  execution,
                  report.getFence(),
                  "STOPPED",
                  report.getStopped().getReason(),
                  false,
                  NO_OUTPUTS));
      case STARTED, OUTCOME_NOT_SET -> {}
    }
  }

  /** An answer that is neither says only that the report has to be sent again. */
  void acknowledged(ReportAck ack) {
    ExecutionKey work = ExecutionKey.of(ack.getExecution(), ack.getFence());
    if ((ack.getAccepted() || ack.getStale()) && reported.contains(work)) {
      recorder.record(
          new Work.Acknowledged(
              worker,
              incarnation,
              MicroClock.now(),
              work.execution(),
              work.fence(),
              ack.getStale()));
    }
  }

  void stopReceived(Stop stop) {
    Duration grace = Duration.ofSeconds(stop.getGrace().getSeconds(), stop.getGrace().getNanos());
    recorder.record(
        new Work.StopReceived(
            worker,
            incarnation,
            MicroClock.now(),
            EntityNames.execution(stop.getExecution()),
            stop.getFence(),
            grace.toNanos() / 1_000,
            stop.getForce(),
            stop.getDrop()));
  }

  /** The work is about to log this. */
  void logs(ExecutionKey work, String text) {
    recorder.record(
        new Log.Produced(work.execution(), work.fence(), Hashes.of(text), MicroClock.now()));
  }
}
