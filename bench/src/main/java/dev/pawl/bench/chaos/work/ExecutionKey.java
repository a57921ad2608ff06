package dev.pawl.bench.chaos.work;

/** One execution under one fence, named as histories name it: {@code RUN/task/0}. */
public record ExecutionKey(String execution, long fence) {
  private static final int RUN = 3;
  private static final int TASK = 5;
  private static final int INDEX = 7;

  /** Of a resource name {@code projects/p/runs/r/taskRuns/t/executions/i}. */
  public static ExecutionKey of(String resource, long fence) {
    return new ExecutionKey(nameOf(resource), fence);
  }

  /** The short name of what a resource name names. */
  public static String nameOf(String resource) {
    String[] parts = resource.split("/", -1);
    if (parts.length != INDEX + 1) {
      throw new IllegalArgumentException("names no execution: " + resource);
    }
    return parts[RUN] + "/" + parts[TASK] + "/" + parts[INDEX];
  }
}
