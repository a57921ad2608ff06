package dev.pawl.dev.input;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import dev.pawl.v1.ConnectRequest;
import dev.pawl.v1.ConnectResponse;
import dev.pawl.v1.Failed;
import dev.pawl.v1.Heartbeat;
import dev.pawl.v1.HeldLease;
import dev.pawl.v1.Hello;
import dev.pawl.v1.Lease;
import dev.pawl.v1.Report;
import dev.pawl.v1.ReportAck;
import dev.pawl.v1.Started;
import dev.pawl.v1.Stop;
import dev.pawl.v1.Stopped;
import dev.pawl.v1.Succeeded;
import dev.pawl.v1.WorkerServiceGrpc;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A worker that says what it is told to say, right or wrong. */
final class RawWorker implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final BlockingQueue<ConnectResponse> heard = new LinkedBlockingQueue<>();
  private final CompletableFuture<Status> over = new CompletableFuture<>();
  private final CompletableFuture<PawlError> refused = new CompletableFuture<>();
  private final StreamObserver<ConnectRequest> session;

  RawWorker(Channel channel) {
    session =
        WorkerServiceGrpc.newStub(channel)
            .connect(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ConnectResponse response) {
                    heard.add(response);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    refused.complete(PawlErrors.of(failure));
                    over.complete(Status.fromThrowable(failure));
                  }

                  @Override
                  public void onCompleted() {
                    over.complete(Status.OK);
                  }
                });
  }

  /** One that was welcomed to a group. */
  static RawWorker welcomed(Channel channel, String group, HeldLease... held) {
    return welcomed(channel, hello(group, held).build());
  }

  static RawWorker welcomed(Channel channel, Hello hello) {
    RawWorker worker = new RawWorker(channel);
    worker.say(hello);
    worker.awaitMessage(ConnectResponse::hasWelcome, response -> response);
    return worker;
  }

  static Hello.Builder hello(String group, HeldLease... held) {
    return Hello.newBuilder()
        .setWorkerId("raw-" + group)
        .setIncarnation(UUID.randomUUID().toString())
        .setGroup(group)
        .setSlots(1)
        .addAllHeld(List.of(held));
  }

  void say(ConnectRequest request) {
    session.onNext(request);
  }

  void say(Hello hello) {
    say(ConnectRequest.newBuilder().setHello(hello).build());
  }

  void say(Report report) {
    say(ConnectRequest.newBuilder().setReport(report).build());
  }

  void beat() {
    say(ConnectRequest.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()).build());
  }

  static Report.Builder about(Lease lease) {
    return Report.newBuilder()
        .setExecution(lease.getExecution())
        .setFence(lease.getFence())
        .setToken(lease.getToken());
  }

  static Report started(Lease lease) {
    return about(lease).setStarted(Started.getDefaultInstance()).build();
  }

  static Report succeeded(Lease lease) {
    return succeeded(lease, Struct.getDefaultInstance());
  }

  static Report succeeded(Lease lease, Struct outputs) {
    return about(lease).setSucceeded(Succeeded.newBuilder().setOutputs(outputs)).build();
  }

  static Report failed(Lease lease) {
    return about(lease)
        .setFailed(Failed.newBuilder().setReason("EXIT_CODE").setMessage("exit code 1"))
        .build();
  }

  static Report stopped(Lease lease) {
    return about(lease).setStopped(Stopped.newBuilder().setReason("SIGNAL")).build();
  }

  Lease awaitLease() {
    return awaitMessage(ConnectResponse::hasLease, ConnectResponse::getLease);
  }

  private Optional<ReportAck> acknowledgement(Report report) throws InterruptedException {
    ConnectResponse response = heard.poll(1, TimeUnit.SECONDS);
    if (response == null) {
      say(report);
      return Optional.empty();
    }
    return Optional.of(response)
        .filter(ConnectResponse::hasReportAck)
        .map(ConnectResponse::getReportAck)
        .filter(ack -> ack.getExecution().equals(report.getExecution()))
        .filter(ack -> ack.getFence() == report.getFence());
  }

  Stop awaitStop() {
    return awaitMessage(ConnectResponse::hasStop, ConnectResponse::getStop);
  }

  /** Reports until it is acknowledged, as workers do, and returns what the server makes of it. */
  ReportAck answer(Report report) {
    say(report);
    ReportAck ack =
        Awaitility.await()
            .atMost(PATIENCE)
            .pollDelay(Duration.ZERO)
            .pollInterval(Duration.ofMillis(20))
            .until(() -> acknowledgement(report), Optional::isPresent)
            .orElseThrow();
    assertThat(ack.getExecution()).isEqualTo(report.getExecution());
    assertThat(ack.getFence()).isEqualTo(report.getFence());
    assertThat(ack.getAccepted()).isNotEqualTo(ack.getStale());
    return ack;
  }

  /** Why the server ended the session. */
  PawlError awaitRefusal() {
    return refused.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  boolean isOver() {
    return over.isDone();
  }

  private <T> T awaitMessage(
      Predicate<ConnectResponse> wanted, Function<ConnectResponse, T> content) {
    try {
      while (true) {
        ConnectResponse response = heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (response == null) {
          throw new AssertionError(
              "the server said nothing for %s; the session: %s"
                  .formatted(PATIENCE, over.getNow(Status.OK)));
        }
        if (wanted.test(response)) {
          return content.apply(response);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    if (!over.isDone()) {
      session.onCompleted();
      over.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }
  }
}
