package dev.pawl.api.watch;

import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.call.Reader;
import dev.pawl.api.name.RunName;
import dev.pawl.api.page.SealedTokens.Scope;
import dev.pawl.api.run.RunLookup;
import dev.pawl.api.run.RunMapper;
import dev.pawl.engine.access.Rights;
import dev.pawl.engine.feed.Feed;
import dev.pawl.engine.feed.FeedEntry;
import dev.pawl.engine.feed.FeedExpired;
import dev.pawl.engine.feed.FeedPosition;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.view.RunFilter;
import dev.pawl.engine.view.RunRow;
import dev.pawl.engine.view.SnapshotQuery;
import dev.pawl.engine.view.Views;
import dev.pawl.v1.Bookmark;
import dev.pawl.v1.ErrorReason;
import dev.pawl.v1.SnapshotEnd;
import dev.pawl.v1.SnapshotRow;
import dev.pawl.v1.WatchFilter;
import dev.pawl.v1.WatchResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** One watcher: pulls from the feed as fast as its reader takes. */
final class WatchStream {
  /** Small, since a reader that stalls holds a batch. */
  private static final int BATCH = 64;

  /** Rows of a snapshot, for the same reason; each page is a query. */
  static final int PAGE = 128;

  private final Feed feed;
  private final Views views;
  private final RunLookup lookup;
  private final WatchMessages messages;
  private final WatchCursors cursors;
  private final Scope cursorScope;
  private final Duration bookmarks;
  private final Reader<WatchResponse> reader;

  WatchStream(
      Feed feed,
      Views views,
      RunLookup lookup,
      WatchMessages messages,
      WatchCursors cursors,
      Scope cursorScope,
      Duration bookmarks,
      Reader<WatchResponse> reader) {
    this.feed = feed;
    this.views = views;
    this.lookup = lookup;
    this.messages = messages;
    this.cursors = cursors;
    this.cursorScope = cursorScope;
    this.bookmarks = bookmarks;
    this.reader = reader;
  }

  /** Where a stream begins. */
  sealed interface Begin {
    /** Behind a place that the reader knows. */
    record Behind(FeedPosition position) implements Begin {}

    /** With what comes: the reader is told the place, so that a break loses nothing. */
    record Now(FeedPosition position) implements Begin {}

    /** With a snapshot, whose place is known once it is taken. */
    record Snapshot() implements Begin {}
  }

  void run(String project, WatchFilter filter, List<RunName> names, Begin begin, Rights rights)
      throws Exception {
    List<RunId> runs = new ArrayList<>();
    for (RunName name : names) {
      runs.add(reader.get(lookup.find(name)));
    }
    WatchScope scope = WatchScope.of(project, filter, runs, rights);
    follow(scope, begin(scope, runs, begin));
  }

  private FeedPosition begin(WatchScope scope, List<RunId> runs, Begin begin) throws Exception {
    return switch (begin) {
      case Begin.Behind(var position) -> position;
      case Begin.Now(var position) -> {
        bookmark(position);
        yield position;
      }
      case Begin.Snapshot() -> snapshot(scope, runs);
    };
  }

  private FeedPosition snapshot(WatchScope scope, List<RunId> runs) throws Exception {
    String inside = cursors.write(cursorScope, WatchCursors.IN_SNAPSHOT);
    RunFilter filter = scope.rows();
    Views.Snapshot page = page(scope, new SnapshotQuery(runs, filter, Optional.empty(), PAGE));
    SnapshotPlaces places = new SnapshotPlaces(page);
    rows(scope, page.runs(), inside);
    while (page.next().isPresent()) {
      page = page(scope, new SnapshotQuery(runs, filter, page.next(), PAGE));
      places.add(page);
      rows(scope, page.runs(), inside);
    }
    catchUp(scope, places, inside);
    String cursor = cursors.write(cursorScope, places.last());
    reader.send(
        WatchResponse.newBuilder()
            .setCursor(cursor)
            .setSnapshotEnd(SnapshotEnd.getDefaultInstance())
            .build(),
        cursor);
    return places.last();
  }

  private Views.Snapshot page(WatchScope scope, SnapshotQuery query) throws Exception {
    // Not before it can be told: a reader that stalls holds no page.
    reader.awaitRoom();
    return reader.get(views.snapshot(scope.project(), query));
  }

  private void rows(WatchScope scope, List<RunRow> rows, String inside) throws Exception {
    for (RunRow row : rows) {
      if (scope.shows(row)) {
        reader.send(
            WatchResponse.newBuilder()
                .setCursor(inside)
                .setRow(SnapshotRow.newBuilder().setRun(RunMapper.toRun(row)))
                .build(),
            inside);
      }
    }
  }

  /** Tells what happened to the rows of the pages before while those behind them were read. */
  private void catchUp(WatchScope scope, SnapshotPlaces places, String inside) throws Exception {
    FeedPosition position = places.first();
    while (position.compareTo(places.last()) < 0) {
      reader.awaitRoom();
      List<FeedEntry> entries = entries(feed.read(position, BATCH));
      if (entries.isEmpty()) {
        throw reader.notServing();
      }
      for (FeedEntry entry : entries) {
        if (entry.position().compareTo(places.last()) <= 0
            && scope.shows(entry)
            && !places.told(entry)) {
          WatchResponse message = reader.get(messages.of(entry, cursorScope));
          reader.send(message.toBuilder().setCursor(inside).build(), inside);
        }
      }
      position = entries.getLast().position();
    }
  }

  private void follow(WatchScope scope, FeedPosition from) throws Exception {
    FeedPosition position = from;
    long sent = System.nanoTime();
    while (true) {
      CompletionStage<List<FeedEntry>> batch = feed.read(position, BATCH);
      while (!reader.await(batch, left(sent))) {
        bookmark(position);
        sent = System.nanoTime();
      }
      List<FeedEntry> entries = entries(batch);
      if (entries.isEmpty()) {
        throw reader.notServing();
      }
      for (FeedEntry entry : entries) {
        if (scope.shows(entry)) {
          reader.awaitRoom();
          WatchResponse message = reader.get(messages.of(entry, cursorScope));
          reader.send(message, message.getCursor());
          sent = System.nanoTime();
        }
      }
      position = entries.getLast().position();
      if (left(sent).isZero()) {
        bookmark(position);
        sent = System.nanoTime();
      }
    }
  }

  private Duration left(long sent) {
    Duration left = bookmarks.minusNanos(System.nanoTime() - sent);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private void bookmark(FeedPosition position) throws Exception {
    String cursor = cursors.write(cursorScope, position);
    reader.send(
        WatchResponse.newBuilder()
            .setCursor(cursor)
            .setBookmark(Bookmark.getDefaultInstance())
            .build(),
        cursor);
  }

  private List<FeedEntry> entries(CompletionStage<List<FeedEntry>> batch) throws Exception {
    try {
      return reader.get(batch);
    } catch (FeedExpired e) {
      throw ApiErrors.of(
          ErrorReason.ERROR_REASON_CURSOR_EXPIRED,
          "what follows the cursor is no longer kept: begin again from a snapshot");
    }
  }
}
