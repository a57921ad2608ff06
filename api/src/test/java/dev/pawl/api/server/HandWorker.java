package dev.pawl.api.server;

import com.google.protobuf.Struct;
import dev.pawl.v1.ConnectRequest;
import dev.pawl.v1.ConnectResponse;
import dev.pawl.v1.Failed;
import dev.pawl.v1.Hello;
import dev.pawl.v1.Lease;
import dev.pawl.v1.Report;
import dev.pawl.v1.Started;
import dev.pawl.v1.Succeeded;
import dev.pawl.v1.WorkerServiceGrpc;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A worker over a stub that does each lease at once. */
final class HandWorker implements StreamObserver<ConnectResponse> {
  final List<Lease> leases = new CopyOnWriteArrayList<>();

  /** The tasks that it fails. */
  final Set<String> failing = ConcurrentHashMap.newKeySet();

  final List<ConnectResponse> acknowledged = new CopyOnWriteArrayList<>();

  private final Function<Lease, Struct> work;
  private final CountDownLatch welcome = new CountDownLatch(1);
  private final StreamObserver<ConnectRequest> server;

  HandWorker(Channel channel, String id, int slots, Function<Lease, Struct> work) {
    this.work = work;
    this.server = WorkerServiceGrpc.newStub(channel).connect(this);
    say(
        ConnectRequest.newBuilder()
            .setHello(
                Hello.newBuilder()
                    .setWorkerId(id)
                    .setIncarnation(UUID.randomUUID().toString())
                    .setSlots(slots)
                    .setVersion("test"))
            .build());
  }

  void awaitWelcome() throws InterruptedException {
    if (!welcome.await(20, TimeUnit.SECONDS)) {
      throw new AssertionError("the worker was not welcomed within 20 s");
    }
  }

  private synchronized void say(ConnectRequest request) {
    server.onNext(request);
  }

  @Override
  public void onNext(ConnectResponse message) {
    switch (message.getMessageCase()) {
      case WELCOME -> welcome.countDown();
      case LEASE -> {
        Lease lease = message.getLease();
        leases.add(lease);
        report(lease, Report.newBuilder().setStarted(Started.getDefaultInstance()));
        if (failing.contains(lease.getExecution().split("/", -1)[5])) {
          report(lease, Report.newBuilder().setFailed(Failed.newBuilder().setReason("EXIT_CODE")));
          return;
        }
        report(
            lease,
            Report.newBuilder().setSucceeded(Succeeded.newBuilder().setOutputs(work.apply(lease))));
      }
      case REPORT_ACK -> acknowledged.add(message);
      case STOP, RECONNECT, MESSAGE_NOT_SET -> {}
    }
  }

  private void report(Lease lease, Report.Builder report) {
    say(
        ConnectRequest.newBuilder()
            .setReport(
                report
                    .setExecution(lease.getExecution())
                    .setFence(lease.getFence())
                    .setToken(lease.getToken()))
            .build());
  }

  @Override
  public void onError(Throwable failure) {}

  @Override
  public void onCompleted() {
    server.onCompleted();
  }
}
