package dev.pawl.engine.run;

import dev.pawl.engine.access.Rights;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.explain.Explanation;
import dev.pawl.engine.journal.Cause;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * The runs of this cluster.
 *
 * <p>Every call names the project that the run must be in; a run of another one is not found.
 * Stages fail with {@link dev.pawl.engine.decider.Unavailable} when the outcome is unknown and with
 * {@link dev.pawl.engine.decider.Overloaded} when the node lets no more commands in.
 */
public interface Runs {

  /**
   * Starts a run, or finds the one that the same request started. The header's {@code createdAt}
   * and {@code deadline} are set by the rules; its labels are merged with the definition's.
   *
   * @param reason why, in the caller's words; may be empty
   * @param rights of the caller
   */
  CompletionStage<Answer<RunHead, RunRejection>> start(
      RunId id, RunHeader header, String reason, Rights rights);

  /** A start by the engine itself. */
  default CompletionStage<Answer<RunHead, RunRejection>> start(
      RunId id, RunHeader header, String reason) {
    return start(id, header, reason, Rights.CHECKED);
  }

  /** Checks a start and answers the run as it would begin, storing nothing. */
  CompletionStage<Answer<RunHead, RunRejection>> preview(RunId id, RunHeader header);

  /**
   * Commands a run or one of its steps. Answered when every released execution has confirmed what
   * follows for it.
   *
   * @param step the one that the command is about; the whole run when empty
   * @param dryRun answers as if, and stores nothing
   */
  default CompletionStage<Answer<RunHead, RunRejection>> command(
      String project,
      RunId id,
      RunVerb verb,
      Optional<StepRef> step,
      Cause.Command cause,
      OptionalLong expectedSequence,
      boolean dryRun) {
    return command(project, id, verb, step, Optional.empty(), cause, expectedSequence, dryRun);
  }

  /**
   * The same.
   *
   * @param until when a pause ends by itself; empty for every other command
   */
  CompletionStage<Answer<RunHead, RunRejection>> command(
      String project,
      RunId id,
      RunVerb verb,
      Optional<StepRef> step,
      Optional<Instant> until,
      Cause.Command cause,
      OptionalLong expectedSequence,
      boolean dryRun);

  CompletionStage<Answer<RunHead, RunRejection>> describe(String project, RunId id);

  /** The run once it has ended, or as it is after the time given. */
  CompletionStage<Answer<RunHead, RunRejection>> await(String project, RunId id, Duration atMost);

  /**
   * A run's steps in the order of the plan.
   *
   * @param fromIndex the first index wanted
   * @param statuses only these when not empty
   */
  CompletionStage<Answer<StepPage, RunRejection>> steps(
      String project, RunId id, int fromIndex, int size, Set<StepStatus> statuses);

  /** One step with its outputs; empty when the plan has no such task. */
  CompletionStage<Answer<StepPage, RunRejection>> step(String project, RunId id, String task);

  /**
   * Why a run is where it is, as far as the run knows: what executions and worker groups know is
   * not in it.
   *
   * @param step the one that is asked about; the run itself when empty
   */
  CompletionStage<Answer<Explanation, RunRejection>> explain(
      String project, RunId id, Optional<StepRef> step);

  /** Finds a step. */
  CompletionStage<Answer<Location, RunRejection>> locate(String project, RunId id, Sought sought);

  /**
   * What is looked for. Without text and statuses it is where the run is: the first step whose undo
   * failed or is under way, else that failed, runs, is ready, waits; else the last one that is
   * done.
   *
   * @param text a part of its name or display name, in whatever case; any when empty
   * @param statuses only these when not empty
   * @param from the first index that is looked at
   */
  record Sought(String text, Set<StepStatus> statuses, int from) {
    public Sought {
      statuses = Set.copyOf(statuses);
    }

    /** Where the run is. */
    boolean isProgress() {
      return text.isEmpty() && statuses.isEmpty();
    }
  }

  /**
   * A step that was looked for.
   *
   * @param step empty when none fits
   * @param matches how many fit, whatever their index
   * @param steps how many the run has
   */
  record Location(Optional<StepView> step, int matches, int steps) {}

  /**
   * Some steps.
   *
   * @param next the index to go on from; empty on the last page
   * @param total of all pages
   */
  record StepPage(List<StepView> steps, OptionalLong next, int total) {
    public StepPage {
      steps = List.copyOf(steps);
    }
  }
}
