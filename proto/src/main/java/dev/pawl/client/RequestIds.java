package dev.pawl.client;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.UUID;

/**
 * Makes request ids: UUIDs of version 7, whose first bits are the time, so that runs sort by start.
 */
public final class RequestIds {
  private static final SecureRandom RANDOM = new SecureRandom();

  private RequestIds() {}

  /** A new request id. Keep it to send the same request again. */
  public static String next() {
    return at(InstantSource.system().millis(), RANDOM.nextLong(), RANDOM.nextLong()).toString();
  }

  static UUID at(long millis, long randomHigh, long randomLow) {
    long high = (millis << 16) | 0x7000L | (randomHigh & 0x0FFFL);
    long low = (randomLow & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }
}
