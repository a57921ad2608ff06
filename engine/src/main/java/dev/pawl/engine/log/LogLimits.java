package dev.pawl.engine.log;

import java.time.Duration;

/**
 * How much log a node keeps in memory, and a section in the store.
 *
 * @param sectionBytes what one attempt may have stored; more is dropped, and its section says so
 * @param waitingBytes what may wait for its commit on this node
 * @param tailChunks what one live reader may have waiting
 * @param tailBytes the same, in bytes
 * @param idle after which a run's hub is forgotten
 */
record LogLimits(
    long sectionBytes, long waitingBytes, int tailChunks, long tailBytes, Duration idle) {
  static final LogLimits DEFAULT =
      new LogLimits(256L << 20, 64L << 20, 256, 4L << 20, Duration.ofMinutes(5));
}
