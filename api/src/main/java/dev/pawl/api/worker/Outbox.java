package dev.pawl.api.worker;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Messages on their way out: sent one at a time, in the order in which they were added, each once
 * it is complete.
 *
 * @param <T> the messages
 */
final class Outbox<T> {
  private final Consumer<T> transport;
  private final Deque<Entry<T>> waiting = new ArrayDeque<>();
  private boolean sending;
  private boolean closed;
  private @Nullable Runnable ending;

  private record Entry<T>(CompletableFuture<T> message, Consumer<Throwable> failed) {}

  Outbox(Consumer<T> transport) {
    this.transport = transport;
  }

  void add(T message) {
    add(CompletableFuture.completedFuture(message), _ -> {});
  }

  /**
   * Adds a message that is not complete yet.
   *
   * @param failed told when it never will be; the message is then left out
   */
  void add(CompletableFuture<T> message, Consumer<Throwable> failed) {
    synchronized (waiting) {
      if (closed) {
        return;
      }
      waiting.add(new Entry<>(message, failed));
    }
    message.whenComplete((_, _) -> send());
  }

  /** Takes nothing more; what is complete goes out first, then the stream ends so. */
  void close(Runnable end) {
    synchronized (waiting) {
      if (closed) {
        return;
      }
      closed = true;
      ending = end;
    }
    send();
  }

  private void send() {
    while (true) {
      Entry<T> next;
      Runnable last = null;
      synchronized (waiting) {
        if (sending) {
          return;
        }
        next = waiting.peek();
        if (next != null && next.message().isDone()) {
          waiting.remove();
        } else if (closed) {
          next = null;
          last = ending;
          ending = null;
          waiting.clear();
        } else {
          return;
        }
        if (next == null && last == null) {
          return;
        }
        sending = true;
      }
      try {
        if (next == null) {
          if (last != null) {
            last.run();
          }
        } else if (next.message().isCompletedExceptionally()) {
          next.failed().accept(next.message().exceptionNow());
        } else {
          transport.accept(next.message().join());
        }
      } finally {
        synchronized (waiting) {
          sending = false;
        }
      }
    }
  }
}
