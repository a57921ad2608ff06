package dev.pawl.worker.session;

import dev.pawl.v1.Failed;
import dev.pawl.v1.Lease;
import dev.pawl.v1.LeaseSpec;
import dev.pawl.v1.LogLevel;
import dev.pawl.v1.LogSource;
import dev.pawl.v1.Report;
import dev.pawl.v1.Started;
import dev.pawl.v1.Stopped;
import dev.pawl.v1.Succeeded;
import dev.pawl.worker.log.AttemptLog;
import dev.pawl.worker.runner.ExecutionName;
import dev.pawl.worker.runner.Publication;
import dev.pawl.worker.runner.Result;
import dev.pawl.worker.runner.Runner;
import dev.pawl.worker.runner.StopSignal;
import dev.pawl.worker.runner.Work;
import dev.pawl.worker.time.Durations;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One lease that this worker holds: the work under it, the ladder that stops it, its final report.
 */
final class Attempt {
  private static final Logger log = LoggerFactory.getLogger(Attempt.class);

  private static final int MAX_SUMMARY = 1_024;
  private static final int MAX_MESSAGE = 2_048;
  private static final int MAX_REASON = 64;
  private static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

  private final Lease lease;
  private final LeaseSpec spec;
  private final AttemptLog attemptLog;
  private final Leases leases;
  private final ScheduledExecutorService timer;
  private final StopSignal stop = new StopSignal();
  private final Publication publication = new Publication();

  // Guarded by this.
  private @Nullable StopCause cause;
  private boolean ended;
  private long killAt;
  private @Nullable Future<?> kill;
  private @Nullable Future<?> timeout;

  // Guarded by Leases.
  volatile String token;
  long renewedAt;
  boolean dropped;
  boolean gone;
  @Nullable Report report;
  long reportedAt;
  @Nullable Attempt predecessor;
  @Nullable Attempt successor;

  Attempt(
      Lease lease,
      LeaseSpec spec,
      AttemptLog attemptLog,
      Leases leases,
      ScheduledExecutorService timer,
      long now) {
    this.lease = lease;
    this.spec = spec;
    this.attemptLog = attemptLog;
    this.leases = leases;
    this.timer = timer;
    this.token = lease.getToken();
    this.renewedAt = now;
  }

  String execution() {
    return lease.getExecution();
  }

  long fence() {
    return lease.getFence();
  }

  boolean keepsRunning() {
    return spec.getKeepRunning();
  }

  /** Empty when the lease does not say. */
  Optional<Duration> timeToLive() {
    return lease.hasTimeToLive()
        ? Optional.of(Durations.toJava(lease.getTimeToLive()))
        : Optional.empty();
  }

  /** Begins the work on a thread of its own. */
  void start(Runner runner) {
    if (lease.hasTimeout()) {
      Duration left = Durations.toJava(lease.getTimeout());
      synchronized (this) {
        timeout = schedule(() -> stop(StopCause.TIMED_OUT, grace(), false), left);
      }
    }
    Thread.ofVirtual().name("pawl-work-", fence()).start(() -> run(runner));
  }

  /** Ends it although it never began. */
  void endUnstarted() {
    end(Result.DONE);
  }

  /** How long the work has between the signal and the kill, unless the server says otherwise. */
  Duration grace() {
    return spec.getAction().hasGrace()
        ? Durations.toJava(spec.getAction().getGrace())
        : DEFAULT_GRACE;
  }

  /**
   * Goes down the stop ladder; may be repeated, and only ever gets faster.
   *
   * @param force whether the signal and its grace are left out
   */
  void stop(StopCause why, Duration grace, boolean force) {
    boolean first;
    boolean killNow = force || grace.isZero() || grace.isNegative();
    synchronized (this) {
      if (ended) {
        return;
      }
      first = cause == null;
      if (first || why == StopCause.DROPPED) {
        cause = why;
      }
      if (!killNow) {
        long at = System.nanoTime() + grace.toNanos();
        if (kill == null || at - killAt < 0) {
          if (kill != null) {
            kill.cancel(false);
          }
          killAt = at;
          kill = schedule(() -> graceOver(grace), grace);
        }
      }
    }
    if (first && why != StopCause.DROPPED) {
      say(
          killNow
              ? because(why) + ": killing it"
              : "%s: signal sent, kill in %s".formatted(because(why), shown(grace)));
    }
    if (killNow) {
      ladder("killing it", stop::kill);
    } else if (first) {
      ladder("signalling it", stop::signal);
    }
  }

  private void graceOver(Duration grace) {
    ladder(
        "killing it",
        () -> {
          say("the grace of %s is over: killing it".formatted(shown(grace)));
          stop.kill();
        });
  }

  private void ladder(String rung, Runnable action) {
    log.debug("{} (fence {}): {}", execution(), fence(), rung);
    // A rung may start processes and wait for them; neither the timer nor the session may wait.
    Thread.ofVirtual().name("pawl-stop-", fence()).start(action);
  }

  private @Nullable Future<?> schedule(Runnable action, Duration delay) {
    try {
      return timer.schedule(action, Math.max(0, delay.toMillis()), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("{} (fence {}): the worker is closing", execution(), fence());
      return null;
    }
  }

  private void run(Runner runner) {
    Work work =
        new Work(
            ExecutionName.parse(execution()),
            lease,
            spec,
            attemptLog,
            stop,
            this::started,
            publication);
    Result result;
    try {
      result = runner.run(work);
    } catch (InterruptedException e) {
      result = Result.failed("HANDLER_FAILED", "the work was interrupted");
    } catch (Throwable e) {
      log.error("{} (fence {}): the runner itself failed", execution(), fence(), e);
      result = Result.failed("START_FAILED", "the worker's runner failed: " + e);
    }
    // What was meant to interrupt the work must not reach what follows.
    boolean interrupted = Thread.interrupted();
    if (interrupted) {
      log.trace("{} (fence {}) was interrupted", execution(), fence());
    }
    end(result);
  }

  private void started() {
    leases.send(report().setStarted(Started.getDefaultInstance()).build());
  }

  private void end(Result result) {
    StopCause why;
    synchronized (this) {
      ended = true;
      why = cause;
      if (kill != null) {
        kill.cancel(false);
      }
      if (timeout != null) {
        timeout.cancel(false);
      }
    }
    if (why != null && why != StopCause.DROPPED) {
      say(stop.isKilled() ? "killed" : "ended after the signal");
    }
    Report.Builder outcome = report().setLastLogLine(attemptLog.lastLine());
    boolean done = why == null && result instanceof Result.Done;
    Publication.Published published = publication.end();
    if (published.values().getFieldsCount() > 0) {
      outcome.setAdditionalData(published.values());
    }
    if (published.fault().isPresent() && !done && why != StopCause.DROPPED) {
      say("what the attempt published is left out: " + published.fault().get().message());
    }
    attemptLog.end();
    if (why == StopCause.TIMED_OUT) {
      outcome.setFailed(timedOut());
    } else if (why != null) {
      outcome.setStopped(Stopped.newBuilder().setReason(rung(why)));
    } else {
      switch (done ? published.fault().<Result>map(fault -> fault).orElse(result) : result) {
        case Result.Done(var outputs) ->
            outcome.setSucceeded(Succeeded.newBuilder().setOutputs(outputs));
        case Result.Undone undone ->
            outcome.setFailed(
                Failed.newBuilder()
                    .setReason(AttemptLog.summary(undone.reason(), MAX_REASON))
                    .setMessage(AttemptLog.summary(undone.message(), MAX_MESSAGE))
                    .setPermanent(undone.permanent()));
      }
    }
    leases.ended(this, outcome.build());
  }

  private Report.Builder report() {
    return Report.newBuilder().setExecution(execution()).setFence(fence()).setToken(token);
  }

  private Failed timedOut() {
    return Failed.newBuilder()
        .setReason("TIMED_OUT")
        .setMessage(
            "the attempt ran into its timeout%s and was %s"
                .formatted(
                    spec.getAction().hasTimeout()
                        ? " of " + shown(Durations.toJava(spec.getAction().getTimeout()))
                        : "",
                    stop.isKilled() ? "killed" : "stopped"))
        .build();
  }

  private String rung(StopCause why) {
    if (why == StopCause.LAPSED) {
      return "LEASE_LAPSED";
    }
    return stop.isKilled() ? "KILL" : "SIGNAL";
  }

  private void say(String text) {
    attemptLog.append(
        LogLevel.LOG_LEVEL_WARN,
        LogSource.LOG_SOURCE_WORKER,
        AttemptLog.summary(text, MAX_SUMMARY));
  }

  private static String because(StopCause why) {
    return switch (why) {
      case TOLD -> "told to stop";
      case LAPSED -> "the lease lapsed since no server was reached";
      case TIMED_OUT -> "the attempt ran into its timeout";
      case DROPPED -> "the lease is void";
    };
  }

  private static String shown(Duration duration) {
    return duration.toMillis() % 1_000 == 0
        ? duration.toSeconds() + " s"
        : duration.toMillis() + " ms";
  }
}
