package dev.pawl.bench.chaos.client;

import dev.pawl.v1.Run;
import dev.pawl.v1.Task;
import dev.pawl.v1.Workflow;

/**
 * What an answer says of the entity that it is about.
 *
 * @param entity as the journal names it
 * @param resource as callers name it
 * @param sequence of its revision
 * @param state without prefix
 * @param definition of a run, as callers name it; empty of anything else
 * @param steps how many a run has
 */
record Seen(
    String entity, String resource, long sequence, String state, String definition, int steps) {
  Seen(String entity, String resource, long sequence, String state) {
    this(entity, resource, sequence, state, "", 0);
  }

  static Seen of(Run run) {
    return new Seen(
        run.getRevision().getEntity(),
        run.getName(),
        run.getRevision().getSequence(),
        run.getState().name().replace("RUN_STATE_", ""),
        run.getDefinition(),
        run.getSteps().getTotal());
  }

  static Seen of(Workflow workflow) {
    return new Seen(
        workflow.getRevision().getEntity(),
        workflow.getName(),
        workflow.getRevision().getSequence(),
        workflow.getState().name().replace("DEFINITION_STATE_", ""));
  }

  static Seen of(Task task) {
    return new Seen(
        task.getRevision().getEntity(),
        task.getName(),
        task.getRevision().getSequence(),
        task.getState().name().replace("DEFINITION_STATE_", ""));
  }
}
