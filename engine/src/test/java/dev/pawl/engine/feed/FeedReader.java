package dev.pawl.engine.feed;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Reads a feed from a place on, page by page, and keeps what it was shown. */
final class FeedReader implements AutoCloseable {
  private final List<FeedEntry> shown = Collections.synchronizedList(new ArrayList<>());
  private volatile boolean closed;

  FeedReader(Feed feed, FeedPosition from, int max) {
    follow(feed, from, max);
  }

  private void follow(Feed feed, FeedPosition after, int max) {
    feed.read(after, max)
        .thenAcceptAsync(
            entries -> {
              shown.addAll(entries);
              if (!closed && !entries.isEmpty()) {
                follow(feed, entries.getLast().position(), max);
              }
            });
  }

  int size() {
    return shown.size();
  }

  List<FeedEntry> shown() {
    synchronized (shown) {
      return List.copyOf(shown);
    }
  }

  List<FeedPosition> positions() {
    return shown().stream().map(FeedEntry::position).toList();
  }

  @Override
  public void close() {
    closed = true;
  }
}
