package dev.pawl.api.access;

import java.util.Set;

/**
 * A role where it holds.
 *
 * @param projects bare names; empty: in all projects
 */
public record Grant(Role role, Set<String> projects) {
  public Grant {
    projects = Set.copyOf(projects);
  }
}
