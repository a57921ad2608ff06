package dev.pawl.bench.load;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Calls of one kind, with a fixed number of them unanswered. */
final class ClosedLoop {
  private ClosedLoop() {}

  /**
   * What came of the calls.
   *
   * @param micros from sending to answer
   */
  record Result(double seconds, Histogram micros) {
    double millis(double percentile) {
      return micros.getValueAtPercentile(percentile) / 1_000.0;
    }
  }

  /**
   * Does the calls 0, 1, 2 ... in this order and waits for all answers. The first failure ends it
   * and is thrown.
   */
  static <T> Result run(int count, int inFlight, IntFunction<ListenableFuture<T>> call)
      throws InterruptedException {
    Semaphore free = new Semaphore(inFlight);
    Histogram micros = new ConcurrentHistogram(3);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    long begin = System.nanoTime();
    for (int i = 0; i < count && failure.get() == null; i++) {
      free.acquire();
      long sent = System.nanoTime();
      Futures.addCallback(
          call.apply(i),
          new FutureCallback<T>() {
            @Override
            public void onSuccess(T answer) {
              micros.recordValue((System.nanoTime() - sent) / 1_000);
              free.release();
            }

            @Override
            public void onFailure(Throwable thrown) {
              failure.compareAndSet(null, thrown);
              free.release();
            }
          },
          MoreExecutors.directExecutor());
    }
    free.acquire(inFlight);
    Throwable thrown = failure.get();
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown != null) {
      throw new IllegalStateException(thrown);
    }
    return new Result((System.nanoTime() - begin) / 1e9, micros);
  }
}
