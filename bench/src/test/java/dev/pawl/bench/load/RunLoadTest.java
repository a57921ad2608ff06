package dev.pawl.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.bench.FakePawl;
import dev.pawl.client.PawlChannels;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.time.Duration;
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
      assertThat(second.endedWithin()).isLessThanOrEqualTo(second.succeeded());
      assertThat(second.seconds()).isEqualTo(0.5);
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
