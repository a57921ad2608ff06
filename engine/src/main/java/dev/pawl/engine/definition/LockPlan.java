package dev.pawl.engine.definition;

import java.util.List;
import java.util.Optional;

/**
 * The locks that the runs of a definition hold.
 *
 * @param releasedOnFailure whether a run that ended without success lets go of them
 */
public record LockPlan(List<Wanted> wanted, boolean releasedOnFailure) {
  /** No locks. */
  public static final LockPlan NONE = new LockPlan(List.of(), false);

  public LockPlan {
    wanted = List.copyOf(wanted);
  }

  /**
   * One lock, or one for each element of a list.
   *
   * @param key where its key comes from; global when empty
   */
  public record Wanted(String scope, Optional<Source> key) {}
}
