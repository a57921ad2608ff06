package dev.pawl.engine.definition;

/**
 * Names a workflow, or a task that stands alone.
 *
 * @param project the project's name
 * @param name the workflow's or task's name
 */
public record DefinitionId(DefinitionKind kind, String project, String name) {

  /** The entity's id in the cluster and (behind its kind) in the journal: {@code project/name}. */
  public String entityId() {
    return project + "/" + name;
  }

  /** Reads what {@link #entityId} wrote. */
  public static DefinitionId of(DefinitionKind kind, String entityId) {
    int slash = entityId.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("not a definition's entity id: " + entityId);
    }
    return new DefinitionId(kind, entityId.substring(0, slash), entityId.substring(slash + 1));
  }

  /** The resource name: {@code projects/p/workflows/w} or {@code projects/p/tasks/t}. */
  public String resourceName() {
    return "projects/"
        + project
        + switch (kind) {
          case WORKFLOW -> "/workflows/";
          case TASK -> "/tasks/";
        }
        + name;
  }
}
