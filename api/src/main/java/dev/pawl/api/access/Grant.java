package dev.pawl.api.access;

import dev.pawl.engine.access.ObjectName;
import dev.pawl.engine.access.Permission;
import java.util.EnumSet;
import java.util.Set;

/**
 * A role where it holds.
 *
 * @param projects bare names; empty: in all projects
 * @param objects for runs about these only; empty: whatever it is about
 */
public record Grant(Role role, Set<String> projects, Set<ObjectName> objects) {
  /** All that a grant permits which is limited to objects. */
  static final Set<Permission> LIMITED = Set.of(Permission.VIEW, Permission.RUN);

  public Grant {
    projects = Set.copyOf(projects);
    objects = Set.copyOf(objects);
  }

  /** A role that no object limits. */
  public Grant(Role role, Set<String> projects) {
    this(role, projects, Set.of());
  }

  /** What it permits where it holds. */
  Set<Permission> permissions() {
    Set<Permission> permissions = EnumSet.copyOf(role.permissions());
    if (!objects.isEmpty()) {
      permissions.retainAll(LIMITED);
    }
    return permissions;
  }

  /** For people. */
  String shown() {
    return objects.isEmpty()
        ? role.name()
        : role.name()
            + " on "
            + String.join(" and ", objects.stream().map(ObjectName::toString).sorted().toList());
  }
}
