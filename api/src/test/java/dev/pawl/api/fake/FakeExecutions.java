package dev.pawl.api.fake;

import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.ExecutionView;
import dev.pawl.engine.execution.Executions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** Executions in memory. */
public final class FakeExecutions implements Executions {
  public final Map<ExecutionId, ExecutionView> views = new ConcurrentHashMap<>();

  @Override
  public CompletionStage<Optional<ExecutionView>> describe(ExecutionId id) {
    return CompletableFuture.completedFuture(Optional.ofNullable(views.get(id)));
  }
}
