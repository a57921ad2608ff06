package dev.pawl.dev.faults;

import static org.awaitility.Awaitility.await;

import dev.pawl.client.PawlChannels;
import dev.pawl.v1.Beginning;
import dev.pawl.v1.Event;
import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WatchResponse;
import dev.pawl.v1.WatchServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Watches the project from its beginning, and after each break goes on behind the last message that
 * it got.
 */
final class FactReader implements AutoCloseable {
  private static final long RECONNECT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final String address;
  private final Thread thread;
  private volatile boolean closed;
  private volatile @Nullable Throwable failure;

  // Guarded by this.
  private final List<Event> facts = new ArrayList<>();
  private String cursor = "";
  private boolean connected;
  private int breaks;
  private @Nullable ManagedChannel channel;

  private FactReader(String address) {
    this.address = address;
    this.thread = Thread.ofVirtual().name("fact-reader").unstarted(this::read);
  }

  static FactReader start(String address) {
    FactReader reader = new FactReader(address);
    reader.thread.start();
    return reader;
  }

  private void read() {
    try {
      while (!closed) {
        readOnce();
      }
    } catch (RuntimeException | Error e) {
      failure = e;
    }
  }

  private void readOnce() {
    // A fresh channel connects at once; a used one waits longer after each refusal.
    ManagedChannel fresh = PawlChannels.open(address);
    WatchRequest.Builder request = WatchRequest.newBuilder().setParent(Graphs.PROJECT);
    synchronized (this) {
      channel = fresh;
      if (cursor.isEmpty()) {
        request.setBeginning(Beginning.getDefaultInstance());
      } else {
        request.setCursor(cursor);
      }
    }
    try {
      Iterator<WatchResponse> messages =
          WatchServiceGrpc.newBlockingStub(fresh).watch(request.build());
      while (messages.hasNext()) {
        take(messages.next());
      }
    } catch (StatusRuntimeException e) {
      switch (e.getStatus().getCode()) {
        // The server went, by its own will or not.
        case UNAVAILABLE, CANCELLED, INTERNAL, UNKNOWN -> {
          synchronized (this) {
            breaks += connected ? 1 : 0;
            connected = false;
          }
          LockSupport.parkNanos(RECONNECT_NANOS);
        }
        default -> throw e;
      }
    } finally {
      fresh.shutdownNow();
    }
  }

  private synchronized void take(WatchResponse message) {
    connected = true;
    cursor = message.getCursor();
    if (message.hasEvent()) {
      facts.add(message.getEvent());
    }
  }

  /** Waits until a stream is open that has brought something. */
  void awaitConnected() {
    await("the watcher is connected").atMost(Duration.ofSeconds(60)).until(this::isConnected);
  }

  private synchronized boolean isConnected() {
    return connected;
  }

  /** How often a stream that had brought something broke. */
  synchronized int breaks() {
    return breaks;
  }

  /** What it saw so far. */
  synchronized List<Event> facts() {
    if (failure != null) {
      throw new AssertionError("the watcher was refused", failure);
    }
    return List.copyOf(facts);
  }

  /** Waits for a fact, and returns everything up to it. */
  List<Event> awaitFact(String what, Predicate<Event> wanted, Duration within) {
    await("the watcher sees " + what).atMost(within).until(() -> facts().stream().anyMatch(wanted));
    List<Event> seen = facts();
    for (int i = 0; i < seen.size(); i++) {
      if (wanted.test(seen.get(i))) {
        return seen.subList(0, i + 1);
      }
    }
    throw new AssertionError("it saw " + what + ", and lost it again");
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    synchronized (this) {
      if (channel != null) {
        channel.shutdownNow();
      }
    }
    thread.join();
  }
}
