package dev.pawl.api.fake;

import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.ExecutionView;
import dev.pawl.engine.execution.Executions;
import dev.pawl.engine.explain.Reason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Executions in memory. */
public final class FakeExecutions implements Executions {
  public final Map<ExecutionId, ExecutionView> views = new ConcurrentHashMap<>();

  /** What executions say of themselves. */
  public final Map<ExecutionId, List<Reason>> reasons = new ConcurrentHashMap<>();

  /** What every question for reasons fails with. */
  public volatile @Nullable Throwable failure;

  @Override
  public CompletionStage<Optional<ExecutionView>> describe(ExecutionId id) {
    return CompletableFuture.completedFuture(Optional.ofNullable(views.get(id)));
  }

  @Override
  public CompletionStage<List<Reason>> explain(ExecutionId id) {
    Throwable away = failure;
    return away == null
        ? CompletableFuture.completedFuture(reasons.getOrDefault(id, List.of()))
        : CompletableFuture.failedFuture(away);
  }
}
