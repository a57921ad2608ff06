package dev.pawl.api.server;

import dev.pawl.v1.ConnectRequest;
import dev.pawl.v1.ConnectResponse;
import dev.pawl.v1.Drain;
import dev.pawl.v1.Failed;
import dev.pawl.v1.Hello;
import dev.pawl.v1.Lease;
import dev.pawl.v1.Report;
import dev.pawl.v1.Stopped;
import dev.pawl.v1.Succeeded;
import dev.pawl.v1.WorkerServiceGrpc;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A worker over a stub that holds its leases until it is told what became of the work. */
final class LeaseHolder implements StreamObserver<ConnectResponse> {
  private final Map<String, Lease> leases = new ConcurrentHashMap<>();
  private final CountDownLatch welcome = new CountDownLatch(1);
  private final CountDownLatch drained = new CountDownLatch(1);
  private final StreamObserver<ConnectRequest> server;

  LeaseHolder(Channel channel, String id, String group, int slots) throws InterruptedException {
    this.server = WorkerServiceGrpc.newStub(channel).connect(this);
    say(
        ConnectRequest.newBuilder()
            .setHello(
                Hello.newBuilder()
                    .setWorkerId(id)
                    .setIncarnation(UUID.randomUUID().toString())
                    .setGroup(group)
                    .setSlots(slots)
                    .setVersion("test"))
            .build());
    if (!welcome.await(20, TimeUnit.SECONDS)) {
      throw new AssertionError("the worker was not welcomed within 20 s");
    }
  }

  private synchronized void say(ConnectRequest request) {
    server.onNext(request);
  }

  private static String step(String execution) {
    return execution.substring(0, execution.indexOf("/executions/"));
  }

  /** The lease of a step, once it has come. */
  Lease lease(String step) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Optional.ofNullable(leases.get(step)), Optional::isPresent)
        .orElseThrow();
  }

  void succeed(String step) {
    report(step, Report.newBuilder().setSucceeded(Succeeded.getDefaultInstance()));
  }

  void fail(String step, boolean permanent) {
    report(
        step,
        Report.newBuilder()
            .setFailed(
                Failed.newBuilder()
                    .setReason("EXIT_CODE")
                    .setMessage("exit code 28")
                    .setPermanent(permanent))
            .setLastLogLine("disk full"));
  }

  /** Says that the work passed its timeout. */
  void timeOut(String step) {
    report(step, Report.newBuilder().setFailed(Failed.newBuilder().setReason("TIMED_OUT")));
  }

  void confirmStop(String step) {
    report(step, Report.newBuilder().setStopped(Stopped.newBuilder().setReason("SIGNAL")));
  }

  private void report(String step, Report.Builder report) {
    Lease lease = lease(step);
    leases.remove(step);
    say(
        ConnectRequest.newBuilder()
            .setReport(
                report
                    .setExecution(lease.getExecution())
                    .setFence(lease.getFence())
                    .setToken(lease.getToken()))
            .build());
  }

  /** Takes no more leases, once this has been answered; what it holds it goes on holding. */
  void drain() throws InterruptedException {
    say(ConnectRequest.newBuilder().setDrain(Drain.getDefaultInstance()).build());
    if (!drained.await(20, TimeUnit.SECONDS)) {
      throw new AssertionError("the worker was not drained within 20 s");
    }
  }

  void leave() {
    server.onCompleted();
  }

  @Override
  public void onNext(ConnectResponse message) {
    switch (message.getMessageCase()) {
      case WELCOME -> welcome.countDown();
      case LEASE -> leases.put(step(message.getLease().getExecution()), message.getLease());
      case DRAINED -> drained.countDown();
      case REPORT_ACK, STOP, RECONNECT, MESSAGE_NOT_SET -> {}
    }
  }

  @Override
  public void onError(Throwable failure) {}

  @Override
  public void onCompleted() {}
}
