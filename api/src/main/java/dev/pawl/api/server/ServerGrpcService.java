package dev.pawl.api.server;

import dev.pawl.api.access.Grant;
import dev.pawl.api.access.Role;
import dev.pawl.api.call.Caller;
import dev.pawl.v1.GetServerRequest;
import dev.pawl.v1.GetServerResponse;
import dev.pawl.v1.ObjectName;
import dev.pawl.v1.RoleGrant;
import dev.pawl.v1.ServerServiceGrpc;
import dev.pawl.v1.WhoAmIRequest;
import dev.pawl.v1.WhoAmIResponse;
import io.grpc.stub.StreamObserver;
import java.util.Comparator;
import java.util.List;

/** Says which server this is, and whom it takes its caller for. */
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

  @Override
  public void whoAmI(WhoAmIRequest request, StreamObserver<WhoAmIResponse> observer) {
    Caller caller = Caller.current();
    WhoAmIResponse.Builder known =
        WhoAmIResponse.newBuilder()
            .setPrincipal(caller.principal())
            .setAuthenticated(caller.authenticated());
    for (Grant grant : caller.grants().all()) {
      known.addGrants(
          RoleGrant.newBuilder()
              .setRole(role(grant.role()))
              .addAllProjects(grant.projects().stream().sorted().toList())
              .addAllObjects(objects(grant)));
    }
    observer.onNext(known.build());
    observer.onCompleted();
  }

  private static List<ObjectName> objects(Grant grant) {
    return grant.objects().stream()
        .sorted(Comparator.comparing(Object::toString))
        .map(
            object -> ObjectName.newBuilder().setKind(object.kind()).setName(object.name()).build())
        .toList();
  }

  private static dev.pawl.v1.Role role(Role role) {
    return switch (role) {
      case ADMIN -> dev.pawl.v1.Role.ROLE_ADMIN;
      case TASK_MANAGER -> dev.pawl.v1.Role.ROLE_TASK_MANAGER;
      case TASK_VIEWER -> dev.pawl.v1.Role.ROLE_TASK_VIEWER;
      case WORKER -> dev.pawl.v1.Role.ROLE_WORKER;
    };
  }
}
