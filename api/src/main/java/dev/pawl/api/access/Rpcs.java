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
   * @param objects what it is to those whose grants are limited to objects
   * @param command whether it changes something: its request has an id
   */
  public record Rpc(
      String name, Optional<Permission> wanted, ObjectAccess objects, boolean command) {}

  /**
   * Reads what the rpcs declare.
   *
   * @throws UndeclaredPermission when one does not say who may call it, or where
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
                objects(method),
                method.getInputType().findFieldByName("request_id") != null));
        ResourceFields.requireKnown(method.getInputType());
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

  private static ObjectAccess objects(MethodDescriptor method) {
    Optional<Permission> wanted = wanted(method);
    if (wanted.isEmpty() || !Grant.LIMITED.contains(wanted.get())) {
      // No grant that is limited to objects holds it.
      return ObjectAccess.DENIED;
    }
    return switch (method.getOptions().getExtension(AuthorizationProto.objectAccess)) {
      case OBJECT_ACCESS_DENIED -> ObjectAccess.DENIED;
      case OBJECT_ACCESS_RUN -> ObjectAccess.RUN;
      case OBJECT_ACCESS_LIMITED -> ObjectAccess.LIMITED;
      case OBJECT_ACCESS_OPEN -> ObjectAccess.OPEN;
      case OBJECT_ACCESS_UNSPECIFIED, UNRECOGNIZED ->
          throw new UndeclaredPermission(
              "the rpc %s does not say what those may do whose grants are limited to objects: give it `option (pawl.v1.object_access)` in its proto file"
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
