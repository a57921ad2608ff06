package dev.pawl.cli.server;

import dev.pawl.v1.GetServerRequest;
import dev.pawl.v1.GetServerResponse;
import dev.pawl.v1.Role;
import dev.pawl.v1.RoleGrant;
import dev.pawl.v1.ServerServiceGrpc;
import dev.pawl.v1.WhoAmIRequest;
import dev.pawl.v1.WhoAmIResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/** Says who it is, and that everybody is who the test says. */
public final class FakeServerService extends ServerServiceGrpc.ServerServiceImplBase {
  public volatile WhoAmIResponse caller =
      WhoAmIResponse.newBuilder()
          .setPrincipal("anonymous")
          .addGrants(RoleGrant.newBuilder().setRole(Role.ROLE_ADMIN))
          .addGrants(RoleGrant.newBuilder().setRole(Role.ROLE_WORKER))
          .build();

  /** When set, nobody is known. */
  public volatile boolean knowsNobody;

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

  @Override
  public void whoAmI(WhoAmIRequest request, StreamObserver<WhoAmIResponse> observer) {
    Answers.answer(
        observer,
        () -> {
          if (knowsNobody) {
            throw Answers.refusal(
                Status.Code.UNAUTHENTICATED,
                "UNAUTHENTICATED",
                "this server does not know the token");
          }
          return caller;
        });
  }
}
