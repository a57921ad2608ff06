package dev.pawl.cli.server;

import dev.pawl.v1.GetServerRequest;
import dev.pawl.v1.GetServerResponse;
import dev.pawl.v1.ServerServiceGrpc;
import io.grpc.stub.StreamObserver;

final class FakeServerService extends ServerServiceGrpc.ServerServiceImplBase {
  @Override
  public void getServer(GetServerRequest request, StreamObserver<GetServerResponse> observer) {
    Answers.answer(
        observer,
        () ->
            GetServerResponse.newBuilder()
                .setVersion("9.9.9")
                .setApiLevel(1)
                .setMode("dev")
                .build());
  }
}
