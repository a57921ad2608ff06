package dev.pawl.api.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.pawl.api.call.Access;
import dev.pawl.api.call.OpenStreams;
import dev.pawl.api.fake.Gateway;
import dev.pawl.api.fake.Samples;
import dev.pawl.api.fake.Watching;
import dev.pawl.api.health.NodeHealth;
import dev.pawl.api.metrics.NodeMetrics;
import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import dev.pawl.engine.run.RunEvent;
import dev.pawl.v1.Beginning;
import dev.pawl.v1.PushLogsRequest;
import dev.pawl.v1.PushLogsResponse;
import dev.pawl.v1.ShellAction;
import dev.pawl.v1.SubmitWorkflowRequest;
import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WatchResponse;
import dev.pawl.v1.WatchServiceGrpc;
import dev.pawl.v1.WorkerServiceGrpc;
import dev.pawl.v1.WorkflowServiceGrpc;
import dev.pawl.v1.WorkflowSpec;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcServerTest {
  private final Gateway engine = new Gateway();
  private final OpenStreams streams = engine.streams;
  private final AtomicReference<Optional<String>> gate = new AtomicReference<>(Optional.empty());
  private final NodeHealth health = NodeHealth.start(engine.nodes::condition);
  private final NodeMetrics metrics =
      new NodeMetrics(engine.nodes, health, "1.2.3", InstantSource.system());
  private final GrpcServer server;
  private final ManagedChannel channel;

  GrpcServerTest() throws IOException {
    server = start(0);
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
  }

  private GrpcServer start(int port) throws IOException {
    NodeServices services = new NodeServices();
    services.serve(
        engine.services(Duration.ofMillis(1_500), Duration.ofSeconds(15)),
        streams,
        gate::get,
        Access.OPEN);
    return GrpcServer.start(
        InetAddress.getLoopbackAddress(),
        port,
        services,
        Optional.empty(),
        health,
        metrics.calls());
  }

  @BeforeEach
  void connect() {
    health.serving();
    assertThat(serving("pawl.v1.RunService")).isEqualTo(ServingStatus.SERVING);
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    server.close(Duration.ofMillis(100));
    metrics.close();
    health.close();
    engine.close();
  }

  private ServingStatus serving(String service) {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }

  @Test
  void reflection_lists_the_services_and_knows_their_files() {
    Watching<ServerReflectionRequest, ServerReflectionResponse> answers = Watching.all();
    StreamObserver<ServerReflectionRequest> ask =
        ServerReflectionGrpc.newStub(channel).serverReflectionInfo(answers);
    ask.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    ask.onNext(
        ServerReflectionRequest.newBuilder()
            .setFileContainingSymbol("pawl.v1.RunService.StartRun")
            .build());
    List<ServerReflectionResponse> both = answers.await(2);
    assertThat(both.getFirst().getListServicesResponse().getServiceList())
        .extracting(ServiceResponse::getName)
        .contains(
            "pawl.v1.WorkflowService",
            "pawl.v1.TaskService",
            "pawl.v1.RunService",
            "pawl.v1.ExecutionService",
            "pawl.v1.LogService",
            "pawl.v1.WatchService",
            "pawl.v1.WorkerService",
            "pawl.v1.AdminService",
            "pawl.v1.ServerService");
    assertThat(both.get(1).hasFileDescriptorResponse()).isTrue();
    ask.onCompleted();
  }

  private static SubmitWorkflowRequest large(int bytes) {
    WorkflowSpec.Builder workflow = Samples.daily().toBuilder();
    workflow
        .getTasksBuilder(0)
        .getExecuteBuilder()
        .setShell(ShellAction.newBuilder().setScript("x".repeat(bytes)));
    return SubmitWorkflowRequest.newBuilder()
        .setParent("projects/shop")
        .setWorkflow(workflow)
        .build();
  }

  @Test
  void a_message_above_4_mib_is_refused_with_its_reason() {
    PawlError refusal =
        Gateway.refusal(
            () ->
                WorkflowServiceGrpc.newBlockingStub(channel)
                    .submitWorkflow(large(5 * 1024 * 1024)));
    assertThat(refusal.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(refusal.reason()).contains("MESSAGE_TOO_LARGE");
    assertThat(refusal.message()).contains("4,194,304");
  }

  @Test
  void a_compressed_message_is_measured_unpacked() {
    PawlError refusal =
        Gateway.refusal(
            () ->
                WorkflowServiceGrpc.newBlockingStub(channel)
                    .withCompression("gzip")
                    .submitWorkflow(large(5 * 1024 * 1024)));
    assertThat(refusal.reason()).contains("MESSAGE_TOO_LARGE");
    PawlError bomb =
        Gateway.refusal(
            () ->
                WorkflowServiceGrpc.newBlockingStub(channel)
                    .withCompression("gzip")
                    .submitWorkflow(large(40 * 1024 * 1024)));
    assertThat(bomb.reason()).contains("MESSAGE_TOO_LARGE");
  }

  @ParameterizedTest
  @ValueSource(ints = {17, 20, 200})
  void a_message_far_above_the_limit_is_refused_before_it_is_here(int mebibytes) {
    PawlError refusal =
        Gateway.refusal(
            () ->
                WorkflowServiceGrpc.newBlockingStub(channel)
                    .submitWorkflow(large(mebibytes * 1024 * 1024)));
    assertThat(refusal.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(refusal.reason()).contains("MESSAGE_TOO_LARGE");
    assertThat(serving("pawl.v1.RunService")).isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void health_and_reflection_have_the_limit_too() {
    HealthCheckRequest request =
        HealthCheckRequest.newBuilder().setService("x".repeat(5 * 1024 * 1024)).build();
    assertThat(Gateway.refusal(() -> HealthGrpc.newBlockingStub(channel).check(request)).reason())
        .contains("MESSAGE_TOO_LARGE");
  }

  @Test
  void a_huge_message_on_a_stream_ends_it_and_lets_go_of_it() {
    Watching<PushLogsRequest, PushLogsResponse> acks = Watching.all();
    WorkerServiceGrpc.newStub(channel)
        .pushLogs(acks)
        .onNext(
            PushLogsRequest.newBuilder()
                .setLines(ByteString.copyFrom(new byte[50 * 1024 * 1024]))
                .build());
    assertThat(PawlErrors.of(acks.awaitFailure()).reason()).contains("MESSAGE_TOO_LARGE");
    Awaitility.await().until(() -> streams.size() == 0);
  }

  @Test
  void a_message_above_the_limit_ends_a_stream_and_lets_go_of_it() {
    Watching<PushLogsRequest, PushLogsResponse> acks = Watching.all();
    WorkerServiceGrpc.newStub(channel)
        .pushLogs(acks)
        .onNext(
            PushLogsRequest.newBuilder()
                .setLines(ByteString.copyFrom(new byte[5 * 1024 * 1024]))
                .build());
    assertThat(PawlErrors.of(acks.awaitFailure()).reason()).contains("MESSAGE_TOO_LARGE");
  }

  @Test
  void bytes_that_are_no_message_are_refused() {
    MethodDescriptor<byte[], byte[]> raw =
        WorkflowServiceGrpc.getSubmitWorkflowMethod().toBuilder(new Raw(), new Raw()).build();
    PawlError refusal =
        Gateway.refusal(
            () ->
                ClientCalls.blockingUnaryCall(
                    channel, raw, CallOptions.DEFAULT, new byte[] {(byte) 0xff, 0x01, 0x02}));
    assertThat(refusal.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refusal.reason()).contains("INVALID_FIELD");
  }

  private static final class Raw implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      return new byte[0];
    }
  }

  @Test
  void stalled_readers_are_ended_with_their_cursor_and_cost_little() {
    String hash = Samples.submitDaily(engine);
    for (int i = 1; i <= 1_500; i++) {
      engine.feed.add(
          Samples.runEntry(
              i, Samples.RUN, hash, new RunEvent.Created(Samples.header(hash)), "", "RUNNING"));
    }
    ManagedChannel narrow =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port())
            .usePlaintext()
            .flowControlWindow(64 * 1024)
            .build();
    long before = usedAfterCollection();
    List<Watching<WatchRequest, WatchResponse>> readers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Watching<WatchRequest, WatchResponse> reader = Watching.byHand();
      WatchServiceGrpc.newStub(narrow)
          .watch(
              WatchRequest.newBuilder()
                  .setParent("projects/shop")
                  .setBeginning(Beginning.getDefaultInstance())
                  .build(),
              reader);
      reader.take(1);
      readers.add(reader);
    }
    readers.forEach(reader -> reader.await(1));
    // What the clients hold in the same process counts too.
    assertThat(usedAfterCollection() - before).isLessThan(64L * 1024 * 1024);
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> streams.size() == 0);
    readers.forEach(reader -> reader.take(10_000));
    for (Watching<WatchRequest, WatchResponse> reader : readers) {
      PawlError error = PawlErrors.of(reader.awaitFailure());
      assertThat(error.reason()).contains("READER_TOO_SLOW");
      assertThat(reader.received()).hasSizeLessThan(1_500);
      assertThat(error.metadata().get("cursor")).isEqualTo(reader.received().getLast().getCursor());
    }
    narrow.shutdownNow();
  }

  private static long usedAfterCollection() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  @Test
  void a_port_in_use_is_an_error_of_the_start() {
    assertThatThrownBy(() -> start(server.port())).isInstanceOf(IOException.class);
  }

  @Test
  void closing_ends_streams_with_word_to_go_elsewhere() {
    Watching<WatchRequest, WatchResponse> reader = Watching.all();
    WatchServiceGrpc.newStub(channel)
        .watch(WatchRequest.newBuilder().setParent("projects/shop").build(), reader);
    Awaitility.await().until(() -> engine.feed.readersWaiting() == 1);
    long begun = System.nanoTime();
    server.close(Duration.ofSeconds(10));
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    assertThat(PawlErrors.of(reader.awaitFailure()).reason()).contains("NOT_SERVING");
  }
}
