package dev.pawl.api.watch;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pawl.api.page.SealedTokens.Scope;
import dev.pawl.engine.feed.FeedEntry;
import dev.pawl.engine.feed.FeedPosition;
import dev.pawl.v1.WatchResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The messages that watchers get for entries of the feed. Watchers with one filter are mostly at
 * one place, so what was made last is kept for the others: the fact is translated and its cursor
 * sealed once, not once for each.
 */
final class WatchMessages {
  /** Some thousand usual messages: more than readers with room are apart. */
  private static final long KEPT_BYTES = 1 << 20;

  private final EventMapper mapper;
  private final WatchCursors cursors;
  private final Cache<Key, WatchResponse> kept =
      Caffeine.newBuilder()
          .maximumWeight(KEPT_BYTES)
          .weigher((Key _, WatchResponse message) -> message.getSerializedSize())
          .build();

  /** A place of the feed holds one fact, and a scope decides how its cursor is sealed. */
  private record Key(FeedPosition position, Scope scope) {}

  WatchMessages(EventMapper mapper, WatchCursors cursors) {
    this.mapper = mapper;
    this.cursors = cursors;
  }

  /** The message that shows an entry to watchers of this scope. */
  CompletionStage<WatchResponse> of(FeedEntry entry, Scope scope) {
    Key key = new Key(entry.position(), scope);
    WatchResponse known = kept.getIfPresent(key);
    if (known != null) {
      return CompletableFuture.completedFuture(known);
    }
    return mapper
        .toEvent(entry)
        .thenApply(
            event -> {
              WatchResponse message =
                  WatchResponse.newBuilder()
                      .setCursor(cursors.write(scope, entry.position()))
                      .setEvent(event)
                      .build();
              kept.put(key, message);
              return message;
            });
  }
}
