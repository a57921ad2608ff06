package dev.pawl.api.access;

import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.pawl.engine.access.Permission;
import dev.pawl.v1.AuthorizationProto;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoServiceDescriptorSupplier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the contract says of each rpc of some services. */
public final class Rpcs {
  private final Map<String, Rpc> byName;

  private Rpcs(Map<String, Rpc> byName) {
    this.byName = Map.copyOf(byName);
  }

  /**
   * One rpc.
   *
   * @param name without its service
   * @param wanted what its caller needs; empty: to be known is enough
   * @param command whether it changes something: its request has an id
   */
  public record Rpc(String name, Optional<Permission> wanted, boolean command) {}

  /**
   * Reads the permissions that the rpcs declare.
   *
   * @throws UndeclaredPermission when one declares none
   */
  public static Rpcs of(List<ServerServiceDefinition> services) {
    Map<String, Rpc> rpcs = new HashMap<>();
    for (ServerServiceDefinition service : services) {
      if (!(service.getServiceDescriptor().getSchemaDescriptor()
          instanceof ProtoServiceDescriptorSupplier supplier)) {
        throw new UndeclaredPermission(
            "the service %s comes without its contract, so nobody knows who may call it"
                .formatted(service.getServiceDescriptor().getName()));
      }
      for (MethodDescriptor method : supplier.getServiceDescriptor().getMethods()) {
        rpcs.put(
            method.getService().getFullName() + "/" + method.getName(),
            new Rpc(
                method.getName(),
                wanted(method),
                method.getInputType().findFieldByName("request_id") != null));
      }
    }
    return new Rpcs(rpcs);
  }

  private static Optional<Permission> wanted(MethodDescriptor method) {
    return switch (method.getOptions().getExtension(AuthorizationProto.permission)) {
      case PERMISSION_NONE -> Optional.empty();
      case PERMISSION_VIEW -> Optional.of(Permission.VIEW);
      case PERMISSION_RUN -> Optional.of(Permission.RUN);
      case PERMISSION_EDIT -> Optional.of(Permission.EDIT);
      case PERMISSION_MANAGE -> Optional.of(Permission.MANAGE);
      case PERMISSION_WORK -> Optional.of(Permission.WORK);
      case PERMISSION_UNSPECIFIED, UNRECOGNIZED ->
          throw new UndeclaredPermission(
              "the rpc %s declares no permission, so nobody knows who may call it: give it `option (pawl.v1.permission)` in its proto file"
                  .formatted(method.getFullName()));
    };
  }

  /** The rpc of a full name, {@code service/method}. */
  public Rpc rpc(String fullName) {
    Rpc rpc = byName.get(fullName);
    if (rpc == null) {
      throw new IllegalArgumentException("no service has the rpc " + fullName);
    }
    return rpc;
  }
}
