package dev.pawl.engine.access;

import java.util.EnumSet;
import java.util.Set;

/** What whoever gives a command may do where the entity is. They travel with it, unstored. */
public record Rights(Set<Permission> permissions) {
  /**
   * Of what the engine does by itself, and of what the journal holds: somebody was asked before.
   */
  public static final Rights CHECKED = new Rights(EnumSet.allOf(Permission.class));

  /** Of somebody who may do nothing. */
  public static final Rights NONE = new Rights(Set.of());

  public Rights {
    permissions = Set.copyOf(permissions);
  }

  public boolean allow(Permission permission) {
    return permissions.contains(permission);
  }
}
