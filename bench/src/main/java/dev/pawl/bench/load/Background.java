package dev.pawl.bench.load;

import dev.pawl.bench.BenchFailure;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** A load that goes on beside a measurement for as long as that takes. */
final class Background {
  private static final Duration SLICE = Duration.ofSeconds(2);

  private final RunLoad load;
  private @Nullable CompletableFuture<Void> running;
  private volatile boolean over;
  private long runs;
  private double seconds;

  Background(RunLoad load) {
    this.load = load;
  }

  /** Keeps so many runs unfinished until its end. */
  void start(int inFlight) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    running = done;
    Thread.ofVirtual()
        .name("background-load")
        .start(
            () -> {
              try {
                while (!over) {
                  RunLoad.Result slice = load.keepInFlight(inFlight, SLICE);
                  if (!slice.isClean()) {
                    throw new BenchFailure(
                        1,
                        "%d runs of the load failed, starts: %s"
                            .formatted(slice.failed(), slice.errors()));
                  }
                  runs += slice.counted();
                  seconds += slice.seconds();
                }
                done.complete(null);
              } catch (InterruptedException | RuntimeException e) {
                done.completeExceptionally(e);
              }
            });
  }

  /** Waits until the last run has ended; throws what went wrong. */
  void end() throws InterruptedException {
    over = true;
    CompletableFuture<Void> done = running;
    if (done == null) {
      return;
    }
    try {
      done.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** 0 when nothing was started. */
  double runsPerSecond() {
    return seconds == 0 ? 0 : runs / seconds;
  }
}
