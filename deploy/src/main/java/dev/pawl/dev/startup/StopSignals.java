package dev.pawl.dev.startup;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import sun.misc.Signal;

/**
 * The operator's wish to stop: SIGTERM or Ctrl-C. The first is left to the program, which stops in
 * order before the JVM's own hooks run beside each other; who asks twice is not kept waiting.
 */
public final class StopSignals {
  private static final int INTERRUPTED = 130;

  /** One wish can arrive twice: timeout(1) signals its child and then the group that it is in. */
  private static final Duration ONE_WISH = Duration.ofSeconds(1);

  private final CompletableFuture<String> first = new CompletableFuture<>();
  private final AtomicLong firstAt = new AtomicLong();

  private StopSignals() {}

  /** Takes the signals from now on. */
  public static StopSignals install() {
    StopSignals signals = new StopSignals();
    for (String name : new String[] {"TERM", "INT"}) {
      try {
        Signal.handle(new Signal(name), signal -> signals.received(signal.getName()));
      } catch (IllegalArgumentException e) {
        // The JVM was told to leave this signal alone (-Xrs, nohup): so it ends the process.
        continue;
      }
    }
    return signals;
  }

  private void received(String name) {
    long now = System.nanoTime();
    if (firstAt.compareAndSet(0, now)) {
      first.complete(name);
    } else if (now - firstAt.get() > ONE_WISH.toNanos()) {
      Runtime.getRuntime().halt(INTERRUPTED);
    }
  }

  /** Completes with the name of the first signal. */
  public CompletableFuture<String> first() {
    return first;
  }
}
