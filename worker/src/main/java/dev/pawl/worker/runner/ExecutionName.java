package dev.pawl.worker.runner;

/**
 * The parts of an execution's resource name.
 *
 * @param name projects/{project}/runs/{run}/taskRuns/{task}/executions/{index}
 */
public record ExecutionName(String name, String project, String run, String task, String index) {
  /** Takes a resource name apart; parts that it lacks are empty. */
  public static ExecutionName parse(String name) {
    String[] parts = name.split("/", -1);
    return parts.length == 8
        ? new ExecutionName(name, parts[1], parts[3], parts[5], parts[7])
        : new ExecutionName(name, "", "", "", "");
  }
}
