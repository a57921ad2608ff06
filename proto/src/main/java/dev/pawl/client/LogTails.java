package dev.pawl.client;

import dev.pawl.v1.LogServiceGrpc;
import dev.pawl.v1.TailLogsRequest;
import dev.pawl.v1.TailLogsResponse;
import io.grpc.Channel;
import java.util.function.Predicate;

/** Streams of the log lines of a run or of a step, that go on over the loss of nodes. */
public final class LogTails {
  private LogTails() {}

  /**
   * Hands on the lines that the request asks for, each once, until the server ends the stream or
   * {@code more} wants no more. Other limits, a listener and cancelling: see {@link #stream}.
   */
  public static void follow(
      Channel channel, TailLogsRequest request, Predicate<? super TailLogsResponse> more) {
    stream(channel, request, ResumingStream.Settings.usual()).forEach(more);
  }

  /** A stream that begins where the request says, and after a break behind what it handed on. */
  public static ResumingStream<TailLogsRequest, TailLogsResponse> stream(
      Channel channel, TailLogsRequest request, ResumingStream.Settings settings) {
    return new ResumingStream<>(
        channel,
        LogServiceGrpc.getTailLogsMethod(),
        cursor -> cursor.map(known -> request.toBuilder().setCursor(known).build()).orElse(request),
        TailLogsResponse::getCursor,
        settings);
  }
}
