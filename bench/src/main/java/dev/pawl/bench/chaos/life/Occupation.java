package dev.pawl.bench.chaos.life;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A thread that does something until it is told to end, and whose failure is not lost. */
public final class Occupation {
  private final String name;
  private final Thread thread;
  private final CountDownLatch ending = new CountDownLatch(1);
  private volatile @Nullable Throwable failure;

  /** What it does; it looks often whether it is to end. */
  @FunctionalInterface
  public interface Body {
    void run() throws Exception;
  }

  public Occupation(String name, Body body) {
    this.name = name;
    this.thread = Thread.ofVirtual().name(name).unstarted(() -> run(body));
  }

  private void run(Body body) {
    try {
      body.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception | Error e) {
      failure = e;
    }
  }

  public void start() {
    thread.start();
  }

  public boolean isEnding() {
    return ending.getCount() == 0;
  }

  /** Waits so long, or until it is told to end; says whether it may go on. */
  public boolean rest(Duration time) throws InterruptedException {
    return !ending.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Tells it to end; does not wait. */
  public void tell() {
    ending.countDown();
  }

  /** Waits until it has ended; throws what went wrong in it. */
  public void join(Duration within) throws InterruptedException {
    tell();
    if (!thread.join(within)) {
      throw new IllegalStateException("%s does not end within %s".formatted(name, within));
    }
    Throwable thrown = failure;
    if (thrown != null) {
      throw new IllegalStateException(name + " failed", thrown);
    }
  }
}
