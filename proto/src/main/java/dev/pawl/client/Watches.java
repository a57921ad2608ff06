package dev.pawl.client;

import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WatchResponse;
import dev.pawl.v1.WatchServiceGrpc;
import io.grpc.Channel;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Streams of what happens in a project, that go on over the loss of nodes.
 *
 * <p>Every event comes once. Rows of a snapshot come again, from the first and perhaps newer, when
 * the stream breaks before the snapshot's end.
 */
public final class Watches {
  /** A bookmark comes every 15 s when nothing else does; without three of them a node is stuck. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(50);

  private Watches() {}

  /**
   * Hands on what the request asks for, until {@code more} wants no more. Other limits, a listener
   * and cancelling: see {@link #stream}.
   */
  public static void follow(
      Channel channel, WatchRequest request, Predicate<? super WatchResponse> more) {
    stream(channel, request, ResumingStream.Settings.usual()).forEach(more);
  }

  /** A stream that begins where the request says, and after a break behind what it handed on. */
  public static ResumingStream<WatchRequest, WatchResponse> stream(
      Channel channel, WatchRequest request, ResumingStream.Settings settings) {
    return new ResumingStream<>(
        channel,
        WatchServiceGrpc.getWatchMethod(),
        cursor -> cursor.map(known -> request.toBuilder().setCursor(known).build()).orElse(request),
        WatchResponse::getCursor,
        settings.heartbeat().isPresent() ? settings : settings.expecting(HEARTBEAT));
  }
}
