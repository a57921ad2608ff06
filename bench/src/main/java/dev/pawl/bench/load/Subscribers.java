package dev.pawl.bench.load;

import dev.pawl.bench.BenchFailure;
import dev.pawl.client.ServerAddress;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Many readers of one kind of stream; several share a connection, as readers behind a proxy do. */
final class Subscribers implements AutoCloseable {
  private static final int PER_CHANNEL = 50;
  private static final int MOST_INBOUND = 8 << 20;

  private final List<ManagedChannel> channels = new ArrayList<>();
  private final int count;
  private final CountDownLatch begun;
  private final CountDownLatch ended;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean closing;

  /** So many readers of a server, none of which reads yet. */
  Subscribers(String address, int count) {
    this.count = count;
    this.begun = new CountDownLatch(count);
    this.ended = new CountDownLatch(count);
    ServerAddress server = ServerAddress.parse(address);
    for (int i = 0; i < count; i += PER_CHANNEL) {
      // Messages are timed on the thread that reads them from the network.
      channels.add(
          NettyChannelBuilder.forAddress(server.host(), server.port())
              .usePlaintext()
              .directExecutor()
              .maxInboundMessageSize(MOST_INBOUND)
              .build());
    }
  }

  /**
   * Begins to read.
   *
   * @param call opens a stream
   * @param isBegin tells from a message that its reader is up to date; the one that begins
   * @param received each message, from several threads
   */
  <Q, M> void read(
      BiConsumer<Channel, ClientResponseObserver<Q, M>> call,
      Predicate<M> isBegin,
      Consumer<M> received) {
    for (int i = 0; i < count; i++) {
      call.accept(channels.get(i / PER_CHANNEL), new Reader<>(isBegin, received));
    }
  }

  /** Waits until every reader is up to date. */
  void awaitBegun() throws InterruptedException {
    await(begun, "begin");
  }

  /** Waits until every stream is complete. */
  void awaitEnded() throws InterruptedException {
    await(ended, "end");
  }

  private void await(CountDownLatch latch, String what) throws InterruptedException {
    boolean done = latch.await(120, TimeUnit.SECONDS);
    Throwable thrown = failure.get();
    if (!done || thrown != null) {
      throw new BenchFailure(
          1, "%d of %d readers did not %s: %s".formatted(latch.getCount(), count, what, thrown));
    }
  }

  @Override
  public void close() {
    closing = true;
    channels.forEach(ManagedChannel::shutdownNow);
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new BenchFailure(1, "a reader was ended: " + thrown);
    }
  }

  private final class Reader<Q, M> implements ClientResponseObserver<Q, M> {
    private final Predicate<M> isBegin;
    private final Consumer<M> received;
    private boolean hasBegun;

    Reader(Predicate<M> isBegin, Consumer<M> received) {
      this.isBegin = isBegin;
      this.received = received;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> stream) {
      // Flow control stays automatic: a message is asked for when one was taken.
    }

    @Override
    public void onNext(M message) {
      received.accept(message);
      if (!hasBegun && isBegin.test(message)) {
        hasBegun = true;
        begun.countDown();
      }
    }

    @Override
    public void onError(Throwable thrown) {
      if (!closing) {
        failure.compareAndSet(null, thrown);
      }
      begun.countDown();
      ended.countDown();
    }

    @Override
    public void onCompleted() {
      begun.countDown();
      ended.countDown();
    }
  }
}
