package dev.pawl.engine.worker;

import dev.pawl.engine.definition.Placement;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.worker.GroupMessage.Wait;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** The executions that wait for a slot of a group. */
final class WaitingLine {
  /** Those that may go to any worker, oldest first. */
  private final Map<ExecutionId, Wait> forAny = new LinkedHashMap<>();

  /** Those that may go to one worker only, oldest first; no worker without any. */
  private final Map<String, Map<ExecutionId, Wait>> reserved = new HashMap<>();

  void add(Wait wait) {
    Map<ExecutionId, Wait> line =
        wait.placement() instanceof Placement.Only(var worker)
            ? reserved.computeIfAbsent(worker, _ -> new LinkedHashMap<>())
            : forAny;
    line.put(wait.execution(), wait);
  }

  void remove(ExecutionId execution) {
    if (forAny.remove(execution) == null) {
      reserved.values().removeIf(line -> line.remove(execution) != null && line.isEmpty());
    }
  }

  /** Who is next for a free slot of this worker: those that wait for it come first. */
  Optional<Wait> next(String worker) {
    return reserved.getOrDefault(worker, forAny).values().stream().findFirst();
  }

  /** How many wait for any worker, or for this one only. */
  int length(Optional<String> only) {
    return line(only).size();
  }

  /** The place of an execution among these, from 1; empty when it is none of them. */
  OptionalInt place(ExecutionId execution, Optional<String> only) {
    Map<ExecutionId, Wait> line = line(only);
    if (!line.containsKey(execution)) {
      return OptionalInt.empty();
    }
    int place = 1;
    for (ExecutionId before : line.keySet()) {
      if (before.equals(execution)) {
        break;
      }
      place++;
    }
    return OptionalInt.of(place);
  }

  private Map<ExecutionId, Wait> line(Optional<String> only) {
    return only.map(worker -> reserved.getOrDefault(worker, Map.of())).orElse(forAny);
  }

  List<Wait> all() {
    return Stream.concat(Stream.of(forAny), reserved.values().stream())
        .flatMap(line -> line.values().stream())
        .toList();
  }
}
