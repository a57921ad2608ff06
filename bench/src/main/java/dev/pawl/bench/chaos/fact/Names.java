package dev.pawl.bench.chaos.fact;

/** What entities are called: by the contract, by the journal and by histories. */
public final class Names {
  private static final int PROJECT = 1;
  private static final int KIND = 2;
  private static final int ID = 3;

  private Names() {}

  /** As the journal names what a resource name names. */
  public static String entity(String resource) {
    String[] parts = resource.split("/", -1);
    return switch (parts[KIND]) {
      case "workflows" -> "workflow|" + parts[PROJECT] + "/" + parts[ID];
      case "tasks" -> "task|" + parts[PROJECT] + "/" + parts[ID];
      case "runs" -> parts.length == ID + 1 ? "run|" + parts[ID] : "execution|" + id(resource);
      default -> throw new IllegalArgumentException("names no entity: " + resource);
    };
  }

  /** The id of a run, or {@code RUN/task/0} of an execution. */
  public static String id(String resource) {
    String[] parts = resource.split("/", -1);
    return parts.length == ID + 1
        ? parts[ID]
        : parts[ID] + "/" + parts[ID + 2] + "/" + parts[ID + 4];
  }

  /** The resource name of a run. */
  public static String run(String project, String id) {
    return project + "/runs/" + id;
  }

  /** A state's name without the prefix of its enum; empty for the one that says nothing. */
  static String state(Enum<?> state, String prefix) {
    String name = state.name();
    if (!name.startsWith(prefix)) {
      return name;
    }
    String bare = name.substring(prefix.length());
    return bare.equals("UNSPECIFIED") ? "" : bare;
  }
}
