package dev.pawl.api.watch;

import dev.pawl.api.page.SealedTokens;
import dev.pawl.api.page.SealedTokens.Purpose;
import dev.pawl.api.page.SealedTokens.Scope;
import dev.pawl.engine.feed.FeedPosition;
import java.nio.ByteBuffer;

/** Places in the feed as callers carry them. */
final class WatchCursors {
  private static final int BYTES = 3 * Long.BYTES;

  /**
   * The place of a reader that has not seen its whole snapshot: it begins again with a new one,
   * since the rows that it misses have no place in the feed.
   */
  static final FeedPosition IN_SNAPSHOT = new FeedPosition(-1, -1, -1);

  private final SealedTokens tokens;

  WatchCursors(SealedTokens tokens) {
    this.tokens = tokens;
  }

  String write(Scope scope, FeedPosition position) {
    return tokens.write(
        Purpose.WATCH,
        scope,
        ByteBuffer.allocate(BYTES)
            .putLong(position.epoch())
            .putLong(position.xid())
            .putLong(position.ordering())
            .array());
  }

  FeedPosition read(Scope scope, String cursor) {
    byte[] place = tokens.read(Purpose.WATCH, scope, cursor);
    if (place.length != BYTES) {
      throw SealedTokens.damaged(Purpose.WATCH);
    }
    ByteBuffer bytes = ByteBuffer.wrap(place);
    return new FeedPosition(bytes.getLong(), bytes.getLong(), bytes.getLong());
  }
}
