package dev.pawl.engine.run;

/**
 * How many steps of a run do what.
 *
 * @param waiting not released
 * @param active released and not ended
 */
public record StepCounts(
    int total,
    int waiting,
    int active,
    int succeeded,
    int failed,
    int terminated,
    int skipped,
    int rolledBack,
    int rollbackFailed) {

  /** The counts of a run of which nothing has ended. */
  public static StepCounts none(int total) {
    return new StepCounts(total, total, 0, 0, 0, 0, 0, 0, 0);
  }

  /** The same with so many more, or fewer, that came to this end; they were waiting before. */
  public StepCounts plus(StepEnd.Outcome outcome, int more) {
    return new StepCounts(
        total,
        waiting - more,
        active,
        succeeded + (outcome == StepEnd.Outcome.SUCCEEDED ? more : 0),
        failed + (outcome == StepEnd.Outcome.FAILED ? more : 0),
        terminated + (outcome == StepEnd.Outcome.TERMINATED ? more : 0),
        skipped,
        rolledBack + (outcome == StepEnd.Outcome.ROLLED_BACK ? more : 0),
        rollbackFailed + (outcome == StepEnd.Outcome.ROLLBACK_FAILED ? more : 0));
  }
}
