package dev.pawl.api.call;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Questions that many streams have at the same time: while one is on its way, those who come later
 * share the next. So an answer is never older than the question, and an owner hears of a thousand
 * followers as of one.
 *
 * @param <K> what is asked
 * @param <V> the answer
 */
public final class SharedQuestions<K, V> {
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by the lock: what was asked and not answered, with those who wait for the next.
  private final Map<K, @Nullable Next<V>> open = new HashMap<>();

  private record Next<V>(Supplier<CompletionStage<V>> question, CompletableFuture<V> answer) {}

  /** Asks, or shares what others ask. */
  public CompletionStage<V> ask(K key, Supplier<CompletionStage<V>> question) {
    Next<V> mine;
    lock.lock();
    try {
      Next<V> waiting = open.get(key);
      if (waiting != null) {
        return waiting.answer().minimalCompletionStage();
      }
      mine = new Next<>(question, new CompletableFuture<>());
      if (open.containsKey(key)) {
        open.put(key, mine);
        return mine.answer().minimalCompletionStage();
      }
      open.put(key, null);
    } finally {
      lock.unlock();
    }
    begin(key, mine);
    return mine.answer().minimalCompletionStage();
  }

  private void begin(K key, Next<V> next) {
    CompletionStage<V> asked;
    try {
      asked = next.question().get();
    } catch (RuntimeException e) {
      asked = CompletableFuture.failedStage(e);
    }
    asked.whenComplete(
        (answer, failure) -> {
          // The next is on its way before those who hear of this one can ask again.
          answered(key);
          if (failure == null) {
            next.answer().complete(answer);
          } else {
            next.answer().completeExceptionally(failure);
          }
        });
  }

  private void answered(K key) {
    Next<V> next;
    lock.lock();
    try {
      next = open.get(key);
      if (next == null) {
        open.remove(key);
        return;
      }
      open.put(key, null);
    } finally {
      lock.unlock();
    }
    begin(key, next);
  }
}
