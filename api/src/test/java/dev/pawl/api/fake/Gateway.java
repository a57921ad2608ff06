package dev.pawl.api.fake;

import dev.pawl.api.access.Tokens;
import dev.pawl.api.call.Access;
import dev.pawl.api.call.Guards;
import dev.pawl.api.call.OpenStreams;
import dev.pawl.api.definition.ContractPlanReader;
import dev.pawl.api.log.LogGrpcService;
import dev.pawl.api.run.AskedRunObjects;
import dev.pawl.api.server.Services;
import dev.pawl.api.watch.WatchGrpcService;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import dev.pawl.engine.definition.Plans;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** All services over an engine that a test plays, behind a channel in the same process. */
public final class Gateway implements AutoCloseable {
  public final FakeContents contents = new FakeContents();
  public final FakeDefinitions definitions = new FakeDefinitions();
  public final FakeRuns runs = new FakeRuns();
  public final FakeExecutions executions = new FakeExecutions();
  public final FakeOperations operations = new FakeOperations();
  public final FakeLocks locks = new FakeLocks();
  public final FakeDeletedObjects deletedObjects = new FakeDeletedObjects();
  public final FakeFeed feed = new FakeFeed();
  public final FakeViews views = new FakeViews();
  public final FakeLogs logs = new FakeLogs();
  public final FakeWorkers workers = new FakeWorkers();
  public final FakeNodes nodes = new FakeNodes();
  public final FakeAudit audit = new FakeAudit();
  public final OpenStreams streams = new OpenStreams();
  public final ManagedChannel channel;

  private final Server server;

  public Gateway() {
    this(Guards.USUAL, Duration.ofSeconds(20), Duration.ofSeconds(15));
  }

  public Gateway(Guards guards, Duration patience, Duration bookmarks) {
    this(guards, Optional.empty(), patience, bookmarks);
  }

  /** Where callers need tokens. */
  public Gateway(Tokens tokens) {
    this(Guards.USUAL, Optional.of(tokens), Duration.ofSeconds(20), Duration.ofSeconds(15));
  }

  private Gateway(Guards guards, Optional<Tokens> tokens, Duration patience, Duration bookmarks) {
    String name = "gateway-" + UUID.randomUUID();
    InProcessServerBuilder builder =
        InProcessServerBuilder.forName(name)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .maxInboundMetadataSize(8 * 1024);
    guards
        .apply(
            services(patience, bookmarks),
            new Access(
                tokens, audit::record, () -> Instant.EPOCH, new AskedRunObjects(runs, views)))
        .forEach(builder::addService);
    try {
      server = builder.build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    channel = InProcessChannelBuilder.forName(name).maxInboundMetadataSize(8 * 1024).build();
  }

  /** The services by themselves. */
  public List<BindableService> services(Duration patience, Duration bookmarks) {
    return new Services(
            definitions,
            runs,
            executions,
            operations,
            locks,
            deletedObjects,
            feed,
            views,
            logs,
            workers,
            nodes,
            audit,
            contents,
            new Plans(contents, new ContractPlanReader()),
            FakeSeal.tokens(),
            () -> Instant.EPOCH,
            "1.2.3",
            "dev")
        .make(
            streams,
            new WatchGrpcService.Pace(patience, bookmarks),
            new LogGrpcService.Pace(patience, Duration.ofMillis(500), patience));
  }

  /** What a call was refused with. */
  public static PawlError refusal(ThrowingCallable call) {
    StatusRuntimeException failure =
        Assertions.catchThrowableOfType(StatusRuntimeException.class, call);
    Assertions.assertThat(failure).as("the call's refusal").isNotNull();
    return PawlErrors.of(failure);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
    try {
      server.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
