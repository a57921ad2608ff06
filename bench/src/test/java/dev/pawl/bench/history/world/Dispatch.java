package dev.pawl.bench.history.world;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Who waits for a slot, and who has one. */
final class Dispatch {
  private final Set<SimExecution> waiting = new LinkedHashSet<>();
  private final List<SimWorker> workers = new ArrayList<>();

  void join(SimWorker worker) {
    workers.add(worker);
  }

  void add(SimExecution execution) {
    waiting.add(execution);
    fill();
  }

  void fill() {
    for (Iterator<SimExecution> next = waiting.iterator(); next.hasNext(); ) {
      SimExecution execution = next.next();
      if (!execution.wantsSlot()) {
        next.remove();
        continue;
      }
      for (SimWorker worker : workers) {
        if (worker.group.equals(execution.task().group()) && worker.free()) {
          next.remove();
          execution.lease(worker);
          break;
        }
      }
    }
  }
}
