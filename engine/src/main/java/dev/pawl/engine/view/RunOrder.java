package dev.pawl.engine.view;

import java.util.List;

/**
 * In which order a list shows runs: by these keys, and by the id where they are equal, in the
 * direction of the last of them.
 */
public record RunOrder(List<Key> keys) {
  /** The newest first. */
  public static final RunOrder NEWEST = new RunOrder(List.of(new Key(Field.CREATED, true)));

  public RunOrder {
    keys = List.copyOf(keys);
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("an order has a key");
    }
  }

  public record Key(Field field, boolean descending) {}

  /** What runs are ordered by. */
  public enum Field {
    CREATED,
    /** Runs that have not started come as if they would at the end of time. */
    STARTED,
    /** Runs that have not ended come as if they would at the end of time. */
    ENDED,
    /** In the order of {@link dev.pawl.engine.run.RunStatus}: unended states first. */
    STATE,
    /** The name of the definition. */
    NAME
  }
}
