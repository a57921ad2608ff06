package dev.pawl.api.watch;

import dev.pawl.engine.feed.FeedEntry;
import dev.pawl.engine.feed.FeedPosition;
import dev.pawl.engine.run.RunHeader;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.view.SnapshotKey;
import dev.pawl.engine.view.Views;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which moment each page of a snapshot shows. A run belongs to the page on which it is or would be:
 * what happened to it until then that page has told, by its row or by having none.
 */
final class SnapshotPlaces {
  private final FeedPosition first;
  // By the key that ends them; what lies behind the last of these is the last page's.
  private final TreeMap<SnapshotKey, FeedPosition> pages = new TreeMap<>();
  private FeedPosition last;

  SnapshotPlaces(Views.Snapshot first) {
    this.first = first.position();
    this.last = first.position();
    add(first);
  }

  /** Adds the next page. */
  void add(Views.Snapshot page) {
    last = page.position();
    if (page.next().isPresent()) {
      Map.Entry<SnapshotKey, FeedPosition> before = pages.lastEntry();
      if (before != null && before.getValue().equals(last)) {
        // Of one moment with the page before: one page of twice the size.
        pages.remove(before.getKey());
      }
      pages.put(page.next().get(), last);
    }
  }

  /** The moment of the first page: what follows the snapshot may have happened since. */
  FeedPosition first() {
    return first;
  }

  /** The moment of the last page, which is that of the whole once all have been brought to it. */
  FeedPosition last() {
    return last;
  }

  /** Whether the snapshot's pages have told this. */
  boolean told(FeedEntry entry) {
    return switch (entry) {
      case FeedEntry.OfRun of -> told(of.position(), of.id(), of.header());
      case FeedEntry.OfExecution of -> told(of.position(), of.id().run(), of.header());
      // They have no rows.
      case FeedEntry.OfDefinition _, FeedEntry.OfLock _, FeedEntry.OfOperation _ -> false;
    };
  }

  private boolean told(FeedPosition position, RunId run, RunHeader header) {
    FeedPosition shown =
        Optional.ofNullable(pages.ceilingEntry(new SnapshotKey(header.createdAt(), run)))
            .map(Map.Entry::getValue)
            .orElse(last);
    return position.compareTo(shown) <= 0;
  }
}
