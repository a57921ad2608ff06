package dev.pawl.engine.lock;

/** Names the locks of one scope of a project: one entity knows them all. */
public record LockId(String project, String scope) {

  /** The entity's id in the cluster and (behind its kind) in the journal. */
  public String entityId() {
    return project + "/" + scope;
  }

  /** Reads what {@link #entityId} wrote. */
  public static LockId of(String entityId) {
    int slash = entityId.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("not the entity id of locks: " + entityId);
    }
    return new LockId(entityId.substring(0, slash), entityId.substring(slash + 1));
  }

  @Override
  public String toString() {
    return entityId();
  }
}
