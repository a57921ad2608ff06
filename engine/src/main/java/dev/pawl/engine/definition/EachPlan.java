package dev.pawl.engine.definition;

import java.util.OptionalInt;

/**
 * A task that is split: one execution for each element of a list.
 *
 * @param over a parameter or a value of type LIST
 * @param parallel how many of one run are released at once at most; no limit of its own when empty
 */
public record EachPlan(Source over, OptionalInt parallel) {
  /** The input by which an execution is handed its element. */
  public static final String ITEM = "item";

  /** The most executions of one task of a run. */
  public static final int MOST = 1_000;
}
