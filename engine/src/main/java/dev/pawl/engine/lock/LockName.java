package dev.pawl.engine.lock;

import java.util.Comparator;
import java.util.Optional;

/**
 * One lock of a project.
 *
 * @param key what it is about; the whole scope when empty: then it is global
 */
public record LockName(String scope, Optional<String> key) implements Comparable<LockName> {
  private static final Comparator<LockName> ORDER =
      Comparator.comparing(LockName::scope)
          .thenComparing(LockName::coversScope, Comparator.reverseOrder())
          .thenComparing(lock -> lock.key().orElse(""));

  /** The global lock of a scope. */
  public static LockName global(String scope) {
    return new LockName(scope, Optional.empty());
  }

  public static LockName of(String scope, String key) {
    return new LockName(scope, Optional.of(key));
  }

  public boolean coversScope() {
    return key.isEmpty();
  }

  /** Whether two runs cannot hold these at once. */
  public boolean conflictsWith(LockName other) {
    return scope.equals(other.scope)
        && (coversScope() || other.coversScope() || key.equals(other.key));
  }

  /** By scope, the global one first, then by key. */
  @Override
  public int compareTo(LockName other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return key.map(of -> "%s lock of \"%s\"".formatted(scope, of))
        .orElse("global %s lock".formatted(scope));
  }
}
