package dev.pawl.bench.chaos.work;

import dev.pawl.bench.history.source.EntityNames;

/** One execution under one fence, named as histories name it: {@code RUN/task/0}. */
public record ExecutionKey(String execution, long fence) {
  /** Of a resource name {@code projects/p/runs/r/taskRuns/t/executions/i}. */
  public static ExecutionKey of(String resource, long fence) {
    return new ExecutionKey(EntityNames.execution(resource), fence);
  }
}
