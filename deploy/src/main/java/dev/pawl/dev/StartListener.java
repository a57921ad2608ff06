package dev.pawl.dev;

import java.time.Duration;

/** Hears of each part of a node that has become ready. */
@FunctionalInterface
public interface StartListener {
  /** Hears nothing. */
  StartListener SILENT = (part, took, detail) -> {};

  /** One part is ready. */
  void ready(String part, Duration took, String detail);
}
