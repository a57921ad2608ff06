package dev.pawl.dev.faults;

import dev.pawl.client.PawlChannels;
import dev.pawl.client.RequestIds;
import dev.pawl.v1.ContinueRunRequest;
import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.PauseRunRequest;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.RunServiceGrpc.RunServiceBlockingStub;
import dev.pawl.v1.RunState;
import dev.pawl.v1.StartRunRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A client that starts, pauses and continues small runs all the time, repeats each command until it
 * is answered, and writes down what it was told.
 */
final class Commander implements AutoCloseable {
  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

  private static final Duration ANSWERED = Duration.ofSeconds(60);

  private final ManagedChannel channel;
  private final String workflow;
  private final Thread thread;
  private volatile Duration patience = Duration.ofSeconds(5);
  private volatile boolean closed;
  private volatile @Nullable Throwable failure;
  private volatile String lastRefusal = "";

  // Guarded by this.
  private final List<Acknowledged> acknowledged = new ArrayList<>();
  private int unanswered;

  /**
   * A command that was answered.
   *
   * @param repeat sends it once more
   */
  record Acknowledged(String command, Run answer, Function<RunServiceBlockingStub, Run> repeat) {}

  private Commander(String address, String workflow) {
    this.channel = PawlChannels.open(address);
    this.workflow = workflow;
    this.thread = Thread.ofVirtual().name("commander").unstarted(this::command);
  }

  static Commander start(String address) {
    ManagedChannel channel = PawlChannels.open(address);
    try {
      Commander commander =
          // Long enough that no pause finds the last step at work: that one would be let end.
          new Commander(address, Graphs.submit(channel, Graphs.chain("small", 8, 100)));
      commander.thread.start();
      return commander;
    } finally {
      channel.shutdownNow();
    }
  }

  private void command() {
    try {
      while (!closed) {
        commandOneRun();
        LockSupport.parkNanos(PACE_NANOS);
      }
    } catch (RuntimeException | Error e) {
      failure = e;
    }
  }

  private void commandOneRun() {
    StartRunRequest start =
        StartRunRequest.newBuilder()
            .setDefinition(workflow)
            .setRequestId(RequestIds.next())
            .build();
    String name =
        acknowledge("StartRun", stub -> stub.startRun(start).getRun()).orElseThrow().getName();
    PauseRunRequest pause =
        PauseRunRequest.newBuilder().setName(name).setRequestId(RequestIds.next()).build();
    // A run that ended before the pause came is no mistake.
    if (acknowledge("PauseRun", stub -> stub.pauseRun(pause).getRun()).isEmpty()) {
      return;
    }
    GetRunRequest get = GetRunRequest.newBuilder().setName(name).build();
    RunState state = answer(stub -> stub.getRun(get).getRun()).orElseThrow().getState();
    if (state != RunState.RUN_STATE_PAUSING && state != RunState.RUN_STATE_PAUSED) {
      throw new AssertionError(
          "%s was paused, said the server, and is %s now".formatted(name, state));
    }
    ContinueRunRequest carryOn =
        ContinueRunRequest.newBuilder().setName(name).setRequestId(RequestIds.next()).build();
    if (acknowledge("ContinueRun", stub -> stub.continueRun(carryOn).getRun()).isEmpty()) {
      throw new AssertionError("%s is paused and may not go on".formatted(name));
    }
  }

  private Optional<Run> acknowledge(String command, Function<RunServiceBlockingStub, Run> call) {
    Optional<Run> answer = answer(call);
    synchronized (this) {
      answer.ifPresent(run -> acknowledged.add(new Acknowledged(command, run, call)));
    }
    return answer;
  }

  /** Sends a request until it is answered; empty when its run's state does not allow it. */
  private Optional<Run> answer(Function<RunServiceBlockingStub, Run> call) {
    while (true) {
      try {
        return Optional.of(
            call.apply(
                RunServiceGrpc.newBlockingStub(channel)
                    .withWaitForReady()
                    .withDeadlineAfter(patience.toSeconds(), TimeUnit.SECONDS)));
      } catch (StatusRuntimeException e) {
        Status.Code code = e.getStatus().getCode();
        if (code == Status.Code.FAILED_PRECONDITION) {
          return Optional.empty();
        }
        boolean mayPass = code == Status.Code.UNAVAILABLE || code == Status.Code.DEADLINE_EXCEEDED;
        if (!mayPass || channel.isShutdown()) {
          throw e;
        }
        lastRefusal = e.getStatus().toString();
        synchronized (this) {
          unanswered++;
        }
        channel.resetConnectBackoff();
      }
    }
  }

  /** From now on calls have so long, with what the client library does about lost nodes. */
  void takeTime(Duration time) {
    patience = time;
  }

  /** Everything that was answered. */
  synchronized List<Acknowledged> acknowledged() {
    return List.copyOf(acknowledged);
  }

  /** How many calls got no answer and were repeated. */
  synchronized int unanswered() {
    return unanswered;
  }

  /** What the last call that got no answer was told. */
  String lastRefusal() {
    return lastRefusal;
  }

  /** Ends it, once the command at hand is answered; fails when a server contradicted itself. */
  void finish() throws InterruptedException {
    closed = true;
    if (!thread.join(ANSWERED)) {
      throw new AssertionError(
          "a command is not answered within %s, last: %s".formatted(ANSWERED, lastRefusal));
    }
    if (failure != null) {
      throw new AssertionError("the client was told what cannot be", failure);
    }
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    channel.shutdownNow();
    thread.join();
  }
}
