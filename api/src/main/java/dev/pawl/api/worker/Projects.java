package dev.pawl.api.worker;

import dev.pawl.engine.execution.ExecutionId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The projects of the executions that a session speaks of: the engine names an execution without
 * its project, the contract with it.
 *
 * <p>Kept while the worker has the work, and for a while after: an answer may cross the last
 * report.
 */
final class Projects {
  private static final int REMEMBERED = 4_096;

  private final Map<ExecutionId, Work> held = new HashMap<>();
  private final Map<ExecutionId, String> past =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ExecutionId, String> eldest) {
          return size() > REMEMBERED;
        }
      };

  private record Work(String project, boolean finished) {}

  /** The worker has it, or says so. */
  synchronized void held(ExecutionId execution, String project) {
    held.put(execution, new Work(project, false));
  }

  /**
   * The worker spoke of it.
   *
   * @param last whether it has nothing more to say
   */
  synchronized void reported(ExecutionId execution, String project, boolean last) {
    if (last) {
      held.put(execution, new Work(project, true));
    } else {
      held.putIfAbsent(execution, new Work(project, false));
    }
  }

  /** The worker was answered. */
  synchronized void acknowledged(ExecutionId execution) {
    Work work = held.get(execution);
    if (work != null && work.finished()) {
      dropped(execution);
    }
  }

  /** The worker has it no more. */
  synchronized void dropped(ExecutionId execution) {
    Work work = held.remove(execution);
    if (work != null) {
      past.put(execution, work.project());
    }
  }

  synchronized Optional<String> of(ExecutionId execution) {
    Work work = held.get(execution);
    return work == null ? Optional.ofNullable(past.get(execution)) : Optional.of(work.project());
  }
}
