package dev.pawl.bench.chaos.outage;

import dev.pawl.bench.history.Call;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Fault;
import dev.pawl.bench.history.History;
import dev.pawl.bench.history.Observation;
import dev.pawl.bench.history.Work;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Reads from a history how long each fault kept clients from answers and runs from moving. */
public final class Outages {
  private final List<Fault.Began> faults = new ArrayList<>();
  private final Set<String> bit = new HashSet<>();
  private final Map<String, Long> invoked = new HashMap<>();
  private final List<Acknowledged> acknowledged = new ArrayList<>();
  private final Map<String, Long> reports = new HashMap<>();
  private final Map<String, RunLife> runs = new HashMap<>();

  private record Acknowledged(long invokedAt, long answeredAt) {}

  private Outages() {}

  /** One for each fault, in their order. */
  public static List<Outage> of(History history) {
    Outages outages = new Outages();
    history.observations().forEach(outages::look);
    // Whoever tells of a lease may come before who tells of its report.
    history.observations().forEach(outages::follow);
    return outages.faults.stream().map(outages::outage).toList();
  }

  private void look(Observation observation) {
    switch (observation) {
      case Fault.Began began -> faults.add(began);
      case Fault.Ended ended when ended.bit() -> bit.add(ended.fault());
      case Call.Invoked call when call.verb().changes() -> invoked.put(call.operation(), call.at());
      case Work.Reported report ->
          reports.merge(key(report.execution(), report.fence()), report.at(), Math::min);
      default -> {
        // Says nothing about time.
      }
    }
  }

  private static String key(String execution, long fence) {
    return execution + " " + fence;
  }

  private void follow(Observation observation) {
    switch (observation) {
      case Call.Answered answer when invoked.containsKey(answer.operation()) ->
          acknowledged.add(
              new Acknowledged(invoked.getOrDefault(answer.operation(), 0L), answer.at()));
      case Fact fact -> follow(fact);
      default -> {
        // Neither an answer nor a fact.
      }
    }
  }

  private void follow(Fact fact) {
    String id = fact.entity().substring(fact.entity().indexOf('|') + 1);
    if (fact.entity().startsWith("run|")) {
      run(id).state(fact.at(), fact.after());
    } else if (fact.entity().startsWith("execution|")) {
      RunLife run = run(id.substring(0, id.indexOf('/')));
      switch (fact.change()) {
        case Change.Leased leased -> {
          Long reported = reports.get(key(id, leased.fence()));
          run.leased(
              id, fact.at(), reported == null ? OptionalLong.empty() : OptionalLong.of(reported));
        }
        case Change.AttemptFailed failed -> run.waits(id, fact.at(), failed.nextAttemptAt());
        default -> run.still(id, fact.at());
      }
    }
  }

  private RunLife run(String id) {
    return runs.computeIfAbsent(id, _ -> new RunLife());
  }

  private Outage outage(Fault.Began fault) {
    OptionalLong answer =
        acknowledged.stream()
            .filter(call -> call.invokedAt() >= fault.at())
            .mapToLong(call -> call.answeredAt() - fault.at())
            .min();
    List<Long> moved = new ArrayList<>();
    runs.values().forEach(run -> run.delayAfter(fault.at()).ifPresent(moved::add));
    return new Outage(fault, bit.contains(fault.fault()), answer, moved);
  }
}
