package dev.pawl.engine.execution;

import dev.pawl.engine.content.Payload;
import java.util.Map;

/** What an execution can be told, by its run, by the dispatch and by what a worker reports. */
public sealed interface ExecutionCommand {

  /**
   * A worker has a free slot for it.
   *
   * @param round that the work is part of
   * @param work what to begin with when it begins anew
   */
  record Grant(WorkSpec spec, int round, Directive.Work work, String worker, String incarnation)
      implements ExecutionCommand {}

  /** The work succeeded. */
  record Succeed(long fence, Map<String, Payload> outputs, String lastLogLine)
      implements ExecutionCommand {}

  /** The work failed; {@code permanent}: no further attempt helps. */
  record Fail(long fence, String reason, String message, boolean permanent, String lastLogLine)
      implements ExecutionCommand {}

  /** The worker stopped the work. */
  record Confirm(long fence, String reason, String lastLogLine) implements ExecutionCommand {}

  /** The worker is gone with the lease: it restarted, or its time to live and the grace passed. */
  record Lose(long fence, String message) implements ExecutionCommand {}

  /** The attempt's timeout, and the time that its worker had to act on it, passed. */
  record TimeOut(long fence) implements ExecutionCommand {}

  /** End TERMINATED. */
  record Stop(String reason) implements ExecutionCommand {}

  /** No worker was found for the clean-up in time. */
  record GiveUpCleanUp(long fence) implements ExecutionCommand {}

  /** The worker did not confirm a stop in time: its fence is void. */
  record Fence(long fence) implements ExecutionCommand {}
}
