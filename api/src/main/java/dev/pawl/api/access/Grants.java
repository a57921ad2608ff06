package dev.pawl.api.access;

import dev.pawl.engine.access.Permission;
import dev.pawl.engine.access.Rights;
import dev.pawl.engine.access.Rights.About;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Everything that was granted to somebody. What is not granted is denied. */
public final class Grants {
  /** Nothing. */
  public static final Grants NONE = new Grants(List.of());

  /** Every role in every project: what everybody has where there are no tokens. */
  public static final Grants EVERYTHING =
      new Grants(List.of(new Grant(Role.ADMIN, Set.of()), new Grant(Role.WORKER, Set.of())));

  private final List<Grant> grants;
  private final Rights everywhere;
  private final Rights somewhere;

  public Grants(List<Grant> grants) {
    this.grants = List.copyOf(grants);
    this.everywhere = rights(grants.stream().filter(grant -> grant.projects().isEmpty()).toList());
    this.somewhere = rights(grants);
  }

  private static Rights rights(List<Grant> grants) {
    Set<Permission> permissions = EnumSet.noneOf(Permission.class);
    Set<About> about = new HashSet<>();
    for (Grant grant : grants) {
      for (Permission permission : grant.permissions()) {
        if (grant.objects().isEmpty()) {
          permissions.add(permission);
        }
        grant.objects().forEach(object -> about.add(new About(object, permission)));
      }
    }
    return new Rights(permissions, about);
  }

  public List<Grant> all() {
    return grants;
  }

  /** Whether it holds in all projects, whichever they are. */
  public boolean everywhere(Permission permission) {
    return everywhere.allow(permission);
  }

  /** What may be done in all these projects; for what is of no project, what may be done in any. */
  public Rights in(Set<String> projects) {
    if (everywhere.equals(somewhere)) {
      return everywhere;
    }
    if (projects.isEmpty()) {
      return somewhere;
    }
    List<Rights> each = projects.stream().map(project -> rights(of(project))).toList();
    Set<Permission> common = EnumSet.allOf(Permission.class);
    Set<About> about = new HashSet<>(each.getFirst().about());
    for (Rights rights : each) {
      common.retainAll(rights.permissions());
      about.retainAll(rights.about());
    }
    return new Rights(common, about);
  }

  /** The roles that are held in all these projects; of no project: in any. For people. */
  public String roles(Set<String> projects) {
    String roles =
        grants.stream()
            .filter(grant -> grant.projects().isEmpty() || grant.projects().containsAll(projects))
            .map(Grant::shown)
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    return roles.isEmpty() ? "none" : roles;
  }

  private List<Grant> of(String project) {
    return grants.stream()
        .filter(grant -> grant.projects().isEmpty() || grant.projects().contains(project))
        .toList();
  }
}
