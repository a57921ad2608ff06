package dev.pawl.engine.journal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The entities of this node that are about to begin and are known to be new: PostgreSQL need not be
 * asked what it holds of them.
 *
 * <p>Only who has just created the only one to ever direct an entity may say so. What is said holds
 * for one beginning, and no longer than until the entity writes: it may have been in memory
 * already, because somebody had asked about it. Should it be wrong all the same, the entity's first
 * write meets the key of the journal and the entity begins again, by asking.
 */
public final class Births {
  /** Entities that were announced and never began would gather; further ones are asked for. */
  private static final int MOST = 100_000;

  private final Set<String> announced = ConcurrentHashMap.newKeySet();

  /** Says that an entity is new. */
  public void announce(String persistenceId) {
    if (announced.size() < MOST) {
      announced.add(persistenceId);
    }
  }

  /** Whether an entity that begins is known to be new; holds for this once. */
  boolean take(String persistenceId) {
    return announced.remove(persistenceId);
  }
}
