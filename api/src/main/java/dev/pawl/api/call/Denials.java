package dev.pawl.api.call;

import dev.pawl.api.access.Role;
import dev.pawl.engine.access.Permission;
import dev.pawl.v1.ErrorReason;
import io.grpc.StatusRuntimeException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The errors of those who may not. */
public final class Denials {
  private Denials() {}

  /** The caller lacks what an rpc needs. */
  static StatusRuntimeException of(
      Caller caller, String rpc, Permission wanted, Set<String> projects) {
    String where =
        projects.isEmpty()
            ? ""
            : " in project " + String.join(" and ", projects.stream().sorted().toList());
    String roles = caller.grants().roles(projects);
    Map<String, String> metadata = new HashMap<>();
    metadata.put("permission", wanted.name());
    metadata.put("roles", roles);
    if (!projects.isEmpty()) {
      metadata.put("project", String.join(", ", projects.stream().sorted().toList()));
    }
    return ApiErrors.of(
        ErrorReason.ERROR_REASON_PERMISSION_DENIED,
        "%s may not %s%s: that takes the permission %s, which %s has; its roles there: %s"
            .formatted(caller.principal(), rpc, where, wanted, Role.having(wanted), roles),
        metadata);
  }

  /** The caller may start runs, and not one about these objects. */
  public static StatusRuntimeException ofStart(Caller caller, String project) {
    return of(caller, "StartRun", Permission.RUN, Set.of(project));
  }

  /** The caller may command runs, and not this one. */
  public static StatusRuntimeException ofRun(Caller caller, String project, String run) {
    String roles = caller.grants().roles(Set.of(project));
    return ApiErrors.of(
        ErrorReason.ERROR_REASON_PERMISSION_DENIED,
        "%s may not command %s: its roles in project %s are %s, and the run is about something else"
            .formatted(caller.principal(), run, project, roles),
        Map.of("permission", Permission.RUN.name(), "roles", roles, "project", project));
  }

  /** The caller sees the operations that it began itself, and no others. */
  public static StatusRuntimeException ofOperation(Caller caller, String project) {
    String roles = caller.grants().roles(Set.of(project));
    return ApiErrors.of(
        ErrorReason.ERROR_REASON_PERMISSION_DENIED,
        "%s sees its own operations only: its roles in project %s are %s"
            .formatted(caller.principal(), project, roles),
        Map.of("permission", Permission.VIEW.name(), "roles", roles, "project", project));
  }

  /** An entity was told by somebody who lacks what the command needs. */
  public static StatusRuntimeException byEntity(String entity, Permission wanted) {
    return ApiErrors.of(
        ErrorReason.ERROR_REASON_PERMISSION_DENIED,
        "%s takes commands only from those with the permission %s, which %s has"
            .formatted(entity, wanted, Role.having(wanted)),
        Map.of("permission", wanted.name()));
  }
}
