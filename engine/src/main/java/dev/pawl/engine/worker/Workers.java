package dev.pawl.engine.worker;

import dev.pawl.engine.execution.ExecutionId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** The workers of this cluster. */
public interface Workers {

  /** Begins a session for a worker that said hello. */
  WorkerLink connect(WorkerHello hello, WorkerSink sink);

  /** The groups that this node has heard of; all of them some seconds after they were born. */
  Set<String> groups();

  /** The workers that are connected and in these groups, by group and id. */
  CompletionStage<List<WorkerRow>> list(Set<String> groups);

  /**
   * What stands between an execution and a slot of a group, as that says.
   *
   * @param only the one worker that may take it; empty when any may
   * @return empty when the group does not answer within a moment
   */
  CompletionStage<Optional<GroupPlace>> place(
      String group, ExecutionId execution, Optional<String> only);

  /**
   * Whether a lease's token is ours: log chunks are taken under it without asking the execution.
   */
  boolean validToken(String token, ExecutionId execution, long fence);
}
