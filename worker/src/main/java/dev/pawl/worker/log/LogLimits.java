package dev.pawl.worker.log;

/**
 * How much log the worker takes and keeps.
 *
 * @param attemptBytes what one attempt may log; the rest is dropped, and the log says so
 * @param sectionBytes what one attempt may have unstored before its writers wait
 * @param workerBytes the same for all attempts of the worker together
 */
public record LogLimits(long attemptBytes, int sectionBytes, int workerBytes) {
  /** 64 MiB per attempt; 2 MiB of an attempt and 32 MiB in all wait to be stored. */
  public static final LogLimits DEFAULT = new LogLimits(64L << 20, 2 << 20, 32 << 20);

  public LogLimits {
    if (attemptBytes < 1 || sectionBytes < 64 << 10 || workerBytes < sectionBytes) {
      throw new IllegalArgumentException(
          "log limits must be at least 1 byte per attempt, 64 KiB unstored per attempt and as much"
              + " per worker; they are %d, %d and %d"
                  .formatted(attemptBytes, sectionBytes, workerBytes));
    }
  }
}
