package dev.pawl.engine.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A live reader of one hub: what was committed and it did not take yet, up to a bound. */
final class LogTail implements Logs.Tail {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

  private final Optional<String> task;
  private final LogLimits limits;
  private final Executor readers;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock. Whoever takes the waiting reader out completes it.
  private List<LogChunk> queue = new ArrayList<>();
  private long bytes;
  private boolean lagged;
  private boolean closed;
  private @Nullable CompletableFuture<List<LogChunk>> waiting;
  private long waitingSince;

  private volatile Runnable atClose = () -> {};

  // The ticker's own.
  private long looksAt;

  /**
   * A tail that is not registered anywhere yet.
   *
   * @param readers completes what readers wait for, since what hangs on it may be slow
   * @param looksAt when to look first whether another node stored something unheard of
   */
  LogTail(Optional<String> task, LogLimits limits, Executor readers, long looksAt) {
    this.looksAt = looksAt;
    this.task = task;
    this.limits = limits;
    this.readers = readers;
  }

  void atClose(Runnable action) {
    atClose = action;
  }

  boolean wants(LogKey key) {
    return task.isEmpty() || task.get().equals(key.execution().task());
  }

  @Override
  public CompletionStage<List<LogChunk>> next() {
    lock.lock();
    try {
      if (closed) {
        return CompletableFuture.failedFuture(
            new IllegalStateException("the tail is closed; open another"));
      }
      if (waiting != null) {
        return CompletableFuture.failedFuture(
            new IllegalStateException("the last call of next() is not answered yet; wait for it"));
      }
      if (lagged) {
        lagged = false;
        return CompletableFuture.failedFuture(new Logs.TailLagged());
      }
      if (!queue.isEmpty()) {
        return CompletableFuture.completedFuture(takeAll());
      }
      waiting = new CompletableFuture<>();
      waitingSince = System.nanoTime();
      return waiting.minimalCompletionStage();
    } finally {
      lock.unlock();
    }
  }

  /** Adds a committed chunk. */
  void offer(LogChunk chunk) {
    lock.lock();
    try {
      if (closed || lagged) {
        return;
      }
      if (queue.size() >= limits.tailChunks()
          || bytes + chunk.lines().size() > limits.tailBytes()) {
        drop();
        return;
      }
      queue.add(chunk);
      bytes += chunk.lines().size();
      CompletableFuture<List<LogChunk>> reader = waiting;
      if (reader != null) {
        waiting = null;
        List<LogChunk> chunks = takeAll();
        readers.execute(() -> reader.complete(chunks));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Something was committed that this tail may not have been offered. */
  void lag() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      CompletableFuture<List<LogChunk>> reader = waiting;
      if (reader == null) {
        drop();
      } else {
        waiting = null;
        readers.execute(() -> reader.completeExceptionally(new Logs.TailLagged()));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Answers a reader that has waited long enough. */
  void tick(long now) {
    lock.lock();
    try {
      CompletableFuture<List<LogChunk>> reader = waiting;
      if (reader != null && now - waitingSince >= PATIENCE) {
        waiting = null;
        readers.execute(() -> reader.complete(List.of()));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Has the reader look into the store when it is time. */
  void look(long now, Duration again) {
    if (now - looksAt >= 0) {
      looksAt = now + again.toNanos();
      lag();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      queue = List.of();
      CompletableFuture<List<LogChunk>> reader = waiting;
      if (reader != null) {
        waiting = null;
        readers.execute(() -> reader.complete(List.of()));
      }
    } finally {
      lock.unlock();
    }
    atClose.run();
  }

  private void drop() {
    lagged = true;
    var _ = takeAll();
  }

  private List<LogChunk> takeAll() {
    List<LogChunk> chunks = queue;
    queue = new ArrayList<>();
    bytes = 0;
    return chunks;
  }
}
