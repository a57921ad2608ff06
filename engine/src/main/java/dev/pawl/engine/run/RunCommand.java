package dev.pawl.engine.run;

import java.util.List;

/** What a run can be told, by callers and by what runs for it. */
public sealed interface RunCommand {

  /** Begin; the header's times are set by the rules. */
  record Start(RunHeader header) implements RunCommand {}

  /** Start nothing new. */
  record Pause() implements RunCommand {}

  /** Go on. */
  record Continue() implements RunCommand {}

  /** End TERMINATED. */
  record Stop() implements RunCommand {}

  /**
   * Executions ended, or came to rest.
   *
   * @param ends how tasks ended; those that are known already are passed over
   * @param quiet whether, with these, nothing of the run is at work any more: every released
   *     execution has ended or has confirmed that it holds
   */
  record Settle(List<StepEnd> ends, boolean quiet) implements RunCommand {
    public Settle {
      ends = List.copyOf(ends);
    }
  }

  /** The run's deadline passed. */
  record TimeOut() implements RunCommand {}
}
