package dev.pawl.engine;

/**
 * Finds by itself how far apart two things have to be sent for either to come first: the lead moves
 * against whatever won last, so it settles where both orders are seen, and is spread around there.
 */
final class Crossing {
  private static final long SPREAD_NANOS = 400_000;
  private static final long STEP_NANOS = 40_000;
  private static final long LONGEST_STEP_NANOS = 500_000;
  private static final long FARTHEST_NANOS = 100_000_000;
  private static final double GOLDEN = 0.618_033_988_749_894_9;

  private long centre;
  private long step;
  private int firstWon;
  private int secondWon;

  /** How long before the second the first is sent; negative when the second is sent before it. */
  synchronized long lead(int number) {
    return centre + (long) ((number * GOLDEN % 1 * 2 - 1) * SPREAD_NANOS);
  }

  /** Steps grow while the same one wins: how far it has to go may be many times the spread. */
  synchronized void saw(boolean firstCameFirst) {
    if (firstCameFirst) {
      firstWon++;
    } else {
      secondWon++;
    }
    boolean again = firstCameFirst ? step < 0 : step > 0;
    long size = again ? Math.min(Math.abs(step) * 9 / 8, LONGEST_STEP_NANOS) : STEP_NANOS;
    step = firstCameFirst ? -size : size;
    centre = Math.clamp(centre + step, -FARTHEST_NANOS, FARTHEST_NANOS);
  }

  /** How often the rarer order was seen. */
  synchronized int rarer() {
    return Math.min(firstWon, secondWon);
  }

  @Override
  public synchronized String toString() {
    return "%d and %d, with a lead of %d us".formatted(firstWon, secondWon, centre / 1_000);
  }

  /** Lets so much time pass, busily: nothing that sleeps is as exact. */
  static void spin(long nanos) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() - end < 0) {
      Thread.onSpinWait();
    }
  }
}
