package dev.pawl.api.access;

import dev.pawl.engine.access.Permission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** A set of permissions under a name, C7 of the model. */
public enum Role {
  ADMIN(Permission.VIEW, Permission.RUN, Permission.EDIT, Permission.MANAGE),
  TASK_MANAGER(Permission.VIEW, Permission.RUN, Permission.MANAGE),
  TASK_VIEWER(Permission.VIEW),
  WORKER(Permission.WORK);

  @SuppressWarnings("ImmutableEnumChecker") // Nobody changes it.
  private final Set<Permission> permissions = EnumSet.noneOf(Permission.class);

  Role(Permission... permissions) {
    this.permissions.addAll(Arrays.asList(permissions));
  }

  Set<Permission> permissions() {
    return permissions;
  }

  /** The roles that have a permission, for people. */
  public static String having(Permission permission) {
    return Arrays.stream(values())
        .filter(role -> role.permissions.contains(permission))
        .map(Role::name)
        .collect(Collectors.joining(" or "));
  }
}
