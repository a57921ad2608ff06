package dev.pawl.api.fake;

import dev.pawl.engine.feed.Feed;
import dev.pawl.engine.feed.FeedEntry;
import dev.pawl.engine.feed.FeedExpired;
import dev.pawl.engine.feed.FeedPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A feed in memory. */
public final class FakeFeed implements Feed {
  private final List<FeedEntry> entries = new ArrayList<>();
  private final List<Waiting> waiting = new ArrayList<>();

  /** Below it nothing is kept. */
  public volatile FeedPosition floor = FeedPosition.BEGINNING;

  private record Waiting(FeedPosition after, int max, CompletableFuture<List<FeedEntry>> answer) {}

  /** The place of the n-th entry. */
  public static FeedPosition at(long ordering) {
    return new FeedPosition(1, ordering, ordering);
  }

  /** Shows an entry. */
  public void add(FeedEntry entry) {
    List<Waiting> ready;
    synchronized (this) {
      entries.add(entry);
      ready = List.copyOf(waiting);
      waiting.clear();
    }
    for (Waiting reader : ready) {
      reader.answer().complete(behind(reader.after(), reader.max()));
    }
  }

  @Override
  public synchronized FeedPosition head() {
    return entries.isEmpty() ? FeedPosition.BEGINNING : entries.getLast().position();
  }

  @Override
  public synchronized CompletionStage<List<FeedEntry>> read(FeedPosition after, int max) {
    if (after.compareTo(floor) < 0) {
      return CompletableFuture.failedFuture(new FeedExpired("below " + floor));
    }
    List<FeedEntry> found = behind(after, max);
    if (!found.isEmpty()) {
      return CompletableFuture.completedFuture(found);
    }
    CompletableFuture<List<FeedEntry>> answer = new CompletableFuture<>();
    waiting.add(new Waiting(after, max, answer));
    return answer;
  }

  private synchronized List<FeedEntry> behind(FeedPosition after, int max) {
    return entries.stream()
        .filter(entry -> entry.position().compareTo(after) > 0)
        .limit(max)
        .toList();
  }

  /** How many readers wait for something new. */
  public synchronized int readersWaiting() {
    return waiting.size();
  }

  @Override
  public void hint() {}
}
