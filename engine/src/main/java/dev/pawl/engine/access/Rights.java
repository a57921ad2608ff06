package dev.pawl.engine.access;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What whoever gives a command may do where the entity is. They travel with it, unstored.
 *
 * @param permissions whatever it is about
 * @param about besides those, what is permitted on runs about some objects
 */
public record Rights(Set<Permission> permissions, Set<About> about) {
  /**
   * Of what the engine does by itself, and of what the journal holds: somebody was asked before.
   */
  public static final Rights CHECKED = new Rights(EnumSet.allOf(Permission.class));

  /** Of somebody who may do nothing. */
  public static final Rights NONE = new Rights(Set.of());

  /** A permission on the runs about an object. */
  public record About(ObjectName object, Permission permission) {}

  // A node of an earlier version sends none about objects.
  public Rights(Set<Permission> permissions, @Nullable Set<About> about) {
    this.permissions = Set.copyOf(permissions);
    this.about = about == null ? Set.of() : Set.copyOf(about);
  }

  /** Rights that no object limits. */
  public Rights(Set<Permission> permissions) {
    this(permissions, Set.of());
  }

  /** Whatever it is about. */
  public boolean allow(Permission permission) {
    return permissions.contains(permission);
  }

  /** Where it is about something that is known, though perhaps not elsewhere. */
  public boolean allowSome(Permission permission) {
    return allow(permission) || about.stream().anyMatch(one -> one.permission() == permission);
  }

  /**
   * On a run that is about these objects. Who may see one of them sees the run; what changes it
   * needs to be allowed on all of them.
   */
  public boolean allow(Permission permission, Collection<ObjectName> objects) {
    if (allow(permission)) {
      return true;
    }
    Set<ObjectName> granted = objects(permission);
    return permission == Permission.VIEW
        ? objects.stream().anyMatch(granted::contains)
        : !objects.isEmpty() && granted.containsAll(objects);
  }

  /** The objects that a permission is limited to. */
  public Set<ObjectName> objects(Permission permission) {
    return about.stream()
        .filter(one -> one.permission() == permission)
        .map(About::object)
        .collect(Collectors.toUnmodifiableSet());
  }
}
