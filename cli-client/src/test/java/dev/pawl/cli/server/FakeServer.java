package dev.pawl.cli.server;

import io.grpc.BindableService;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A real gRPC server on the loopback interface with hand-written services. */
public final class FakeServer implements AutoCloseable {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  public final FakeWorkflows workflows = new FakeWorkflows();
  public final FakeTasks tasks = new FakeTasks();
  public final FakeRuns runs = new FakeRuns();
  public final FakeWatch watch = new FakeWatch();
  public final FakeLogs logs = new FakeLogs();
  public final FakeWorkers workers = new FakeWorkers();
  public final FakeAdmin admin = new FakeAdmin();
  public final FakeExecutions executions = new FakeExecutions();
  public final FakeExplain explain = new FakeExplain();
  public final FakeOperations operations = new FakeOperations();
  public final FakeLocks locks = new FakeLocks();
  public final FakeObjects objects = new FakeObjects();
  public final FakeAudit audit = new FakeAudit();
  public final FakeServerService self = new FakeServerService();

  /** The tokens that came, with what stands before them. */
  public final List<String> authorizations = new CopyOnWriteArrayList<>();

  private final Server server;

  public FakeServer() {
    this(0);
  }

  public FakeServer(int port) {
    ServerBuilder<?> builder =
        Grpc.newServerBuilderForPort(port, InsecureServerCredentials.create());
    for (BindableService service :
        new BindableService[] {
          workflows,
          tasks,
          runs,
          watch,
          logs,
          workers,
          admin,
          executions,
          explain,
          operations,
          locks,
          objects,
          audit,
          self,
          new HealthStatusManager().getHealthService(),
          ProtoReflectionServiceV1.newInstance()
        }) {
      builder.addService(service);
    }
    builder.intercept(
        new ServerInterceptor() {
          @Override
          public <Q, R> ServerCall.Listener<Q> interceptCall(
              ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            Optional.ofNullable(headers.get(AUTHORIZATION)).ifPresent(authorizations::add);
            return next.startCall(call, headers);
          }
        });
    try {
      server = builder.build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String address() {
    return "127.0.0.1:" + server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
