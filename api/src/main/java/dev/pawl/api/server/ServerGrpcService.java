package dev.pawl.api.server;

import dev.pawl.v1.GetServerRequest;
import dev.pawl.v1.GetServerResponse;
import dev.pawl.v1.ServerServiceGrpc;
import io.grpc.stub.StreamObserver;

/** Says which server this is. */
final class ServerGrpcService extends ServerServiceGrpc.ServerServiceImplBase {
  /** Raised when something is added to the contract. */
  private static final int API_LEVEL = 1;

  private final GetServerResponse response;

  ServerGrpcService(String version, String mode) {
    this.response =
        GetServerResponse.newBuilder()
            .setVersion(version)
            .setApiLevel(API_LEVEL)
            .setMode(mode)
            .build();
  }

  @Override
  public void getServer(GetServerRequest request, StreamObserver<GetServerResponse> observer) {
    observer.onNext(response);
    observer.onCompleted();
  }
}
