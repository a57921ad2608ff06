package dev.pawl.engine.feed;

import dev.pawl.engine.journal.Seal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** Places in the feed as tokens that callers keep: sealed, and good for one filter only. */
public final class Cursors {
  private static final byte VERSION = 1;
  private static final int FILTER_BYTES = 8;
  private static final int LENGTH = 1 + FILTER_BYTES + 3 * Long.BYTES;

  private final Seal seal;

  public Cursors(Seal seal) {
    this.seal = seal;
  }

  /** What a token says. */
  public sealed interface Cursor {
    /** It names a place. */
    record Valid(FeedPosition position) implements Cursor {}

    /** We did not make it, or it was changed. */
    record Damaged() implements Cursor {}

    /** It was made for another filter. */
    record OtherFilter() implements Cursor {}
  }

  /**
   * The token of a place.
   *
   * @param filter what it is good for, as one text for all that means the same
   */
  public String encode(FeedPosition position, String filter) {
    ByteBuffer payload = ByteBuffer.allocate(LENGTH);
    payload
        .put(VERSION)
        .put(digest(filter))
        .putLong(position.epoch())
        .putLong(position.xid())
        .putLong(position.ordering());
    return seal.seal(payload.array());
  }

  /** What a token says to someone with this filter. */
  public Cursor decode(String token, String filter) {
    return seal.open(token)
        .filter(payload -> payload.length == LENGTH && payload[0] == VERSION)
        .<Cursor>map(payload -> decode(ByteBuffer.wrap(payload, 1, LENGTH - 1), filter))
        .orElseGet(Cursor.Damaged::new);
  }

  private static Cursor decode(ByteBuffer payload, String filter) {
    byte[] digest = new byte[FILTER_BYTES];
    payload.get(digest);
    return Arrays.equals(digest, digest(filter))
        ? new Cursor.Valid(
            new FeedPosition(payload.getLong(), payload.getLong(), payload.getLong()))
        : new Cursor.OtherFilter();
  }

  private static byte[] digest(String filter) {
    try {
      byte[] whole =
          MessageDigest.getInstance("SHA-256").digest(filter.getBytes(StandardCharsets.UTF_8));
      return Arrays.copyOf(whole, FILTER_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
