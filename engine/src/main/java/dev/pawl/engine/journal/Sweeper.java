package dev.pawl.engine.journal;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Clears away, once an hour, what is not kept any more; after a failure soon again. */
public final class Sweeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sweeper.class);

  private static final Duration EVERY = Duration.ofHours(1);
  private static final Duration RETRY = Duration.ofMinutes(1);

  private final String fault;
  private final Predicate<Sweeper> sweep;
  private final Thread thread;
  private volatile boolean closed;

  private Sweeper(String name, String fault, Predicate<Sweeper> sweep) {
    this.fault = fault;
    this.sweep = sweep;
    this.thread = Thread.ofVirtual().name(name).unstarted(this::work);
  }

  /**
   * Starts to sweep.
   *
   * @param name of the thread
   * @param fault what is not done when a sweep fails, for the log
   * @param sweep clears away what it can, and says whether nobody was in its way; a long one asks
   *     {@link #closing} and may {@link #rest}
   */
  public static Sweeper start(String name, String fault, Predicate<Sweeper> sweep) {
    Sweeper sweeper = new Sweeper(name, fault, sweep);
    sweeper.thread.start();
    return sweeper;
  }

  private void work() {
    boolean down = false;
    while (!closed) {
      Duration rest = RETRY;
      try {
        if (sweep.test(this)) {
          rest = EVERY;
        }
        down = false;
      } catch (RuntimeException e) {
        if (!down && !closed) {
          log.warn("{}, trying again: {}", fault, e.getMessage());
          down = true;
        }
      }
      rest(rest);
    }
  }

  /** Whether the sweep is to end early. */
  public boolean closing() {
    return closed;
  }

  /** Waits so long, or until this is closed. */
  public void rest(Duration rest) {
    if (!closed) {
      LockSupport.parkNanos(rest.toNanos());
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
