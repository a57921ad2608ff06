package dev.pawl.bench;

import dev.pawl.v1.Event;
import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WatchResponse;
import dev.pawl.v1.WatchServiceGrpc;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Reads one stream of events to its end, over connections that break and readers that are too slow.
 */
public final class EventFollower {
  private final Channel channel;

  public EventFollower(Channel channel) {
    this.channel = channel;
  }

  /**
   * Hands over every event once, until the consumer wants no more.
   *
   * @param request of a first connection; later ones go on from the last cursor
   * @param limit of the whole
   * @param wantsMore takes an event and says whether it wants another
   */
  public void follow(WatchRequest request, Duration limit, Predicate<Event> wantsMore) {
    followAll(request, limit, message -> !message.hasEvent() || wantsMore.test(message.getEvent()));
  }

  /** As {@link #follow}, with the rows of a snapshot and the bookmarks. */
  public void followAll(WatchRequest request, Duration limit, Predicate<WatchResponse> wantsMore) {
    long deadline = System.nanoTime() + limit.toNanos();
    WatchRequest next = request;
    while (true) {
      Context.CancellableContext context = Context.current().withCancellation();
      try {
        WatchRequest current = next;
        Iterator<WatchResponse> messages =
            context.call(
                () ->
                    WatchServiceGrpc.newBlockingStub(channel)
                        .withWaitForReady()
                        .withDeadlineAfter(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)
                        .watch(current));
        while (messages.hasNext()) {
          WatchResponse message = messages.next();
          if (!message.getCursor().isEmpty()) {
            next = request.toBuilder().setCursor(message.getCursor()).build();
          }
          if (!wantsMore.test(message)) {
            return;
          }
        }
      } catch (StatusRuntimeException e) {
        if (!canGoOn(e.getStatus().getCode())) {
          throw e;
        }
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      } finally {
        context.cancel(null);
      }
    }
  }

  private static boolean canGoOn(Status.Code code) {
    return code == Status.Code.UNAVAILABLE || code == Status.Code.RESOURCE_EXHAUSTED;
  }
}
