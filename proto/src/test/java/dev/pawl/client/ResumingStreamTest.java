package dev.pawl.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pawl.client.ResumingStream.Settings;
import dev.pawl.covers.Covers;
import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WatchResponse;
import dev.pawl.v1.WatchServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class ResumingStreamTest {
  private static final WatchRequest FROM_NOW =
      WatchRequest.newBuilder().setParent("projects/p").build();

  private final FakeNode first = new FakeNode();
  private final FakeNode second = new FakeNode();
  private final ManagedChannel channel = PawlChannels.open(FakeNode.addresses(first, second));
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final List<Integer> taken = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    channel.shutdownNow();
    first.close();
    second.close();
  }

  private void both(FakeNode.Watching watching) {
    first.watching = watching;
    second.watching = watching;
  }

  private ResumingStream<WatchRequest, WatchResponse> stream(Settings settings) {
    return Watches.stream(channel, FROM_NOW, settings.telling(new Teller()));
  }

  private final class Teller implements ResumingStream.Listener {
    @Override
    public void broken(StatusRuntimeException why) {
      told.add("broken " + why.getStatus().getCode());
    }

    @Override
    public void resumed() {
      told.add("resumed");
    }
  }

  /** Takes messages until the one with this number has come. */
  private Predicate<WatchResponse> until(int last) {
    return message -> {
      int number = Integer.parseInt(message.getCursor());
      taken.add(number);
      return number < last;
    };
  }

  private static List<Integer> upTo(int last) {
    return IntStream.rangeClosed(1, last).boxed().toList();
  }

  /** Sends what stands behind the request's cursor, so many messages at most. */
  private static int send(
      WatchRequest request, ServerCallStreamObserver<WatchResponse> observer, int most) {
    int from = request.getCursor().isEmpty() ? 0 : Integer.parseInt(request.getCursor());
    for (int number = from + 1; number <= from + most; number++) {
      observer.onNext(WatchResponse.newBuilder().setCursor(Integer.toString(number)).build());
    }
    return from + most;
  }

  private static StatusRuntimeException refusal(
      Status.Code code, String reason, Map<String, String> metadata) {
    return PawlErrors.toException(
        new PawlError(
            code, "It is so.", Optional.of(reason), metadata, List.of(), Optional.empty()));
  }

  @Test
  @Covers("SYS-4")
  void a_stream_goes_on_at_another_node_when_its_own_is_killed() {
    AtomicInteger opened = new AtomicInteger();
    both(
        (request, observer) -> {
          send(request, observer, opened.incrementAndGet() == 1 ? 50 : 150);
        });

    CompletableFuture<Void> killed =
        CompletableFuture.runAsync(
            () -> {
              await().until(() -> taken.size() >= 20);
              (first.watches.isEmpty() ? second : first).kill();
            });
    stream(Settings.usual()).forEach(until(200));
    killed.join();

    assertThat(taken).isEqualTo(upTo(200));
    assertThat(opened).hasValue(2);
    assertThat(told).hasSize(2).element(0).asString().startsWith("broken");
    assertThat(told).element(1).isEqualTo("resumed");
    assertThat(first.watches).hasSize(1);
    assertThat(second.watches).hasSize(1);
  }

  @Test
  void many_breaks_make_neither_gap_nor_repeat() {
    Random random = new Random(7);
    both(
        (request, observer) -> {
          int sent = send(request, observer, random.nextInt(4));
          switch (random.nextInt(4)) {
            case 0 -> observer.onError(Status.UNAVAILABLE.asRuntimeException());
            case 1 ->
                observer.onError(
                    refusal(
                        Status.Code.UNAVAILABLE,
                        "NOT_SERVING",
                        Map.of("cursor", Integer.toString(sent))));
            case 2 ->
                observer.onError(
                    refusal(
                        Status.Code.RESOURCE_EXHAUSTED,
                        "READER_TOO_SLOW",
                        Map.of("cursor", Integer.toString(sent))));
            default -> observer.onError(Status.INTERNAL.withDescription("RST").asException());
          }
        });
    stream(Settings.usual()).forEach(until(100));
    assertThat(taken).isEqualTo(upTo(100));
  }

  @Test
  void a_break_before_the_first_message_goes_on_where_the_server_says() {
    both(
        (request, observer) -> {
          if (request.getCursor().isEmpty()) {
            observer.onError(
                refusal(Status.Code.UNAVAILABLE, "NOT_SERVING", Map.of("cursor", "41")));
          } else {
            send(request, observer, 1);
          }
        });
    stream(Settings.usual()).forEach(until(42));
    assertThat(taken).containsExactly(42);
    assertThat(told).as("a stream that had not begun").isEmpty();
  }

  @Test
  void the_server_may_end_it() {
    both(
        (request, observer) -> {
          send(request, observer, 3);
          observer.onCompleted();
        });
    ResumingStream<WatchRequest, WatchResponse> stream = stream(Settings.usual());
    stream.forEach(until(1_000));
    assertThat(taken).isEqualTo(upTo(3));
    assertThat(stream.cursor()).contains("3");
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      names = {"INVALID_ARGUMENT", "OUT_OF_RANGE", "NOT_FOUND", "INTERNAL", "RESOURCE_EXHAUSTED"})
  void a_refusal_is_the_callers(Status.Code code) {
    both((request, observer) -> observer.onError(refusal(code, "SOME_REASON", Map.of())));
    assertThatThrownBy(() -> stream(Settings.usual()).forEach(until(1)))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("It is so.");
    assertThat(first.watches.size() + second.watches.size()).isEqualTo(1);
  }

  @Test
  void it_gives_up_when_no_server_is_there_for_too_long() {
    both((request, observer) -> send(request, observer, 3));
    Settings settings = Settings.usual().trying(Duration.ofMinutes(1), Duration.ofMillis(700));
    CompletableFuture<Void> killed =
        CompletableFuture.runAsync(
            () -> {
              await().until(() -> taken.size() == 3);
              first.kill();
              second.kill();
            });
    long begun = System.nanoTime();
    assertThatThrownBy(() -> stream(settings).forEach(until(1_000)))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("UNAVAILABLE");
    killed.join();
    assertThat(System.nanoTime() - begun).isGreaterThan(Duration.ofMillis(700).toNanos());
    assertThat(told).singleElement().asString().startsWith("broken");
  }

  @Test
  void it_gives_up_sooner_when_it_never_had_a_server() {
    both((request, observer) -> observer.onError(Status.UNAVAILABLE.asRuntimeException()));
    Settings settings = Settings.usual().trying(Duration.ofMillis(200), Duration.ofMinutes(1));
    assertThatThrownBy(() -> stream(settings).forEach(until(1)))
        .hasMessageContaining("UNAVAILABLE");
    assertThat(first.watches.size() + second.watches.size()).isGreaterThan(1);
    assertThat(told).isEmpty();
  }

  @Test
  void a_stream_that_had_nothing_to_say_for_long_is_tried_as_long_as_any() {
    AtomicInteger opened = new AtomicInteger();
    both(
        (request, observer) -> {
          switch (opened.incrementAndGet()) {
            case 1 -> send(request, observer, 1);
            case 2, 3 -> observer.onError(Status.UNAVAILABLE.asRuntimeException());
            default -> send(request, observer, 1);
          }
        });
    // The only message is older than the patience when the stream breaks.
    ResumingStream<WatchRequest, WatchResponse> stream =
        new ResumingStream<>(
            channel,
            WatchServiceGrpc.getWatchMethod(),
            cursor -> FROM_NOW.toBuilder().setCursor(cursor.orElse("")).build(),
            WatchResponse::getCursor,
            Settings.usual().trying(Duration.ofSeconds(30), Duration.ofMillis(500)),
            Duration.ofMillis(600));
    CompletableFuture<Void> broken =
        CompletableFuture.runAsync(
            () -> {
              await().until(() -> taken.size() == 1);
              long quiet = System.nanoTime();
              await().until(() -> System.nanoTime() - quiet > Duration.ofMillis(800).toNanos());
              FakeNode its = first.watches.isEmpty() ? second : first;
              its.kill();
            });
    stream.forEach(until(2));
    broken.join();
    assertThat(taken).isEqualTo(upTo(2));
  }

  @Test
  void a_node_that_misses_its_heartbeat_is_left() {
    AtomicInteger opened = new AtomicInteger();
    both(
        (request, observer) -> {
          if (opened.incrementAndGet() != 2) {
            send(request, observer, 2);
          }
        });
    stream(Settings.usual().expecting(Duration.ofMillis(300))).forEach(until(4));
    assertThat(taken).isEqualTo(upTo(4));
    assertThat(opened).hasValue(3);
    assertThat(told).containsExactly("broken UNAVAILABLE", "resumed");
  }

  @Test
  void what_the_reader_throws_is_no_break_and_its_message_comes_again() {
    both((request, observer) -> send(request, observer, 3));
    ResumingStream<WatchRequest, WatchResponse> stream = stream(Settings.usual());
    StatusRuntimeException own = Status.UNAVAILABLE.asRuntimeException();
    assertThatThrownBy(
            () ->
                stream.forEach(
                    message -> {
                      if (message.getCursor().equals("2")) {
                        throw own;
                      }
                      return until(3).test(message);
                    }))
        .isSameAs(own);
    assertThat(stream.cursor()).contains("1");
    stream.forEach(until(3));
    assertThat(taken).isEqualTo(upTo(3));
  }

  @Test
  void another_thread_may_cancel_it_while_it_waits() throws Exception {
    both((request, observer) -> send(request, observer, 2));
    ResumingStream<WatchRequest, WatchResponse> stream = stream(Settings.usual());
    CompletableFuture<Void> reading =
        CompletableFuture.runAsync(() -> stream.forEach(until(1_000)));
    await().until(() -> taken.size() == 2);
    stream.cancel();
    reading.get(10, TimeUnit.SECONDS);
    stream.forEach(until(1_000));
    assertThat(taken).isEqualTo(upTo(2));
    assertThat(first.watches.size() + second.watches.size()).isEqualTo(1);
  }

  @Test
  void another_thread_may_cancel_it_while_no_server_is_there() throws Exception {
    first.kill();
    second.kill();
    ResumingStream<WatchRequest, WatchResponse> stream = stream(Settings.usual());
    CompletableFuture<Void> reading =
        CompletableFuture.runAsync(() -> stream.forEach(until(1_000)));
    await().pollDelay(Duration.ofMillis(200)).until(() -> !reading.isDone());
    stream.cancel();
    reading.get(10, TimeUnit.SECONDS);
  }

  @Test
  void an_interrupted_reader_is_told() throws Exception {
    both((request, observer) -> send(request, observer, 1));
    List<Throwable> thrown = new CopyOnWriteArrayList<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                stream(Settings.usual()).forEach(until(1_000));
              } catch (StatusRuntimeException e) {
                thrown.add(e);
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
              }
            });
    reader.start();
    await().until(() -> taken.size() == 1);
    reader.interrupt();
    reader.join(10_000);
    assertThat(thrown)
        .singleElement()
        .satisfies(
            e -> assertThat(Status.fromThrowable(e).getCode()).isEqualTo(Status.Code.CANCELLED));
  }

  @Test
  void a_slow_reader_leaves_what_follows_at_the_server() throws Exception {
    AtomicInteger sent = new AtomicInteger();
    String megabyte = "x".repeat(1 << 20);
    both(
        (request, observer) ->
            observer.setOnReadyHandler(
                () -> {
                  while (observer.isReady() && sent.get() < 200) {
                    WatchResponse.Builder message = WatchResponse.newBuilder();
                    message.getEventBuilder().setName(megabyte);
                    observer.onNext(
                        message.setCursor(Integer.toString(sent.incrementAndGet())).build());
                  }
                }));
    CountDownLatch work = new CountDownLatch(1);
    CompletableFuture<Void> reading =
        CompletableFuture.runAsync(
            () ->
                stream(Settings.usual())
                    .forEach(
                        message -> {
                          boolean more = until(200).test(message);
                          try {
                            work.await();
                          } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                          }
                          return more;
                        }));
    await().until(() -> taken.size() == 1);
    await().during(Duration.ofMillis(300)).until(() -> sent.get() < 12);
    work.countDown();
    reading.get(30, TimeUnit.SECONDS);
    assertThat(taken).isEqualTo(upTo(200));
  }

  @Test
  void pauses_grow_to_two_seconds_and_begin_anew_with_a_message() {
    Backoff backoff = new Backoff();
    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      millis.add(backoff.next().toMillis());
    }
    assertThat(millis.get(0)).isBetween(40L, 50L);
    assertThat(millis.get(3)).isBetween(320L, 400L);
    assertThat(millis.get(7)).isBetween(1_600L, 2_000L);
    backoff.reset();
    assertThat(backoff.next().toMillis()).isBetween(40L, 50L);
  }
}
