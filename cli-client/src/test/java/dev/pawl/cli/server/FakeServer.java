package dev.pawl.cli.server;

import io.grpc.BindableService;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A real gRPC server on the loopback interface with hand-written services. */
public final class FakeServer implements AutoCloseable {
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
          new FakeServerService(),
          new HealthStatusManager().getHealthService(),
          ProtoReflectionServiceV1.newInstance()
        }) {
      builder.addService(service);
    }
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
