package dev.pawl.bench.chaos.program;

import java.util.List;
import java.util.Random;

/**
 * A source of chance that falls the same way for the same number and purpose.
 *
 * <p>Each purpose has dice of its own, so that what one of them throws does not depend on how often
 * another one was asked.
 */
public final class Dice {
  private final Random random;

  private Dice(long seed) {
    this.random = new Random(seed);
  }

  /** The dice of one purpose, and of one of several that have it. */
  public static Dice of(long number, String purpose, int which) {
    long seed = number;
    for (int i = 0; i < purpose.length(); i++) {
      seed = mixed(seed ^ purpose.charAt(i));
    }
    return new Dice(mixed(seed ^ (0x9E37_79B9_7F4A_7C15L * (which + 1L))));
  }

  /** The finisher of SplitMix64: near seeds give far apart ones. */
  private static long mixed(long seed) {
    long z = seed + 0x9E37_79B9_7F4A_7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
    return z ^ (z >>> 31);
  }

  /** True so many times in a hundred. */
  public boolean chance(double percent) {
    return random.nextDouble() * 100 < percent;
  }

  /** One of the numbers from the least to the most. */
  public int between(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  /** From 0 to below 1. */
  public double fraction() {
    return random.nextDouble();
  }

  public <T> T pick(List<T> some) {
    return some.get(random.nextInt(some.size()));
  }

  /** A number for a request id, which is as random as the dice. */
  public long bits() {
    return random.nextLong();
  }
}
