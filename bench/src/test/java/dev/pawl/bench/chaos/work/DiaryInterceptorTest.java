package dev.pawl.bench.chaos.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.bench.chaos.record.Recorder;
import dev.pawl.v1.ConnectRequest;
import dev.pawl.v1.ConnectResponse;
import dev.pawl.v1.HeldLease;
import dev.pawl.v1.Hello;
import dev.pawl.v1.WorkerServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
class DiaryInterceptorTest {
  private final Path file;

  /** What the diary held as each message left. */
  private final List<String> diaries = new ArrayList<>();

  DiaryInterceptorTest(@TempDir Path directory) {
    file = directory.resolve("w-1.jsonl");
  }

  @Test
  void a_session_is_written_down_before_its_hello_leaves() throws IOException {
    Hello hello =
        Hello.newBuilder()
            .setIncarnation("i-1")
            .setGroup("g")
            .setSlots(2)
            .addHeld(
                HeldLease.newBuilder()
                    .setExecution("projects/p/runs/r/taskRuns/t/executions/0")
                    .setFence(7))
            .build();
    try (Recorder recorder = Recorder.create(file)) {
      ClientCall<ConnectRequest, ConnectResponse> call =
          new DiaryInterceptor(
                  "node1",
                  new WorkDiary(recorder, "w"),
                  new Handover(file.resolveSibling("completed")))
              .interceptCall(
                  WorkerServiceGrpc.getConnectMethod(), CallOptions.DEFAULT, new Outside());

      call.sendMessage(ConnectRequest.newBuilder().setHello(hello).build());
    }

    assertThat(diaries)
        .singleElement()
        .asString()
        .contains("work.session", "\"i-1\"", "\"node1\"", "r/t/0");
  }

  /** The world beyond the worker: it reads the diary as each message arrives. */
  private final class Outside extends Channel {
    @Override
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
      return new ClientCall<>() {
        @Override
        public void start(Listener<R> listener, Metadata headers) {}

        @Override
        public void request(int count) {}

        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {}

        @Override
        public void halfClose() {}

        @Override
        public void sendMessage(Q message) {
          try {
            diaries.add(Files.readString(file));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };
    }

    @Override
    public String authority() {
      return "outside";
    }
  }
}
