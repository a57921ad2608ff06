package dev.pawl.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReconnectingTest {
  private final Channel channel = new Channel();
  private final Reconnecting reconnecting = new Reconnecting(channel);

  @ParameterizedTest
  @CsvSource({"TRANSIENT_FAILURE, 20", "CONNECTING, 20", "READY, 2", "IDLE, 0"})
  void nodes_are_tried_often_when_there_is_none_and_seldom_when_there_is_one(
      ConnectivityState state, int triesInTwentySeconds) {
    channel.state = state;
    for (int second = 0; second < 20; second++) {
      assertThat(reconnecting.tick()).isTrue();
    }
    assertThat(channel.tries).isEqualTo(triesInTwentySeconds);
  }

  @Test
  void a_channel_that_is_shut_down_is_left_alone() {
    channel.state = ConnectivityState.SHUTDOWN;
    assertThat(reconnecting.tick()).isFalse();
    assertThat(channel.tries).isZero();
  }

  private static final class Channel extends ManagedChannel {
    ConnectivityState state = ConnectivityState.IDLE;
    int tries;

    @Override
    public ConnectivityState getState(boolean requestConnection) {
      assertThat(requestConnection).isFalse();
      return state;
    }

    @Override
    public void resetConnectBackoff() {
      tries++;
    }

    @Override
    public boolean isShutdown() {
      return state == ConnectivityState.SHUTDOWN;
    }

    @Override
    public boolean isTerminated() {
      return isShutdown();
    }

    @Override
    public ManagedChannel shutdown() {
      throw new UnsupportedOperationException();
    }

    @Override
    public ManagedChannel shutdownNow() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String authority() {
      return "none";
    }
  }
}
