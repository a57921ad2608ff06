package dev.pawl.engine.access;

/**
 * Something that runs may be about, by the name that callers have for it.
 *
 * @param kind cluster, tenant, host or any other name
 */
public record ObjectName(String kind, String name) {
  @Override
  public String toString() {
    return kind + "/" + name;
  }
}
