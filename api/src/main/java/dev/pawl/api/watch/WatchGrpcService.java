package dev.pawl.api.watch;

import dev.pawl.api.call.Caller;
import dev.pawl.api.call.Failures;
import dev.pawl.api.call.OpenStreams;
import dev.pawl.api.call.Reader;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.name.RunName;
import dev.pawl.api.page.SealedTokens;
import dev.pawl.api.page.SealedTokens.Scope;
import dev.pawl.api.run.RunLookup;
import dev.pawl.api.value.Structs;
import dev.pawl.engine.access.Rights;
import dev.pawl.engine.definition.Plans;
import dev.pawl.engine.feed.Feed;
import dev.pawl.engine.feed.FeedPosition;
import dev.pawl.engine.view.Views;
import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WatchResponse;
import dev.pawl.v1.WatchServiceGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;

/** Translates Watch calls into reading the feed, and nothing else. */
public final class WatchGrpcService extends WatchServiceGrpc.WatchServiceImplBase {
  private final Feed feed;
  private final Views views;
  private final RunLookup lookup;
  private final WatchMessages messages;
  private final WatchCursors cursors;
  private final OpenStreams streams;
  private final Pace pace;

  /**
   * How a stream moves.
   *
   * @param patience how long a reader may leave no room
   * @param bookmarks how often one comes when nothing happens
   */
  public record Pace(Duration patience, Duration bookmarks) {
    /** What the contract promises. */
    public static final Pace USUAL = new Pace(Duration.ofSeconds(20), Duration.ofSeconds(15));
  }

  public WatchGrpcService(
      Feed feed,
      Views views,
      Plans plans,
      RunLookup lookup,
      Structs structs,
      SealedTokens tokens,
      OpenStreams streams,
      Pace pace) {
    this.feed = feed;
    this.views = views;
    this.lookup = lookup;
    this.cursors = new WatchCursors(tokens);
    this.messages = new WatchMessages(new EventMapper(plans, structs), cursors);
    this.streams = streams;
    this.pace = pace;
  }

  @Override
  public void watch(WatchRequest request, StreamObserver<WatchResponse> observer) {
    String project;
    List<RunName> runs;
    Scope cursorScope;
    WatchStream.Begin begin;
    Rights rights = Caller.current().rights(request);
    try {
      project = ResourceNames.project("parent", request.getParent());
      runs = WatchScope.runNames(project, request.getFilter());
      WatchScope.of(project, request.getFilter(), List.of(), rights);
      cursorScope = WatchScope.cursorScope(project, request.getFilter());
      begin = begin(request, cursorScope);
    } catch (RuntimeException e) {
      observer.onError(Failures.of(e));
      return;
    }
    Reader.serve(
        "watch-" + project,
        (ServerCallStreamObserver<WatchResponse>) observer,
        streams,
        pace.patience(),
        reader ->
            new WatchStream(
                    feed, views, lookup, messages, cursors, cursorScope, pace.bookmarks(), reader)
                .run(project, request.getFilter(), runs, begin, rights));
  }

  private WatchStream.Begin begin(WatchRequest request, Scope scope) {
    return switch (request.getFromCase()) {
      case CURSOR -> {
        FeedPosition position = cursors.read(scope, request.getCursor());
        yield position.equals(WatchCursors.IN_SNAPSHOT)
            ? new WatchStream.Begin.Snapshot()
            : new WatchStream.Begin.Behind(position);
      }
      case BEGINNING -> new WatchStream.Begin.Behind(FeedPosition.BEGINNING);
      case NOW, FROM_NOT_SET -> new WatchStream.Begin.Now(feed.head());
      case SNAPSHOT -> new WatchStream.Begin.Snapshot();
    };
  }
}
