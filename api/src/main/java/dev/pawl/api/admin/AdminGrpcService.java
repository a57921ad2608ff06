package dev.pawl.api.admin;

import dev.pawl.api.call.Unary;
import dev.pawl.engine.node.Nodes;
import dev.pawl.v1.AdminServiceGrpc;
import dev.pawl.v1.GetClusterRequest;
import dev.pawl.v1.GetClusterResponse;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.time.InstantSource;

/** Translates AdminService calls into questions to the nodes, and nothing else. */
public final class AdminGrpcService extends AdminServiceGrpc.AdminServiceImplBase {
  private final Nodes nodes;
  private final InstantSource clock;

  public AdminGrpcService(Nodes nodes, InstantSource clock) {
    this.nodes = nodes;
    this.clock = clock;
  }

  @Override
  public void getCluster(GetClusterRequest request, StreamObserver<GetClusterResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          Instant now = clock.instant();
          return nodes.list().thenApply(rows -> ClusterMapper.toResponse(rows, now));
        });
  }
}
