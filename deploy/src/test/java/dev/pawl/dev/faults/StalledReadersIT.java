package dev.pawl.dev.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.client.PawlChannels;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import dev.pawl.client.RequestIds;
import dev.pawl.client.ServerAddress;
import dev.pawl.covers.Covers;
import dev.pawl.dev.DevServer;
import dev.pawl.dev.DevSettings;
import dev.pawl.v1.Beginning;
import dev.pawl.v1.Event;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.WaitRunRequest;
import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WatchResponse;
import dev.pawl.v1.WatchServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Watchers that take nothing. */
@Timeout(180)
class StalledReadersIT {
  private static final int READERS = 20;
  private static final Duration ENDED_WITHIN = Duration.ofSeconds(30);

  @Test
  @Covers("SYS-4")
  void each_reader_that_stalls_is_ended_within_30_s_with_a_cursor_that_works() throws Exception {
    try (DevServer server = DevServer.start(new DevSettings(Optional.empty(), 0, 16, false))) {
      ManagedChannel channel = PawlChannels.open(server.address());
      List<Staller> readers = new ArrayList<>();
      try {
        runToEnd(channel, Graphs.submit(channel, Graphs.crowd("crowd", 700)));
        for (int i = 0; i < READERS; i++) {
          readers.add(new Staller(server.address()));
        }
        for (Staller reader : readers) {
          assertThat(reader.first.await(30, TimeUnit.SECONDS)).as("took one message").isTrue();
        }
        // Nothing that such a reader could see tells that its end is due: only time does.
        long stalled = System.nanoTime();
        await().atMost(ENDED_WITHIN.plusSeconds(5)).until(() -> elapsed(stalled, ENDED_WITHIN));
        String marker = runToEnd(channel, Graphs.submit(channel, Graphs.chain("marker", 1, 0)));

        readers.forEach(Staller::readOn);
        for (Staller reader : readers) {
          assertThat(reader.ended.await(30, TimeUnit.SECONDS)).as("was ended").isTrue();
          PawlError error = PawlErrors.of(Objects.requireNonNull(reader.failure));
          assertThat(error.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
          assertThat(error.reason()).contains("READER_TOO_SLOW");
          assertThat(reader.facts)
              .as("facts that are newer than its end")
              .noneMatch(fact -> fact.getName().startsWith(marker));
          String cursor = error.metadata().getOrDefault("cursor", "");
          assertThat(cursor).isNotEmpty();
          assertGoesOn(channel, reader.facts, cursor, marker);
        }
      } finally {
        readers.forEach(reader -> reader.channel.shutdownNow());
        channel.shutdownNow();
      }
    }
  }

  private static boolean elapsed(long since, Duration time) {
    return System.nanoTime() - since > time.toNanos();
  }

  /** What follows the cursor joins what came before it, without gap or repeat. */
  private static void assertGoesOn(
      ManagedChannel channel, List<Event> before, String cursor, String marker) {
    Map<String, Long> newest = new HashMap<>();
    before.forEach(fact -> assertNext(newest, fact));
    Iterator<WatchResponse> rest =
        WatchServiceGrpc.newBlockingStub(channel)
            .withDeadlineAfter(30, TimeUnit.SECONDS)
            .watch(WatchRequest.newBuilder().setParent(Graphs.PROJECT).setCursor(cursor).build());
    while (true) {
      WatchResponse message = rest.next();
      if (message.hasEvent()) {
        assertNext(newest, message.getEvent());
        if (message.getEvent().hasRunEnded() && message.getEvent().getName().equals(marker)) {
          return;
        }
      }
    }
  }

  private static void assertNext(Map<String, Long> newest, Event fact) {
    assertThat(fact.getSequence())
        .as("sequence of %s", fact.getName())
        .isEqualTo(newest.merge(fact.getName(), 1L, Long::sum));
  }

  private static String runToEnd(ManagedChannel channel, String workflow) {
    Run run =
        RunServiceGrpc.newBlockingStub(channel)
            .startRun(
                StartRunRequest.newBuilder()
                    .setDefinition(workflow)
                    .setRequestId(RequestIds.next())
                    .build())
            .getRun();
    Run ended =
        RunServiceGrpc.newBlockingStub(channel)
            .waitRun(WaitRunRequest.newBuilder().setName(run.getName()).build())
            .getRun();
    assertThat(ended.hasEndTime()).as("%s has ended", ended.getName()).isTrue();
    return ended.getName();
  }

  /** Takes one message and then no more, through the smallest window that is usual. */
  private static final class Staller
      implements ClientResponseObserver<WatchRequest, WatchResponse> {
    private final ManagedChannel channel;
    private final CountDownLatch first = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final List<Event> facts = new ArrayList<>();
    private volatile @Nullable ClientCallStreamObserver<WatchRequest> call;
    private volatile @Nullable Throwable failure;
    private volatile boolean isReading;

    Staller(String address) {
      ServerAddress server = ServerAddress.parse(address);
      channel =
          NettyChannelBuilder.forAddress(server.host(), server.port())
              .usePlaintext()
              .flowControlWindow(65_535)
              .disableRetry()
              .build();
      WatchServiceGrpc.newStub(channel)
          .watch(
              WatchRequest.newBuilder()
                  .setParent(Graphs.PROJECT)
                  .setBeginning(Beginning.getDefaultInstance())
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
      Objects.requireNonNull(call).request(1);
    }

    @Override
    public void onNext(WatchResponse message) {
      if (message.hasEvent()) {
        facts.add(message.getEvent());
      }
      first.countDown();
      if (isReading) {
        Objects.requireNonNull(call).request(1);
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
  }
}
