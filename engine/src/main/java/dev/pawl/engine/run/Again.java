package dev.pawl.engine.run;

/**
 * A task that had ended and is open again.
 *
 * @param index the task's place in the plan
 * @param was how it had ended
 */
public record Again(int index, StepEnd.Outcome was) {}
