package dev.pawl.worker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pawl.covers.Covers;
import dev.pawl.v1.LogLevel;
import dev.pawl.v1.LogSource;
import dev.pawl.v1.PushLogsRequest;
import dev.pawl.worker.FakeServer;
import dev.pawl.worker.WorkerOptions;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LogPusherTest {
  private final FakeServer server = new FakeServer();
  private ManagedChannel channel =
      WorkerOptions.channel(server.address(), InsecureChannelCredentials.create());
  private final LogPusher pusher =
      new LogPusher(new LogLimits(1 << 20, 256 << 10, 512 << 10), InstantSource.system(), "w");

  @AfterEach
  void end() {
    pusher.close();
    channel.shutdownNow();
    server.close();
  }

  private AttemptLog open(int number) {
    return pusher.open(
        PushLogsRequest.newBuilder()
            .setExecution(FakeServer.EXECUTION + number)
            .setFence(1)
            .setToken("token")
            .build());
  }

  private static void append(AttemptLog log, String text) {
    log.append(LogLevel.LOG_LEVEL_INFO, LogSource.LOG_SOURCE_HANDLER, text);
  }

  @Test
  void an_attempt_without_lines_sends_nothing() throws InterruptedException {
    pusher.connected(channel);
    open(0).end();
    AttemptLog other = open(1);
    append(other, "x");
    other.end();
    assertThat(pusher.awaitStored(Duration.ofSeconds(10))).isTrue();
    assertThat(server.chunks).hasSize(1);
    assertThat(server.chunks.getFirst().getLast()).isTrue();
  }

  @Test
  void lines_are_sent_soon_after_they_are_written() {
    pusher.connected(channel);
    AttemptLog log = open(0);
    append(log, "first");
    await().until(() -> server.texts().equals(List.of("first")));
    append(log, "second");
    await().until(() -> server.texts().equals(List.of("first", "second")));
    log.end();
    server.awaitLogEnd();
    PushLogsRequest last = server.chunks.getLast();
    assertThat(last.getFirstSequence()).isEqualTo(3);
    assertThat(last.getLineCount()).isZero();
  }

  @Test
  @Covers("OBS-31")
  void what_was_not_stored_is_sent_again_byte_for_byte() throws InterruptedException {
    server.storesLogs = false;
    pusher.connected(channel);
    AttemptLog log = open(0);
    append(log, "first");
    await().until(() -> server.chunks.size() == 1);
    append(log, "second");
    await().until(() -> server.chunks.size() == 2);
    log.end();
    assertThat(pusher.awaitStored(Duration.ofMillis(50))).isFalse();

    server.kill();
    pusher.disconnected();
    server.restart();
    server.storesLogs = true;
    channel.shutdownNow();
    channel = WorkerOptions.channel(server.address(), InsecureChannelCredentials.create());
    pusher.connected(channel);

    assertThat(pusher.awaitStored(Duration.ofSeconds(10))).isTrue();
    assertThat(server.chunks.subList(2, 4)).isEqualTo(server.chunks.subList(0, 2));
    assertThat(server.chunks.get(4).getLast()).isTrue();
    assertThat(server.chunks).hasSize(5);
  }

  @Test
  void a_log_that_the_server_closed_is_dropped() throws InterruptedException {
    server.closesLogs = true;
    pusher.connected(channel);
    AttemptLog log = open(0);
    append(log, "first");
    await().until(() -> !server.chunks.isEmpty());
    assertThat(pusher.awaitStored(Duration.ofSeconds(10))).isTrue();
    await().until(log::isDiscarded);
    IntStream.range(0, 100_000).forEach(i -> append(log, "nobody wants this line any more"));
    log.end();
    assertThat(pusher.awaitStored(Duration.ofSeconds(10))).isTrue();
    assertThat(server.chunks).hasSize(1);
  }

  @Test
  void one_log_that_is_not_stored_leaves_room_for_others() throws InterruptedException {
    // No session: nothing is stored, and the first writer fills its share.
    AttemptLog greedy = open(0);
    Thread writer =
        Thread.ofVirtual()
            .start(() -> IntStream.range(0, 20_000).forEach(i -> append(greedy, "a greedy line")));
    await().until(() -> writer.getState() == Thread.State.TIMED_WAITING);
    AttemptLog modest = open(1);
    append(modest, "a modest line");
    modest.end();

    pusher.connected(channel);
    writer.join();
    greedy.end();
    assertThat(pusher.awaitStored(Duration.ofSeconds(20))).isTrue();
    assertThat(server.chunks)
        .anySatisfy(
            chunk -> {
              assertThat(chunk.getExecution()).endsWith("1");
              assertThat(chunk.getLast()).isTrue();
            });
    assertThat(
            server.chunks.stream()
                .filter(chunk -> chunk.getExecution().endsWith("00"))
                .mapToInt(PushLogsRequest::getLineCount)
                .sum())
        .isEqualTo(20_000);
  }

  @Test
  void many_logs_share_one_stream() throws InterruptedException {
    pusher.connected(channel);
    for (int i = 0; i < 500; i++) {
      AttemptLog log = open(i);
      append(log, "only line of " + i);
      log.end();
    }
    assertThat(pusher.awaitStored(Duration.ofSeconds(20))).isTrue();
    assertThat(server.chunks)
        .hasSize(500)
        .allSatisfy(chunk -> assertThat(chunk.getLast()).isTrue());
    assertThat(server.logStreams).hasValue(1);
  }

  @Test
  void a_text_is_cut_to_lines_of_the_greatest_length() {
    pusher.connected(channel);
    AttemptLog log = open(0);
    append(log, "é".repeat(10_000));
    log.end();
    server.awaitLogEnd();
    assertThat(server.texts()).containsExactly("é".repeat(8_192), "é".repeat(1_808));
  }
}
