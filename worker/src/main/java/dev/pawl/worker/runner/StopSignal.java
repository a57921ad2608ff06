package dev.pawl.worker.runner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ladder down which one piece of work is stopped: first it is told, later it is killed.
 *
 * <p>Whoever registers late is called at once. Calls run on the thread that stops the work.
 */
public final class StopSignal {
  private static final Logger log = LoggerFactory.getLogger(StopSignal.class);

  private final List<Runnable> onSignal = new ArrayList<>(2);
  private final List<Runnable> onKill = new ArrayList<>(2);
  private final CountDownLatch told = new CountDownLatch(1);
  private volatile boolean signalled;
  private volatile boolean killed;

  /** Whether the work was told to stop. */
  public boolean isStopping() {
    return signalled;
  }

  /** Whether the work was told to stop by force. */
  public boolean isKilled() {
    return killed;
  }

  /** Has {@code action} run when the work is told to stop. */
  public void onSignal(Runnable action) {
    synchronized (this) {
      if (!signalled) {
        onSignal.add(action);
        return;
      }
    }
    run(action);
  }

  /** Has {@code action} run when the work must go at once. */
  public void onKill(Runnable action) {
    synchronized (this) {
      if (!killed) {
        onKill.add(action);
        return;
      }
    }
    run(action);
  }

  /** Waits until the work is told to stop, or the time is over; says which. */
  public boolean await(Duration time) throws InterruptedException {
    return told.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Tells the work to stop. */
  public void signal() {
    List<Runnable> actions;
    synchronized (this) {
      if (signalled) {
        return;
      }
      signalled = true;
      actions = List.copyOf(onSignal);
    }
    told.countDown();
    actions.forEach(StopSignal::run);
  }

  /** Ends the work by force. */
  public void kill() {
    List<Runnable> actions;
    synchronized (this) {
      if (killed) {
        return;
      }
      signalled = true;
      killed = true;
      actions = List.copyOf(onKill);
    }
    told.countDown();
    actions.forEach(StopSignal::run);
  }

  private static void run(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      log.warn("What was to run when the work was told to stop failed; the stop goes on", e);
    }
  }
}
