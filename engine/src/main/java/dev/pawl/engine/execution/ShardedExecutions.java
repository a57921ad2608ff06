package dev.pawl.engine.execution;

import dev.pawl.engine.explain.Reason;
import dev.pawl.engine.run.RunFamily;
import dev.pawl.engine.wire.Admission;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;

/** Executions as sharded entities. */
public final class ShardedExecutions implements Executions {
  private final Function<ExecutionId, EntityRef<RunFamily>> entities;
  private final Admission admission;
  private final Duration timeout;

  public ShardedExecutions(
      Function<ExecutionId, EntityRef<RunFamily>> entities, Admission admission, Duration timeout) {
    this.entities = entities;
    this.admission = admission;
    this.timeout = timeout;
  }

  @Override
  public CompletionStage<Optional<ExecutionView>> describe(ExecutionId id) {
    return admission
        .<ExecutionMessage.Description>ask(
            "execution " + id,
            () -> entities.apply(id).ask(ExecutionMessage.Describe::new, timeout))
        .thenApply(ExecutionMessage.Description::view);
  }

  @Override
  public CompletionStage<List<Reason>> explain(ExecutionId id) {
    return admission
        .<ExecutionMessage.Explained>ask(
            "execution " + id, () -> entities.apply(id).ask(ExecutionMessage.Explain::new, timeout))
        .thenApply(ExecutionMessage.Explained::reasons);
  }
}
