package dev.pawl.worker;

import dev.pawl.worker.session.NeverWelcome;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one worker as a process of its own: until it is told to end, and not without having ever
 * reached a server.
 */
public final class WorkerProcess {
  private static final Logger log = LoggerFactory.getLogger(WorkerProcess.class);

  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(60);

  private WorkerProcess() {}

  /** Says why a worker gave up at its start. */
  public static final class NotConnected extends Exception {
    private static final long serialVersionUID = 1L;

    NotConnected(String message) {
      super(message);
    }
  }

  /**
   * Runs a worker until the JVM is told to end (SIGTERM, SIGINT); then drains it for so long at
   * most.
   *
   * @throws NotConnected when no server welcomed it within 60 s, or one refused it for good
   */
  public static void run(WorkerOptions options, Duration drainTimeout)
      throws NotConnected, InterruptedException {
    CountDownLatch told = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    Thread hook =
        Thread.ofPlatform()
            .name("pawl-worker-end")
            .unstarted(
                () -> {
                  told.countDown();
                  try {
                    // The JVM ends when its hooks have; this one lets the work end first.
                    closed.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      run(options, drainTimeout, told, CONNECT_WITHIN);
    } finally {
      closed.countDown();
    }
  }

  static void run(
      WorkerOptions options, Duration drainTimeout, CountDownLatch told, Duration connectWithin)
      throws NotConnected, InterruptedException {
    try (Worker worker = Worker.newWorker(options)) {
      worker.start();
      awaitConnected(worker, options, told, connectWithin);
      told.await();
      if (worker.running() > 0) {
        log.info(
            "Told to end: waiting up to {} s for {} pieces of work",
            drainTimeout.toSeconds(),
            worker.running());
      }
      if (!worker.drain(drainTimeout)) {
        log.warn("Not all work ended within {} s; the rest is killed", drainTimeout.toSeconds());
      }
    }
  }

  private static void awaitConnected(
      Worker worker, WorkerOptions options, CountDownLatch told, Duration within)
      throws NotConnected, InterruptedException {
    long deadline = System.nanoTime() + within.toNanos();
    try {
      while (!worker.awaitConnected(Duration.ofMillis(200))) {
        if (told.getCount() == 0) {
          return;
        }
        if (System.nanoTime() - deadline > 0) {
          throw new NotConnected(
              "no server welcomed worker %s within %d s; tried %s, last: %s"
                  .formatted(
                      options.workerId(),
                      within.toSeconds(),
                      String.join(", ", options.addresses()),
                      worker.lastFailure()));
        }
      }
    } catch (NeverWelcome e) {
      throw new NotConnected(
          "worker %s was refused by %s".formatted(options.workerId(), e.getMessage()));
    }
  }
}
