package dev.pawl.bench;

import dev.pawl.v1.Event;
import dev.pawl.v1.ExecutionState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Judges from the events of one run alone, in the order in which they are streamed, that no task
 * was leased before all its parents had succeeded. The stream's order is the order of the commits.
 */
final class OrderCheck {
  private final Map<String, Set<String>> parents;
  private final Set<String> leased = new HashSet<>();
  private final Set<String> succeeded = new HashSet<>();
  private final Map<String, Long> sequences = new HashMap<>();
  private int violations;
  private int sequenceFaults;

  /**
   * @param parents of every task, by name
   */
  OrderCheck(Map<String, Set<String>> parents) {
    this.parents = parents;
  }

  /** Takes the next event of the stream. */
  void observe(Event event) {
    long expected = sequences.getOrDefault(event.getName(), 0L) + 1;
    if (event.getSequence() != expected) {
      sequenceFaults++;
    }
    sequences.put(event.getName(), event.getSequence());
    task(event.getName()).ifPresent(task -> observe(task, event));
  }

  private void observe(String task, Event event) {
    if (event.hasExecutionLeased() && leased.add(task)) {
      Set<String> above = parents.get(task);
      if (above == null) {
        throw new IllegalArgumentException("a task that was never submitted is leased: " + task);
      }
      violations += (int) above.stream().filter(parent -> !succeeded.contains(parent)).count();
    } else if (event.hasExecutionEnded()
        && event.getExecutionEnded().getState() == ExecutionState.EXECUTION_STATE_SUCCEEDED) {
      succeeded.add(task);
    }
  }

  /** Of projects/{project}/runs/{run}/taskRuns/{task}/executions/{index}. */
  private static Optional<String> task(String name) {
    String[] parts = name.split("/", -1);
    return parts.length == 8 && parts[4].equals("taskRuns") && parts[6].equals("executions")
        ? Optional.of(parts[5])
        : Optional.empty();
  }

  /** Pairs of task and parent in which the task was leased before the parent had succeeded. */
  int violations() {
    return violations;
  }

  /** Events that were missing, came twice, or came out of the order of their entity. */
  int sequenceFaults() {
    return sequenceFaults;
  }

  /** Tasks that were leased and succeeded. */
  int succeeded() {
    return (int) succeeded.stream().filter(leased::contains).count();
  }
}
