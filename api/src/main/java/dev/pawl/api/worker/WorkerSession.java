package dev.pawl.api.worker;

import com.google.protobuf.Struct;
import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.call.Failures;
import dev.pawl.api.call.OpenStreams;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.run.RunWords;
import dev.pawl.api.value.Structs;
import dev.pawl.api.value.Timestamps;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.worker.WorkerHello;
import dev.pawl.engine.worker.WorkerLease;
import dev.pawl.engine.worker.WorkerLink;
import dev.pawl.engine.worker.WorkerReport;
import dev.pawl.engine.worker.WorkerSink;
import dev.pawl.engine.worker.Workers;
import dev.pawl.v1.ConnectRequest;
import dev.pawl.v1.ConnectResponse;
import dev.pawl.v1.Drained;
import dev.pawl.v1.ErrorReason;
import dev.pawl.v1.Lease;
import dev.pawl.v1.LeaseSpec;
import dev.pawl.v1.Reconnect;
import dev.pawl.v1.Report;
import dev.pawl.v1.ReportAck;
import dev.pawl.v1.Stop;
import dev.pawl.v1.Welcome;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.HashSet;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker's stream: what it says goes to its link, what its session says comes out in the order
 * in which it was said, though leases are completed (inputs, spec) on the way.
 *
 * <p>Heartbeats never wait behind reports whose outputs are still being stored.
 */
final class WorkerSession implements StreamObserver<ConnectRequest>, WorkerSink {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerSession.class);
  private static final int MOST_REPORTS = 1_000;

  /** With a definition's action a lease still fits into what workers take, 8 MiB. */
  private static final int MOST_INPUT_BYTES = 4 * 1024 * 1024;

  private final Workers workers;
  private final Reports reports;
  private final Structs structs;
  private final LeaseSpecs specs;
  private final String version;
  private final ServerCallStreamObserver<ConnectResponse> observer;
  private final OpenStreams streams;
  private final Outbox<Outgoing> outbox;
  private final Projects projects = new Projects();
  private final Set<String> sentSpecs = new HashSet<>();

  private final Object lock = new Object();
  private @Nullable WorkerLink link;
  private boolean over;
  private int waitingReports;
  private boolean holding;
  private CompletionStage<?> reported = CompletableFuture.completedFuture(null);
  private volatile Duration timeToLive = Duration.ZERO;

  /** What goes out, with the spec that a lease needs. */
  private record Outgoing(ConnectResponse message, String specId, Optional<LeaseSpec> spec) {
    static Outgoing of(ConnectResponse.Builder message) {
      return new Outgoing(message.build(), "", Optional.empty());
    }
  }

  WorkerSession(
      Workers workers,
      Reports reports,
      Structs structs,
      LeaseSpecs specs,
      String version,
      OpenStreams streams,
      ServerCallStreamObserver<ConnectResponse> observer) {
    this.workers = workers;
    this.reports = reports;
    this.structs = structs;
    this.specs = specs;
    this.version = version;
    this.streams = streams;
    this.observer = observer;
    this.outbox = new Outbox<>(this::transmit);
    observer.disableAutoRequest();
    observer.setOnCancelHandler(this::disconnected);
    observer.request(1);
    streams.add(this, this::reconnect);
  }

  // What the worker says.

  @Override
  public void onNext(ConnectRequest request) {
    WorkerLink connected;
    synchronized (lock) {
      if (over) {
        return;
      }
      connected = link;
    }
    try {
      if (connected == null) {
        connect(request);
      } else {
        take(connected, request);
      }
    } catch (RuntimeException e) {
      end(e);
      return;
    }
    synchronized (lock) {
      holding = waitingReports >= MOST_REPORTS;
      if (holding) {
        return;
      }
    }
    observer.request(1);
  }

  private void connect(ConnectRequest request) {
    if (!request.hasHello()) {
      throw ApiErrors.invalidField("hello", "is missing: the first message must be a Hello");
    }
    WorkerHello hello = WorkerRules.hello(request.getHello());
    WorkerRules.projects(request.getHello()).forEach(projects::held);
    WorkerLink connected = workers.connect(hello, this);
    boolean late;
    synchronized (lock) {
      link = connected;
      late = over;
    }
    if (late) {
      connected.disconnected();
    }
  }

  private void take(WorkerLink connected, ConnectRequest request) {
    switch (request.getMessageCase()) {
      case HEARTBEAT -> connected.heartbeat();
      case DRAIN -> connected.drain();
      case REPORT -> report(connected, request.getReport());
      case HELLO ->
          throw ApiErrors.invalidField("hello", "came twice: connect again to say hello again");
      case MESSAGE_NOT_SET -> throw ApiErrors.invalidField("message", "is missing");
    }
  }

  private void report(WorkerLink connected, Report report) {
    WorkerRules.Named execution = WorkerRules.execution("report.execution", report.getExecution());
    projects.reported(execution.id(), execution.project(), !report.hasStarted());
    CompletionStage<WorkerReport> read = reports.read(execution, report);
    synchronized (lock) {
      waitingReports++;
      // In the order in which they came: started goes before succeeded.
      reported =
          reported
              .thenCombine(read, (_, ready) -> ready)
              .thenAccept(connected::report)
              .whenComplete((_, failure) -> reportDone(failure));
    }
  }

  private void reportDone(@Nullable Throwable failure) {
    if (failure != null) {
      // Its outputs could not be stored: the worker repeats the report when it is back.
      end(failure);
      return;
    }
    synchronized (lock) {
      waitingReports--;
      if (over || !holding || waitingReports >= MOST_REPORTS / 2) {
        return;
      }
      holding = false;
    }
    observer.request(1);
  }

  @Override
  public void onError(Throwable failure) {
    disconnected();
  }

  @Override
  public void onCompleted() {
    if (disconnected()) {
      outbox.close(observer::onCompleted);
    }
  }

  // What the session says.

  @Override
  public void welcome(String session, Duration heartbeatInterval, Duration leaseTimeToLive) {
    timeToLive = leaseTimeToLive;
    outbox.add(
        Outgoing.of(
            ConnectResponse.newBuilder()
                .setWelcome(
                    Welcome.newBuilder()
                        .setSession(session)
                        .setHeartbeatInterval(Timestamps.of(heartbeatInterval))
                        .setLeaseTimeToLive(Timestamps.of(leaseTimeToLive))
                        .setServerVersion(version))));
  }

  @Override
  public void lease(WorkerLease lease) {
    projects.held(lease.execution(), lease.spec().project());
    CompletionStage<Outgoing> complete =
        structs
            .load(lease.spec().inputs())
            .thenCombine(structs.load(lease.outputs()), Handed::new)
            .thenCombine(
                specs.get(
                    lease.spec().definitionHash(), lease.spec().taskIndex(), lease.operation()),
                (handed, spec) -> outgoing(lease, handed, spec));
    outbox.add(complete.toCompletableFuture(), failure -> incomplete(lease, failure));
  }

  @Override
  public void drained() {
    outbox.add(Outgoing.of(ConnectResponse.newBuilder().setDrained(Drained.getDefaultInstance())));
  }

  /** What a lease hands over; the outputs are those of the work that is to be taken back. */
  private record Handed(Struct inputs, Struct outputs) {
    int bytes() {
      return inputs.getSerializedSize() + outputs.getSerializedSize();
    }
  }

  private Outgoing outgoing(WorkerLease lease, Handed handed, LeaseSpec spec) {
    if (handed.bytes() > MOST_INPUT_BYTES) {
      throw new InputsTooLarge(handed.bytes());
    }
    String specId =
        LeaseSpecs.id(lease.spec().definitionHash(), lease.spec().taskIndex(), lease.operation());
    Lease.Builder message =
        Lease.newBuilder()
            .setExecution(ResourceNames.ofExecution(lease.spec().project(), lease.execution()))
            .setFence(lease.fence())
            .setToken(lease.token())
            .setRound(lease.round())
            .setAttempt(lease.attempt())
            .setOperation(RunWords.toProto(lease.operation()))
            .setSpecId(specId)
            .setInputs(handed.inputs())
            .setTimeToLive(Timestamps.of(timeToLive))
            .setStartTime(Timestamps.of(lease.startedAt()))
            .setTraceparent(lease.spec().traceparent());
    if (handed.outputs().getFieldsCount() > 0) {
      message.setOutputs(handed.outputs());
    }
    lease.timeout().map(Timestamps::of).ifPresent(message::setTimeout);
    return new Outgoing(
        ConnectResponse.newBuilder().setLease(message).build(), specId, Optional.of(spec));
  }

  /**
   * A lease whose inputs or action could not be read. What is gone for good fails the attempt; else
   * the stream ends, and a worker that comes back without the lease gives it up.
   */
  private void incomplete(WorkerLease lease, Throwable failure) {
    Throwable cause = Failures.unwrap(failure);
    WorkerLink connected;
    synchronized (lock) {
      connected = link;
    }
    if (Failures.isPassing(cause) || connected == null) {
      LOG.warn(
          "the lease of {} cannot be completed now: {}", lease.execution(), cause.getMessage());
      end(cause);
      return;
    }
    connected.report(
        new WorkerReport(
            lease.execution(), lease.fence(), lease.token(), undeliverable(lease, cause), ""));
  }

  private static WorkerReport.Result.Failed undeliverable(WorkerLease lease, Throwable cause) {
    if (cause instanceof InputsTooLarge) {
      return new WorkerReport.Result.Failed(
          "INPUTS_TOO_LARGE", String.valueOf(cause.getMessage()), true);
    }
    LOG.warn("the lease of {} could not be completed", lease.execution(), cause);
    return new WorkerReport.Result.Failed(
        "START_FAILED",
        "the inputs or the action of the task could not be read",
        cause instanceof NoSuchElementException);
  }

  /** The inputs of a task are more than a lease may carry; each alone may be small enough. */
  private static final class InputsTooLarge extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InputsTooLarge(int bytes) {
      super(
          "the inputs have %,d bytes together; at most %,d: hand on where they are instead"
              .formatted(bytes, MOST_INPUT_BYTES));
    }
  }

  @Override
  public void acknowledge(ExecutionId execution, long fence, boolean stale) {
    projects
        .of(execution)
        .ifPresent(
            project ->
                outbox.add(
                    Outgoing.of(
                        ConnectResponse.newBuilder()
                            .setReportAck(
                                ReportAck.newBuilder()
                                    .setExecution(ResourceNames.ofExecution(project, execution))
                                    .setFence(fence)
                                    .setAccepted(!stale)
                                    .setStale(stale)))));
    projects.acknowledged(execution);
  }

  @Override
  public void stop(ExecutionId execution, long fence, Duration grace, boolean force, boolean drop) {
    projects
        .of(execution)
        .ifPresent(
            project ->
                outbox.add(
                    Outgoing.of(
                        ConnectResponse.newBuilder()
                            .setStop(
                                Stop.newBuilder()
                                    .setExecution(ResourceNames.ofExecution(project, execution))
                                    .setFence(fence)
                                    .setGrace(Timestamps.of(grace))
                                    .setForce(force)
                                    .setDrop(drop)))));
    if (drop) {
      projects.dropped(execution);
    }
  }

  @Override
  public void reconnect() {
    outbox.add(
        Outgoing.of(ConnectResponse.newBuilder().setReconnect(Reconnect.getDefaultInstance())));
    end(
        ApiErrors.unavailable(
            ErrorReason.ERROR_REASON_NOT_SERVING,
            "this node lets go of the session: connect again, to any node, with what is held"));
  }

  @Override
  public void refuse(String message) {
    end(ApiErrors.of(ErrorReason.ERROR_REASON_WORKER_ID_IN_USE, message));
  }

  // Ends.

  private void end(Throwable failure) {
    if (disconnected()) {
      outbox.close(() -> observer.onError(Failures.of(failure)));
    }
  }

  /** Lets go of the link, once; says whether it was this call. */
  private boolean disconnected() {
    WorkerLink connected;
    synchronized (lock) {
      if (over) {
        return false;
      }
      over = true;
      connected = link;
    }
    streams.remove(this);
    if (connected != null) {
      connected.disconnected();
    }
    return true;
  }

  /** Called by the outbox, one message at a time. */
  private void transmit(Outgoing outgoing) {
    ConnectResponse message = outgoing.message();
    if (outgoing.spec().isPresent() && sentSpecs.add(outgoing.specId())) {
      message =
          message.toBuilder()
              .setLease(message.getLease().toBuilder().setSpec(outgoing.spec().get()))
              .build();
    }
    observer.onNext(message);
  }
}
