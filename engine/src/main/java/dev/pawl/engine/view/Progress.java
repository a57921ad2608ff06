package dev.pawl.engine.view;

import dev.pawl.engine.feed.FeedPosition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;

/** How far the views have got, as this node knows it, and who waits for them to get further. */
final class Progress {
  private final Executor executor;
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by the lock.
  private final PriorityQueue<Waiter> waiters =
      new PriorityQueue<>(Comparator.comparing(Waiter::place));
  private volatile FeedPosition position = FeedPosition.BEGINNING;

  private record Waiter(FeedPosition place, CompletableFuture<Void> passed) {}

  /** Wakes who waits on this executor. */
  Progress(Executor executor) {
    this.executor = executor;
  }

  FeedPosition position() {
    return position;
  }

  /** Whether somebody waits. */
  boolean awaited() {
    lock.lock();
    try {
      return !waiters.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Completes when everything up to the place is in the views. */
  CompletableFuture<Void> passed(FeedPosition place) {
    CompletableFuture<Void> passed = new CompletableFuture<>();
    lock.lock();
    try {
      if (position.compareTo(place) >= 0) {
        passed.complete(null);
        return passed;
      }
      waiters.add(new Waiter(place, passed));
    } finally {
      lock.unlock();
    }
    passed.whenComplete((_, _) -> forget(passed));
    return passed;
  }

  private void forget(CompletableFuture<Void> passed) {
    lock.lock();
    try {
      waiters.removeIf(waiter -> waiter.passed() == passed);
    } finally {
      lock.unlock();
    }
  }

  /** The views have got here; going back is believed too: another projector stood here. */
  void at(FeedPosition place) {
    List<Waiter> served = new ArrayList<>();
    lock.lock();
    try {
      position = place;
      while (!waiters.isEmpty() && waiters.peek().place().compareTo(place) <= 0) {
        served.add(waiters.remove());
      }
    } finally {
      lock.unlock();
    }
    served.forEach(waiter -> executor.execute(() -> waiter.passed().complete(null)));
  }
}
