package dev.pawl.engine.execution;

import dev.pawl.engine.explain.Reason;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The executions of this cluster. Commands on them enter through their run. */
public interface Executions {

  /** An execution as its owner knows it; empty when nothing was stored of it yet. */
  CompletionStage<Optional<ExecutionView>> describe(ExecutionId id);

  /** Why an execution is where it is; without reasons when only its run can tell. */
  CompletionStage<List<Reason>> explain(ExecutionId id);
}
