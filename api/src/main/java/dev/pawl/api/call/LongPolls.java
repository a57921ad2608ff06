package dev.pawl.api.call;

import dev.pawl.v1.ErrorReason;
import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Calls that are answered when something has happened, or when their time is up. */
public final class LongPolls {
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final Duration TO_ANSWER = Duration.ofSeconds(1);

  private LongPolls() {}

  /**
   * How long to wait: as asked for, at most 60 s, and less when the call's deadline is near.
   *
   * @param present whether the caller said; else it is 60 s
   */
  public static Duration atMost(boolean present, com.google.protobuf.Duration timeout) {
    return beforeDeadline(present ? timeout(timeout) : LONGEST);
  }

  /**
   * Who waits for less long than it asked for, since a part of its time went to a node that left,
   * gets the state and no DEADLINE_EXCEEDED.
   */
  private static Duration beforeDeadline(Duration wanted) {
    Deadline deadline = Context.current().getDeadline();
    if (deadline == null) {
      return wanted;
    }
    Duration left = Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS)).minus(TO_ANSWER);
    if (left.isNegative()) {
      return Duration.ZERO;
    }
    return left.compareTo(wanted) < 0 ? left : wanted;
  }

  /** Who wants to wait longer calls again: the state says whether to. */
  private static Duration timeout(com.google.protobuf.Duration given) {
    if (given.getSeconds() < 0 || given.getNanos() < 0) {
      throw ApiErrors.invalidField("timeout", "is negative; must be 0 s to 60 s");
    }
    return given.getSeconds() >= LONGEST.toSeconds()
        ? LONGEST
        : Duration.ofSeconds(given.getSeconds(), given.getNanos());
  }

  /** A server that leaves does not wait for whoever waits. */
  public static <T> CompletionStage<T> unlessLeaving(
      OpenStreams streams, CompletionStage<T> waiting) {
    CompletableFuture<T> answer = waiting.toCompletableFuture().copy();
    streams.add(
        answer,
        () ->
            answer.completeExceptionally(
                ApiErrors.unavailable(
                    ErrorReason.ERROR_REASON_NOT_SERVING,
                    "the server is leaving: wait again, at another node")));
    return answer.whenComplete((_, _) -> streams.remove(answer));
  }
}
