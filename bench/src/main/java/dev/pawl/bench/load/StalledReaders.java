package dev.pawl.bench.load;

import com.google.protobuf.Timestamp;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import dev.pawl.client.ServerAddress;
import dev.pawl.v1.Now;
import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WatchResponse;
import dev.pawl.v1.WatchServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watchers that take one message and then no more, each on a connection of its own, with the
 * smallest window that HTTP/2 has by default, so that the server is soon the one who has to wait.
 */
final class StalledReaders implements AutoCloseable {
  private static final int WINDOW = 65_535;

  private final List<Reader> readers = new ArrayList<>();
  private final Instant begin = Instant.now();

  /** What became of them. */
  record Ends(int endedWithCursor, int endedOtherwise, int notEnded, double latestEventSeconds) {}

  StalledReaders(String address, int count) {
    ServerAddress server = ServerAddress.parse(address);
    for (int i = 0; i < count; i++) {
      readers.add(new Reader(server));
    }
  }

  /**
   * Reads again what is left for each. A reader that the server ended while it stalled finds the
   * few messages that were under way, and then the end; none that is newer.
   */
  Ends readOn(Duration limit) throws InterruptedException {
    readers.forEach(Reader::readOn);
    long deadline = System.nanoTime() + limit.toNanos();
    int endedWithCursor = 0;
    int notEnded = 0;
    double latest = 0;
    for (Reader reader : readers) {
      if (!reader.ended.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        notEnded++;
      } else if (reader.endedWithCursor()) {
        endedWithCursor++;
      }
      Instant last = reader.lastEvent;
      latest = Math.max(latest, Duration.between(begin, last).toMillis() / 1_000.0);
    }
    return new Ends(endedWithCursor, readers.size() - endedWithCursor - notEnded, notEnded, latest);
  }

  @Override
  public void close() {
    readers.forEach(reader -> reader.channel.shutdownNow());
  }

  private final class Reader implements ClientResponseObserver<WatchRequest, WatchResponse> {
    private final ManagedChannel channel;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable ClientCallStreamObserver<WatchRequest> call;
    private volatile @Nullable Throwable failure;
    private volatile Instant lastEvent = begin;
    private volatile boolean isReading;

    Reader(ServerAddress server) {
      channel =
          NettyChannelBuilder.forAddress(server.host(), server.port())
              .usePlaintext()
              .flowControlWindow(WINDOW)
              .disableRetry()
              .build();
      WatchServiceGrpc.newStub(channel)
          .watch(
              WatchRequest.newBuilder()
                  .setParent(Definitions.PROJECT)
                  .setNow(Now.getDefaultInstance())
                  .build(),
              this);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchRequest> stream) {
      stream.disableAutoRequestWithInitial(1);
      call = stream;
    }

    void readOn() {
      isReading = true;
      request();
    }

    private void request() {
      ClientCallStreamObserver<WatchRequest> stream = call;
      if (stream != null) {
        stream.request(1);
      }
    }

    @Override
    public void onNext(WatchResponse message) {
      if (message.hasEvent()) {
        Timestamp read = message.getEvent().getReadTime();
        lastEvent = Instant.ofEpochSecond(read.getSeconds(), read.getNanos());
      }
      if (isReading) {
        request();
      }
    }

    @Override
    public void onError(Throwable thrown) {
      failure = thrown;
      ended.countDown();
    }

    @Override
    public void onCompleted() {
      ended.countDown();
    }

    boolean endedWithCursor() {
      Throwable thrown = failure;
      if (thrown == null) {
        return false;
      }
      PawlError error = PawlErrors.of(thrown);
      return error.reason().filter("READER_TOO_SLOW"::equals).isPresent()
          && !error.metadata().getOrDefault("cursor", "").isEmpty();
    }
  }
}
