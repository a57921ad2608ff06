package dev.pawl.engine.feed;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest entries of the feed, bounded by number and by bytes. Not for several threads at once.
 *
 * <p>It holds every entry behind {@link #floor} up to {@link #head}.
 */
final class FeedWindow {
  private final RowDecoder.@Nullable Decoded[] ring;
  private final long maxBytes;
  private FeedPosition floor;
  private FeedPosition head;
  private int oldest;
  private int size;
  private long bytes;

  FeedWindow(FeedPosition start, int maxEntries, long maxBytes) {
    this.floor = start;
    this.head = start;
    this.ring = new RowDecoder.@Nullable Decoded[maxEntries];
    this.maxBytes = maxBytes;
  }

  FeedPosition floor() {
    return floor;
  }

  FeedPosition head() {
    return head;
  }

  /** Adds what follows the head, which becomes {@code upTo}, and lets go of the oldest. */
  void append(List<RowDecoder.Decoded> entries, FeedPosition upTo) {
    for (RowDecoder.Decoded decoded : entries) {
      if (size == ring.length) {
        dropOldest();
      }
      ring[(oldest + size) % ring.length] = decoded;
      size++;
      bytes += decoded.bytes();
    }
    while (bytes > maxBytes && size > 1) {
      dropOldest();
    }
    head = upTo;
  }

  private void dropOldest() {
    RowDecoder.Decoded dropped = at(0);
    ring[oldest] = null;
    oldest = (oldest + 1) % ring.length;
    size--;
    bytes -= dropped.bytes();
    floor = dropped.entry().position();
  }

  /** The entries behind a place that is not below the floor, at most so many. */
  List<FeedEntry> after(FeedPosition place, int max) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (at(middle).entry().position().compareTo(place) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    int end = Math.min(size, low + max);
    List<FeedEntry> entries = new ArrayList<>(end - low);
    for (int i = low; i < end; i++) {
      entries.add(at(i).entry());
    }
    return entries;
  }

  private RowDecoder.Decoded at(int index) {
    RowDecoder.Decoded decoded = ring[(oldest + index) % ring.length];
    if (decoded == null) {
      throw new IllegalStateException("the window has no entry " + index + " of " + size);
    }
    return decoded;
  }
}
