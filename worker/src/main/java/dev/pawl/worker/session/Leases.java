package dev.pawl.worker.session;

import dev.pawl.v1.ConnectRequest;
import dev.pawl.v1.HeldLease;
import dev.pawl.v1.Lease;
import dev.pawl.v1.LeaseSpec;
import dev.pawl.v1.PushLogsRequest;
import dev.pawl.v1.Report;
import dev.pawl.v1.ReportAck;
import dev.pawl.v1.Stop;
import dev.pawl.worker.log.LogPusher;
import dev.pawl.worker.runner.Runner;
import dev.pawl.worker.time.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leases of one worker, from their arrival until their final report is acknowledged.
 *
 * <p>No (execution, fence) is started twice, no two fences of one execution run at once, and no
 * final report is forgotten before the server has it.
 */
public final class Leases {
  private static final Logger log = LoggerFactory.getLogger(Leases.class);

  private static final int REMEMBERED = 4_096;
  private static final long REPEAT_AFTER = TimeUnit.SECONDS.toNanos(5);

  private final Function<LeaseSpec, Runner> runners;
  private final LogPusher logs;
  private final ScheduledExecutorService timer;

  // All guarded by this.
  private final Map<String, Attempt> newest = new HashMap<>();
  private final Set<Attempt> running = new HashSet<>();
  private final Map<String, Long> settled =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > REMEMBERED;
        }
      };
  private @Nullable Outbox outbox;
  private long renewedAt = System.nanoTime();
  private Duration timeToLive = Duration.ZERO;

  /** The leases of a worker that finds the runner of each by {@code runners}. */
  public Leases(
      Function<LeaseSpec, Runner> runners, LogPusher logs, ScheduledExecutorService timer) {
    this.runners = runners;
    this.logs = logs;
    this.timer = timer;
  }

  /** How many pieces of work have not ended. */
  public synchronized int running() {
    return running.size();
  }

  /**
   * Waits until all work has ended and every final report is acknowledged; says whether it is so.
   */
  public synchronized boolean awaitSettled(Duration time) throws InterruptedException {
    long deadline = System.nanoTime() + time.toNanos();
    while (!newest.isEmpty() || !running.isEmpty()) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  /**
   * Kills all work, without a report; says whether nothing of it was left when the time was over.
   */
  public boolean killAll(Duration time) throws InterruptedException {
    List<Attempt> victims;
    synchronized (this) {
      outbox = null;
      newest.values().forEach(attempt -> attempt.dropped = true);
      victims = List.copyOf(running);
      newest.values().removeIf(attempt -> !running.contains(attempt));
    }
    victims.forEach(attempt -> attempt.stop(StopCause.DROPPED, Duration.ZERO, true));
    return awaitSettled(time);
  }

  synchronized List<HeldLease> held() {
    return newest.values().stream()
        .filter(attempt -> !attempt.dropped)
        .map(
            attempt ->
                HeldLease.newBuilder()
                    .setExecution(attempt.execution())
                    .setFence(attempt.fence())
                    .build())
        .toList();
  }

  /** A session is up: hand in what no earlier one acknowledged. */
  void connected(Outbox session, long helloSentAt, Duration usualTimeToLive) {
    List<Report> reports = new ArrayList<>();
    synchronized (this) {
      outbox = session;
      timeToLive = usualTimeToLive;
      renewed(helloSentAt);
      // It guards against a lease and an acknowledgement that cross; they do so within a session
      // only.
      settled.clear();
      long now = System.nanoTime();
      for (Attempt attempt : newest.values()) {
        if (attempt.report != null && !attempt.dropped) {
          reports.add(withToken(attempt, attempt.report));
          attempt.reportedAt = now;
        }
      }
    }
    reports.forEach(report -> session.send(message(report)));
  }

  synchronized void disconnected(Outbox session) {
    if (outbox == session) {
      outbox = null;
    }
  }

  /** A heartbeat left on a live session at this time. */
  synchronized void renewed(long at) {
    if (at - renewedAt > 0) {
      renewedAt = at;
    }
  }

  /** Takes back renewals that, as it turned out, cannot have reached anybody. */
  synchronized void renewedAtMost(long at) {
    if (at - renewedAt < 0) {
      renewedAt = at;
    }
  }

  /** Takes a lease, once. */
  void offer(Lease lease, LeaseSpec spec) {
    long now = System.nanoTime();
    Attempt start = null;
    Attempt kill = null;
    Report repeat = null;
    synchronized (this) {
      Attempt current = newest.get(lease.getExecution());
      long last =
          current != null ? current.fence() : settled.getOrDefault(lease.getExecution(), 0L);
      if (current != null && lease.getFence() == last) {
        current.token = lease.getToken();
        current.renewedAt = now;
        if (current.report != null && !current.dropped) {
          repeat = withToken(current, current.report);
        }
      } else if (lease.getFence() <= last) {
        log.info(
            "{}: a lease with fence {} came after fence {}; it is not begun",
            lease.getExecution(),
            lease.getFence(),
            last);
      } else {
        Attempt next = new Attempt(lease, spec, logs.open(section(lease)), this, timer, now);
        newest.put(lease.getExecution(), next);
        if (current != null) {
          current.dropped = true;
        }
        Attempt older =
            current == null || running.contains(current) ? current : current.predecessor;
        if (older != null && !older.gone) {
          older.successor = next;
          next.predecessor = older;
          kill = older;
        } else {
          running.add(next);
          start = next;
        }
      }
    }
    if (kill != null) {
      kill.stop(StopCause.DROPPED, Duration.ZERO, true);
    }
    if (start != null) {
      start(start);
    }
    if (repeat != null) {
      send(repeat);
    }
  }

  /** A report was answered. */
  void acknowledged(ReportAck ack) {
    Attempt drop = null;
    synchronized (this) {
      Attempt attempt = newest.get(ack.getExecution());
      if (attempt == null || attempt.fence() != ack.getFence()) {
        return;
      }
      if (attempt.report != null && (ack.getAccepted() || ack.getStale())) {
        forget(attempt);
      } else if (ack.getStale()) {
        drop = attempt;
      }
    }
    if (drop != null) {
      log.info("{}: fence {} is stale; its work is dropped", ack.getExecution(), ack.getFence());
      drop(drop);
    }
  }

  /** The server wants work to end. */
  void stop(Stop stop) {
    Attempt attempt;
    Report repeat = null;
    boolean waiting;
    synchronized (this) {
      attempt = newest.get(stop.getExecution());
      if (attempt == null || attempt.fence() != stop.getFence()) {
        log.debug(
            "{}: told to stop fence {}, which is not held", stop.getExecution(), stop.getFence());
        return;
      }
      if (attempt.report != null && !stop.getDrop()) {
        repeat = withToken(attempt, attempt.report);
      }
      waiting = !running.contains(attempt) && attempt.report == null;
    }
    if (stop.getDrop()) {
      drop(attempt);
    } else if (repeat != null) {
      send(repeat);
    } else {
      Duration grace = stop.hasGrace() ? Durations.toJava(stop.getGrace()) : attempt.grace();
      attempt.stop(StopCause.TOLD, grace, stop.getForce());
      if (waiting) {
        withdraw(attempt);
      }
    }
  }

  /** Looks for leases that nobody renewed, and for reports that nobody answered. */
  void tick() {
    long now = System.nanoTime();
    List<Attempt> lapsed = new ArrayList<>();
    List<Report> overdue = new ArrayList<>();
    synchronized (this) {
      for (Attempt attempt : newest.values()) {
        if (attempt.dropped) {
          continue;
        }
        if (attempt.report != null) {
          if (outbox != null && now - attempt.reportedAt > REPEAT_AFTER) {
            attempt.reportedAt = now;
            overdue.add(withToken(attempt, attempt.report));
          }
        } else if (!attempt.keepsRunning()) {
          long since = now - Math.max(attempt.renewedAt, renewedAt);
          long most = attempt.timeToLive().orElse(timeToLive).toNanos();
          if (most > 0 && since > most) {
            lapsed.add(attempt);
          }
        }
      }
    }
    for (Attempt attempt : lapsed) {
      attempt.stop(StopCause.LAPSED, attempt.grace(), false);
      withdraw(attempt);
    }
    overdue.forEach(this::send);
  }

  void send(Report report) {
    Outbox session;
    synchronized (this) {
      session = outbox;
    }
    if (session != null) {
      session.send(message(report));
    }
  }

  /** The work of an attempt is over, and nothing of it is left running. */
  void ended(Attempt attempt, Report report) {
    Outbox session;
    Attempt next;
    synchronized (this) {
      attempt.gone = true;
      running.remove(attempt);
      next = attempt.successor;
      session = attempt.dropped ? null : outbox;
      if (attempt.dropped) {
        if (newest.get(attempt.execution()) == attempt) {
          forget(attempt);
        }
      } else {
        attempt.report = report;
        attempt.reportedAt = System.nanoTime();
      }
      if (next != null && (next.dropped || next.report != null)) {
        next = null;
      } else if (next != null) {
        next.predecessor = null;
        running.add(next);
      }
      notifyAll();
    }
    if (session != null) {
      session.send(message(withToken(attempt, report)));
    }
    if (next != null) {
      start(next);
    }
  }

  private void start(Attempt attempt) {
    attempt.start(work -> runners.apply(work.spec()).run(work));
  }

  private void drop(Attempt attempt) {
    synchronized (this) {
      attempt.dropped = true;
      if (!running.contains(attempt)) {
        if (newest.get(attempt.execution()) == attempt) {
          forget(attempt);
        }
        return;
      }
    }
    attempt.stop(StopCause.DROPPED, Duration.ZERO, true);
  }

  /** Ends an attempt that still waits for its predecessor to be gone. */
  private void withdraw(Attempt attempt) {
    synchronized (this) {
      if (attempt.predecessor == null || attempt.predecessor.gone || attempt.report != null) {
        return;
      }
      attempt.predecessor.successor = null;
    }
    attempt.endUnstarted();
  }

  private void forget(Attempt attempt) {
    newest.remove(attempt.execution(), attempt);
    settled.remove(attempt.execution());
    settled.put(attempt.execution(), attempt.fence());
    notifyAll();
  }

  private static Report withToken(Attempt attempt, Report report) {
    return report.getToken().equals(attempt.token)
        ? report
        : report.toBuilder().setToken(attempt.token).build();
  }

  private static ConnectRequest message(Report report) {
    return ConnectRequest.newBuilder().setReport(report).build();
  }

  private static PushLogsRequest section(Lease lease) {
    return PushLogsRequest.newBuilder()
        .setExecution(lease.getExecution())
        .setFence(lease.getFence())
        .setStartTime(lease.getStartTime())
        .setToken(lease.getToken())
        .setRound(lease.getRound())
        .setAttempt(lease.getAttempt())
        .setOperation(lease.getOperation())
        .build();
  }
}
