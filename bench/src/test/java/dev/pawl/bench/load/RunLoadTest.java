package dev.pawl.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.bench.FakePawl;
import dev.pawl.client.PawlChannels;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunLoadTest {
  @Test
  void every_run_of_a_burst_is_counted_once_in_whichever_order_its_end_is_told()
      throws IOException, InterruptedException {
    try (FakePawl pawl = new FakePawl(events -> {}, 0);
        Closing channel = new Closing(PawlChannels.open(pawl.address()));
        RunLoad load = load(channel)) {
      RunLoad.Result result = load.burst(200);

      assertThat(result.succeeded()).isEqualTo(200);
      assertThat(result.failed()).isZero();
      assertThat(result.errors()).isEmpty();
      assertThat(result.latencyMicros().getTotalCount()).isEqualTo(200);
      assertThat(result.runsPerSecond()).isPositive();
    }
  }

  @Test
  void runs_are_started_as_others_end_until_the_time_is_over()
      throws IOException, InterruptedException {
    try (FakePawl pawl = new FakePawl(events -> {}, 0);
        Closing channel = new Closing(PawlChannels.open(pawl.address()));
        RunLoad load = load(channel)) {
      RunLoad.Result first = load.keepInFlight(4, Duration.ofMillis(500));
      RunLoad.Result second = load.keepInFlight(4, Duration.ofMillis(500));

      assertThat(first.succeeded()).isGreaterThan(4);
      assertThat(second.succeeded()).isGreaterThan(4);
      assertThat(second.counted()).isLessThanOrEqualTo(second.succeeded());
      assertThat(second.seconds()).isEqualTo(0.5);
    }
  }

  @Test
  void what_ends_before_the_window_is_not_counted() throws Exception {
    try (FakePawl pawl = new FakePawl(events -> {}, 0);
        Closing channel = new Closing(PawlChannels.open(pawl.address()));
        RunLoad load = load(channel)) {
      List<RunLoad.Edge> edges = new ArrayList<>();

      RunLoad.Result result =
          load.keepInFlight(4, Duration.ofMillis(400), Duration.ofMillis(200), edges::add);

      assertThat(edges).containsExactly(RunLoad.Edge.BEGIN, RunLoad.Edge.END);
      assertThat(result.seconds()).isEqualTo(0.2);
      assertThat(result.counted()).isPositive().isLessThan(result.succeeded());
      assertThat(result.latencyMicros().getTotalCount()).isEqualTo(result.counted());
    }
  }

  @Test
  void a_fixed_rate_is_kept_and_the_clock_begins_when_it_was_a_runs_turn() throws Exception {
    Duration stall = Duration.ofMillis(300);
    AtomicInteger seen = new AtomicInteger();
    try (FakePawl pawl =
            new FakePawl(
                events -> {
                  if (seen.getAndIncrement() == 10) {
                    LockSupport.parkNanos(stall.toNanos());
                  }
                },
                0);
        Closing channel = new Closing(PawlChannels.open(pawl.address()));
        RunLoad load = load(channel)) {
      RunLoad.Result result = load.atRate(50, Duration.ZERO, Duration.ofSeconds(1));

      assertThat(result.succeeded()).isEqualTo(50);
      assertThat(result.counted()).isEqualTo(50);
      assertThat(result.latencyMicros().getMaxValue()).isGreaterThan(stall.toNanos() / 1_000 / 2);
    }
  }

  @Test
  void runs_are_accepted_with_a_bounded_number_of_calls_and_awaited_afterwards() throws Exception {
    try (FakePawl pawl = new FakePawl(events -> {}, 0);
        Closing channel = new Closing(PawlChannels.open(pawl.address()));
        RunLoad load = load(channel)) {
      AtomicBoolean allAccepted = new AtomicBoolean();

      RunLoad.Result result = load.backlog(500, 8, () -> allAccepted.set(true));

      assertThat(allAccepted).isTrue();
      assertThat(result.succeeded()).isEqualTo(500);
      assertThat(result.lastAnswerSeconds()).isPositive();
      assertThat(result.firstEndSeconds()).isPositive().isLessThan(result.lastEndSeconds());
    }
  }

  @Test
  void starts_that_are_refused_are_counted_by_their_status()
      throws IOException, InterruptedException {
    try (FakePawl pawl = new FakePawl(events -> {}, 10);
        Closing channel = new Closing(PawlChannels.open(pawl.address()));
        RunLoad load = load(channel)) {
      RunLoad.Result result = load.burst(100);

      assertThat(result.succeeded()).isEqualTo(90);
      assertThat(result.errors()).containsEntry("RESOURCE_EXHAUSTED", 10);
    }
  }

  private static RunLoad load(Closing channel) throws InterruptedException {
    return new RunLoad(channel.channel(), Definitions.submitChain(channel.channel(), 3));
  }

  private record Closing(ManagedChannel channel) implements AutoCloseable {
    @Override
    public void close() {
      channel.shutdownNow();
    }
  }
}
