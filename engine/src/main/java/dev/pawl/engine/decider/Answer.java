package dev.pawl.engine.decider;

/**
 * What an entity answers to a caller: a value, or the refusal.
 *
 * <p>A stage that fails instead means that the outcome is unknown (see {@link Unavailable}).
 *
 * @param <T> the value
 * @param <R> the entity's rejections
 */
public sealed interface Answer<T, R> {

  /**
   * The command was accepted and what follows from it is stored; or the thing asked for is there.
   */
  record Accepted<T, R>(T value) implements Answer<T, R> {}

  /** The command was refused; nothing was stored. */
  record Refused<T, R>(R rejection) implements Answer<T, R> {}
}
