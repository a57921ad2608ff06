package dev.pawl.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WatchResponse;
import dev.pawl.v1.WatchServiceGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StalledReadersTest {
  private static final PawlError TOO_SLOW =
      new PawlError(
          Status.Code.RESOURCE_EXHAUSTED,
          "too slow",
          Optional.of("READER_TOO_SLOW"),
          Map.of("cursor", "c"),
          List.of(),
          Optional.empty());

  private static final int READERS = 5;

  private final CountDownLatch stalled = new CountDownLatch(READERS);
  private Optional<Server> server = Optional.empty();

  @AfterEach
  void stop() {
    server.ifPresent(Server::shutdownNow);
  }

  @Test
  void readers_stall_and_are_seen_to_be_ended_with_their_cursor()
      throws IOException, InterruptedException {
    try (StalledReaders readers =
        new StalledReaders(serve(PawlErrors.toException(TOO_SLOW)), READERS)) {
      assertThat(stalled.await(30, TimeUnit.SECONDS)).as("the server had to wait").isTrue();

      StalledReaders.Ends ends = readers.readOn(Duration.ofSeconds(30));

      assertThat(ends.endedWithCursor()).isEqualTo(READERS);
      assertThat(ends.notEnded()).isZero();
      assertThat(ends.endedOtherwise()).isZero();
    }
  }

  @Test
  void an_end_without_a_cursor_is_another_end() throws IOException, InterruptedException {
    try (StalledReaders readers =
        new StalledReaders(serve(Status.RESOURCE_EXHAUSTED.asRuntimeException()), READERS)) {
      assertThat(stalled.await(30, TimeUnit.SECONDS)).isTrue();

      assertThat(readers.readOn(Duration.ofSeconds(30)).endedOtherwise()).isEqualTo(READERS);
    }
  }

  /** A server that sends until its reader leaves no room, and then ends the stream. */
  private String serve(RuntimeException end) throws IOException {
    Server started =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(new Flood(end))
            .build()
            .start();
    server = Optional.of(started);
    return "127.0.0.1:" + started.getPort();
  }

  private final class Flood extends WatchServiceGrpc.WatchServiceImplBase {
    private final RuntimeException end;

    Flood(RuntimeException end) {
      this.end = end;
    }

    @Override
    public void watch(WatchRequest request, StreamObserver<WatchResponse> observer) {
      ServerCallStreamObserver<WatchResponse> stream =
          (ServerCallStreamObserver<WatchResponse>) observer;
      WatchResponse.Builder message = WatchResponse.newBuilder();
      message
          .getEventBuilder()
          .setName("x".repeat(1_000))
          .setReadTime(Timestamps.fromMillis(System.currentTimeMillis()));
      WatchResponse event = message.build();
      Thread.ofVirtual()
          .start(
              () -> {
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
                while (stream.isReady() && System.nanoTime() < deadline) {
                  stream.onNext(event);
                }
                if (!stream.isReady()) {
                  stalled.countDown();
                }
                stream.onError(end);
              });
    }
  }
}
