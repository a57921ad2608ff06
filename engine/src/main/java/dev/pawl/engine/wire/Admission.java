package dev.pawl.engine.wire;

import dev.pawl.engine.decider.Overloaded;
import dev.pawl.engine.decider.Unavailable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * How many questions may wait for an answer: at most 256 of one entity and a bounded number of this
 * node. Mailboxes and stashes are not bounded by themselves, so the bound is here.
 */
public final class Admission {
  private static final int PER_ENTITY = 256;

  private final int perNode;
  private final int perEntity;
  private final AtomicInteger waiting = new AtomicInteger();
  private final ConcurrentMap<String, Integer> byEntity = new ConcurrentHashMap<>();

  public Admission(int perNode) {
    this(perNode, PER_ENTITY);
  }

  private Admission(int perNode, int perEntity) {
    this.perNode = perNode;
    this.perEntity = perEntity;
  }

  /**
   * For what the engine asks on its own account, as many times as there are steps that wait: it
   * must not keep callers out, nor be kept out by them.
   */
  public static Admission unlimited() {
    return new Admission(Integer.MAX_VALUE, Integer.MAX_VALUE);
  }

  /**
   * Asks, if there is room. The stage fails with {@link Overloaded} when there is none, and with
   * {@link Unavailable} when no answer came in time.
   */
  public <T> CompletionStage<T> ask(String entity, Supplier<CompletionStage<T>> question) {
    if (byEntity.merge(entity, 1, Integer::sum) > perEntity) {
      leave(entity);
      return CompletableFuture.failedStage(
          new Overloaded(
              "%d commands wait for %s already; repeat it later".formatted(perEntity, entity)));
    }
    return counted(question, () -> leave(entity), entity);
  }

  /** How many wait for an answer now, on this node. */
  public int waiting() {
    return waiting.get();
  }

  /** As {@link #ask}, but counted for the node only. */
  public <T> CompletionStage<T> askUncounted(String entity, Supplier<CompletionStage<T>> question) {
    return counted(question, () -> {}, entity);
  }

  private <T> CompletionStage<T> counted(
      Supplier<CompletionStage<T>> question, Runnable after, String entity) {
    if (waiting.incrementAndGet() > perNode) {
      waiting.decrementAndGet();
      after.run();
      return CompletableFuture.failedStage(
          new Overloaded(
              "%d commands wait on this node already; repeat it later".formatted(perNode)));
    }
    CompletionStage<T> asked;
    try {
      asked = question.get();
    } catch (RuntimeException e) {
      asked = CompletableFuture.failedStage(e);
    }
    return asked.handle(
        (answer, failure) -> {
          waiting.decrementAndGet();
          after.run();
          if (failure == null) {
            return answer;
          }
          Throwable cause =
              failure instanceof CompletionException wrapped && wrapped.getCause() != null
                  ? wrapped.getCause()
                  : failure;
          throw cause instanceof TimeoutException
              ? new Unavailable(entity + " did not answer in time; repeat it", cause)
              : new CompletionException(cause);
        });
  }

  private void leave(String entity) {
    byEntity.computeIfPresent(entity, (_, count) -> count == 1 ? null : count - 1);
  }
}
