package dev.pawl.cli.server;

import dev.pawl.v1.AdminServiceGrpc;
import dev.pawl.v1.GetClusterRequest;
import dev.pawl.v1.GetClusterResponse;
import io.grpc.stub.StreamObserver;

/** A cluster that a test made up. */
public final class FakeAdmin extends AdminServiceGrpc.AdminServiceImplBase {
  public volatile GetClusterResponse cluster = GetClusterResponse.getDefaultInstance();

  @Override
  public void getCluster(GetClusterRequest request, StreamObserver<GetClusterResponse> observer) {
    Answers.answer(observer, () -> cluster);
  }
}
