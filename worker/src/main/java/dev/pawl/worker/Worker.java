package dev.pawl.worker;

import dev.pawl.v1.LeaseSpec;
import dev.pawl.worker.http.HttpRunner;
import dev.pawl.worker.log.LogPusher;
import dev.pawl.worker.runner.NoopRunner;
import dev.pawl.worker.runner.Result;
import dev.pawl.worker.runner.Runner;
import dev.pawl.worker.session.Leases;
import dev.pawl.worker.session.NeverWelcome;
import dev.pawl.worker.session.Session;
import dev.pawl.worker.session.SessionSettings;
import dev.pawl.worker.shell.ShellRunner;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes work of one group, does it and reports, until it is closed.
 *
 * <pre>{@code
 * try (Worker worker =
 *     Worker.builder()
 *         .address("localhost:7171")
 *         .workerId("billing-1")
 *         .handler("send-invoice", assignment -> {
 *           String customer = assignment.inputs().string("customer");
 *           ...
 *           return Outputs.none().with("invoice", id);
 *         })
 *         .build()) {
 *   worker.start();
 *   ...
 *   worker.drain(Duration.ofMinutes(1));
 * }
 * }</pre>
 *
 * <p>It survives the server: work goes on while none is reached, and its result is handed in to the
 * next one that is, unless the lease lapses before.
 */
public final class Worker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Worker.class);

  private static final Duration SETTLE = Duration.ofSeconds(5);
  private static final Duration DRAINED_WITHIN = Duration.ofSeconds(5);

  private final ScheduledThreadPoolExecutor timer;
  private final LogPusher logs;
  private final Leases leases;
  private final Session session;
  private final Runners runners;

  Worker(WorkerOptions options) {
    timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("pawl-worker-timer").factory());
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    logs = new LogPusher(options.logLimits(), options.clock(), options.workerId());
    runners = new Runners(options);
    leases = new Leases(runners::of, logs, timer);
    session =
        new Session(
            new SessionSettings(
                options.addresses(),
                options.channels(),
                options.workerId(),
                options.group(),
                options.slots(),
                options.labels(),
                options.version()),
            leases,
            logs,
            timer);
  }

  /** Collects the options of a worker. */
  public static WorkerOptions.Builder builder() {
    return new WorkerOptions.Builder();
  }

  /** A worker with these options, not started. */
  public static Worker newWorker(WorkerOptions options) {
    return new Worker(options);
  }

  /** Begins to connect, and to work once a server has welcomed it; returns at once. */
  public void start() {
    session.start();
  }

  /**
   * Waits for the first welcome; says whether it came in time.
   *
   * @throws NeverWelcome when a server refused this worker for good
   */
  public boolean awaitConnected(Duration time) throws InterruptedException {
    try {
      session.connectedOnce().get(time.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof NeverWelcome never) {
        throw never;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Whether a server has welcomed it and the stream is up. */
  public boolean isConnected() {
    return session.isConnected();
  }

  /** Why the last attempt to connect failed; empty when none did. */
  public String lastFailure() {
    return session.lastFailure();
  }

  /** How many pieces of work it is doing. */
  public int running() {
    return leases.running();
  }

  /**
   * Takes no more work and waits for what it has: until all of it has ended, every report is
   * acknowledged and every log line stored. Says whether that came to pass in time.
   */
  public boolean drain(Duration time) throws InterruptedException {
    long deadline = System.nanoTime() + time.toNanos();
    session.drain();
    if (!session.awaitDrained(time.compareTo(DRAINED_WITHIN) < 0 ? time : DRAINED_WITHIN)) {
      log.info(
          "No server said that no lease is on its way; one that is waits for its time to live");
    }
    return leases.awaitSettled(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))
        && logs.awaitStored(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
  }

  /** Leaves at once: kills what still runs, of which the server learns from the lease. */
  @Override
  public void close() {
    session.close();
    try {
      if (!leases.killAll(SETTLE)) {
        log.warn("{} pieces of work were killed but do not end", leases.running());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    runners.close();
    logs.close();
    timer.shutdown();
  }

  /** The runner of each kind of action. */
  private static final class Runners implements AutoCloseable {
    private final NoopRunner noop = new NoopRunner();
    private final HandlerRunner java;
    private final ShellRunner shell;
    private final boolean runsScripts;
    private final HttpRunner http = new HttpRunner();
    private final boolean sendsRequests;

    Runners(WorkerOptions options) {
      java = new HandlerRunner(options.handlers());
      shell = new ShellRunner(options.workDirectory(), options.environment());
      runsScripts = options.shell();
      sendsRequests = options.http();
    }

    Runner of(LeaseSpec spec) {
      return switch (spec.getAction().getRunnerCase()) {
        case NOOP -> noop;
        case JAVA -> java;
        case SHELL -> runsScripts ? shell : unknown("shell");
        case HTTP -> sendsRequests ? http : unknown("http");
        case SQL -> unknown("sql");
        case RUN -> unknown("run");
        case RUNNER_NOT_SET -> unknown("of a kind that came after it");
      };
    }

    @Override
    public void close() {
      shell.close();
      http.close();
    }

    private static Runner unknown(String kind) {
      return work ->
          Result.failedForGood(
              "HANDLER_UNKNOWN",
              "this worker has no runner %s; send the task to a group that has".formatted(kind));
    }
  }
}
