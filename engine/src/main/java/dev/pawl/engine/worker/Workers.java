package dev.pawl.engine.worker;

import dev.pawl.engine.execution.ExecutionId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The workers of this cluster. */
public interface Workers {

  /** Begins a session for a worker that said hello. */
  WorkerLink connect(WorkerHello hello, WorkerSink sink);

  /** The workers that are connected, of one group or of all that were seen, by group and id. */
  CompletionStage<List<WorkerRow>> list(Optional<String> group);

  /**
   * Whether a lease's token is ours: log chunks are taken under it without asking the execution.
   */
  boolean validToken(String token, ExecutionId execution, long fence);
}
