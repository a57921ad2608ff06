package dev.pawl.engine.view;

/** Reads filters as callers write them: the contract's language is not the engine's. */
@FunctionalInterface
public interface RunFilterReader {

  /**
   * The filter that a text means.
   *
   * @throws RuntimeException when it means none; the message says why
   */
  RunFilter read(String text);
}
