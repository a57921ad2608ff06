package dev.pawl.engine.journal;

import java.time.Instant;

/** One stored event with what every event carries. */
public interface Fact {

  /** Who or what caused it. */
  Cause cause();

  /** When it was decided: max of the clock and of the entity's previous fact. */
  Instant at();

  /** The entity's state before it, by the model's name; empty before the first fact. */
  String before();

  /** The entity's state after it, by the model's name. */
  String after();
}
