package dev.pawl.engine.definition;

/** Which free worker of the group is taken. */
public sealed interface Placement {

  /** Any worker. */
  record Any() implements Placement {}

  /** This worker when it has a free slot, else any. */
  record Prefer(String worker) implements Placement {}

  /** This worker, waited for. */
  record Only(String worker) implements Placement {}
}
