package dev.pawl.engine.definition;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pawl.engine.content.ContentStore;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The plans of definition versions, read once per node and kept while they are used. */
public final class Plans {
  private static final int CACHED_TASKS = 200_000;

  private final ContentStore contents;
  private final PlanReader reader;
  private final AsyncCache<String, Plan> cache =
      Caffeine.newBuilder()
          .maximumWeight(CACHED_TASKS)
          .weigher((String hash, Plan plan) -> plan.tasks().size())
          .buildAsync();

  public Plans(ContentStore contents, PlanReader reader) {
    this.contents = contents;
    this.reader = reader;
  }

  /** The plan of a hash. A failed load is tried anew by the next caller. */
  public CompletableFuture<Plan> get(String hash) {
    return cache.get(
        hash, (key, executor) -> contents.get(key).thenApply(reader::read).toCompletableFuture());
  }

  /** The plan of a hash when it is in memory. */
  public Optional<Plan> cached(String hash) {
    CompletableFuture<Plan> loading = cache.getIfPresent(hash);
    return loading != null && loading.isDone() && !loading.isCompletedExceptionally()
        ? Optional.of(loading.join())
        : Optional.empty();
  }
}
