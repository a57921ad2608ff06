package dev.pawl.bench.history.source;

/** The contract's resource names, as the journal names the same entities. */
public final class EntityNames {
  private EntityNames() {}

  /**
   * {@code projects/p/runs/R} is {@code run|R}; {@code projects/p/runs/R/taskRuns/t/executions/0}
   * is {@code execution|R/t/0}; {@code projects/p/workflows/w} is {@code workflow|p/w}; and so for
   * tasks.
   */
  public static String ofResource(String name) {
    String[] parts = name.split("/", -1);
    return switch (parts.length) {
      case 4 ->
          switch (parts[2]) {
            case "runs" -> "run|" + parts[3];
            case "workflows" -> "workflow|" + parts[1] + "/" + parts[3];
            case "tasks" -> "task|" + parts[1] + "/" + parts[3];
            default -> throw unknown(name);
          };
      case 8 -> "execution|" + execution(name);
      default -> throw unknown(name);
    };
  }

  /** {@code projects/p/runs/R/taskRuns/t/executions/0} is {@code R/t/0}. */
  public static String execution(String name) {
    String[] parts = name.split("/", -1);
    if (parts.length != 8 || !parts[2].equals("runs") || !parts[4].equals("taskRuns")) {
      throw unknown(name);
    }
    return parts[3] + "/" + parts[5] + "/" + parts[7];
  }

  /** The part behind the bar: what a fact calls its parent. */
  static String bare(String name) {
    String entity = ofResource(name);
    return entity.substring(entity.indexOf('|') + 1);
  }

  private static IllegalArgumentException unknown(String name) {
    return new IllegalArgumentException("not the name of an entity that has facts: " + name);
  }
}
