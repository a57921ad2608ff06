package dev.pawl.engine.decider;

import java.util.List;

/**
 * What a decider says to a command: facts to store, or why not.
 *
 * @param <E> the entity's events
 * @param <R> the entity's rejections
 */
public sealed interface Decision<E, R> {

  /** The command holds; no events when it is already true. */
  record Accept<E, R>(List<E> events) implements Decision<E, R> {
    public Accept {
      events = List.copyOf(events);
    }
  }

  /** The command is refused and nothing is stored. */
  record Reject<E, R>(R rejection) implements Decision<E, R> {}

  @SafeVarargs
  static <E, R> Decision<E, R> accept(E... events) {
    return new Accept<>(List.of(events));
  }

  static <E, R> Decision<E, R> accept(List<E> events) {
    return new Accept<>(events);
  }

  static <E, R> Decision<E, R> unchanged() {
    return new Accept<>(List.of());
  }

  static <E, R> Decision<E, R> reject(R rejection) {
    return new Reject<>(rejection);
  }
}
