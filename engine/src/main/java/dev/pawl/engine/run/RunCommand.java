package dev.pawl.engine.run;

import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.lock.LockName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a run can be told, by callers and by what runs for it. */
public sealed interface RunCommand {

  /** Begin; the header's times are set by the rules. */
  record Start(RunHeader header) implements RunCommand {}

  /**
   * A caller's command.
   *
   * @param step the one that it is about; the whole run when empty
   * @param until when a pause ends by itself; empty for everything else
   */
  record Execute(RunVerb verb, Optional<Step> step, Optional<Instant> until) implements RunCommand {
    /** A command that says nothing of time. */
    Execute(RunVerb verb, Optional<Step> step) {
      this(verb, step, Optional.empty());
    }
  }

  /**
   * A step as the caller met it.
   *
   * @param index the task's place in the plan
   * @param status where it is, by the run's state and by what the run has heard of its executions
   * @param executions those that the command is about
   */
  record Step(int index, StepStatus status, List<At> executions) {
    public Step {
      executions = List.copyOf(executions);
    }

    /** A step that is not split. */
    Step(int index, StepStatus status) {
      this(index, status, List.of(new At(index, status)));
    }
  }

  /** Where an execution is, by its place. */
  record At(int place, StepStatus status) {}

  /**
   * Executions ended, or came to rest.
   *
   * @param ends how tasks ended; those that are known already are passed over
   * @param quiet whether, with these, nothing of the run is at work any more: every released
   *     execution has ended or has confirmed that it holds
   * @param unbegun tasks that were told to stop, and whose executions have confirmed that they did
   *     not begin, or not again
   */
  record Settle(List<StepEnd> ends, boolean quiet, Set<Integer> unbegun) implements RunCommand {
    public Settle {
      ends = List.copyOf(ends);
      unbegun = Set.copyOf(unbegun);
    }

    /** When all that was told to stop had begun. */
    Settle(List<StepEnd> ends, boolean quiet) {
      this(ends, quiet, Set.of());
    }
  }

  /** The pause's end came. */
  record PauseOver() implements RunCommand {}

  /** The run's deadline passed. */
  record TimeOut() implements RunCommand {}

  /**
   * A lock was taken away from it.
   *
   * @param version of the run, once it had begun or gone on with the lock
   * @param by who did so
   * @param reason in that caller's words
   */
  record LoseLock(LockName lock, long version, String by, String reason) implements RunCommand {}
}
