package dev.pawl.client;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Has a channel try again the nodes that it could not reach: every second while there is none to
 * call, every ten while there is one. By itself gRPC waits longer each time, up to two minutes.
 */
final class Reconnecting implements Runnable {
  private static final Executor IN_A_SECOND =
      CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, Runnable::run);
  private static final int WHILE_SERVED_SECONDS = 10;

  /** A channel that its owner forgot is not kept for this. */
  private final WeakReference<ManagedChannel> channel;

  private int servedSeconds;

  Reconnecting(ManagedChannel channel) {
    this.channel = new WeakReference<>(channel);
  }

  /** Begins, and goes on until the channel is shut down. */
  static void keep(ManagedChannel channel) {
    IN_A_SECOND.execute(new Reconnecting(channel));
  }

  @Override
  public void run() {
    if (tick()) {
      IN_A_SECOND.execute(this);
    }
  }

  /** What is done every second; says whether the channel is still there. */
  boolean tick() {
    ManagedChannel kept = channel.get();
    if (kept == null || kept.isShutdown()) {
      return false;
    }
    ConnectivityState state = kept.getState(false);
    servedSeconds = state == ConnectivityState.READY ? servedSeconds + 1 : 0;
    boolean unserved =
        state == ConnectivityState.TRANSIENT_FAILURE || state == ConnectivityState.CONNECTING;
    if (unserved || servedSeconds == WHILE_SERVED_SECONDS) {
      servedSeconds = 0;
      kept.resetConnectBackoff();
    }
    return true;
  }
}
