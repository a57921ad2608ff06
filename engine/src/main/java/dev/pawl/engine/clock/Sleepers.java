package dev.pawl.engine.clock;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Those whom the waker wakes, by their persistence ids. */
public interface Sleepers {

  /** Sends a wake-up to an entity, and does not wait for it. */
  void wake(String entity);

  /**
   * Completes when an entity has taken in what it was sent before, or fails when it does not answer
   * in time. Where nothing can answer that, at once.
   */
  default CompletionStage<?> awake(String entity) {
    return CompletableFuture.completedStage(entity);
  }
}
