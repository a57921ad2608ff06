package dev.pawl.engine.worker;

import dev.pawl.engine.execution.ExecutionId;
import java.util.List;
import java.util.Map;

/** What a worker says when it connects. */
public record WorkerHello(
    String workerId,
    String incarnation,
    String group,
    int slots,
    Map<String, String> labels,
    List<Held> held,
    String version) {

  public WorkerHello {
    labels = Map.copyOf(labels);
    held = List.copyOf(held);
  }

  /** A lease whose final report was not acknowledged yet. */
  public record Held(ExecutionId execution, long fence) {}
}
