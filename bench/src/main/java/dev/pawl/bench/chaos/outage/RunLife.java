package dev.pawl.bench.chaos.outage;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** One run and its executions over time: what happened when, and what was owed when. */
final class RunLife {
  private static final Set<String> OWES_NOTHING =
      Set.of("", "PAUSED", "SUCCEEDED", "FAILED", "TERMINATED", "ROLLED_BACK", "ROLLBACK_FAILED");

  private final TreeSet<Long> facts = new TreeSet<>();
  private final TreeMap<Long, String> states = new TreeMap<>();
  private final Map<String, TreeMap<Long, Step>> executions = new HashMap<>();

  /** What became of an execution at a moment. */
  private sealed interface Step {
    /** A worker has it, and hands in a result at that moment, if ever. */
    record AtWork(OptionalLong reported) implements Step {}

    /** It waits until then for its next attempt. */
    record Waits(long until) implements Step {}

    /** Nothing that takes its time. */
    record Still() implements Step {}
  }

  void state(long at, String state) {
    facts.add(at);
    states.put(at, state);
  }

  void leased(String execution, long at, OptionalLong reported) {
    step(execution, at, new Step.AtWork(reported));
  }

  void waits(String execution, long at, long until) {
    step(execution, at, new Step.Waits(until));
  }

  void still(String execution, long at) {
    step(execution, at, new Step.Still());
  }

  private void step(String execution, long at, Step step) {
    facts.add(at);
    executions.computeIfAbsent(execution, _ -> new TreeMap<>()).put(at, step);
  }

  /**
   * How long after a moment the run took to move, counted from when it had to: at once, or when the
   * first of its work was handed in, or the first of its waits was over. Empty when it owed
   * nothing, or what it waited for never came.
   */
  OptionalLong delayAfter(long moment) {
    Map.Entry<Long, String> state = states.floorEntry(moment);
    Long next = facts.higher(moment);
    if (state == null || next == null || OWES_NOTHING.contains(state.getValue())) {
      return OptionalLong.empty();
    }
    List<OptionalLong> expected = new ArrayList<>();
    for (TreeMap<Long, Step> steps : executions.values()) {
      Map.Entry<Long, Step> step = steps.floorEntry(moment);
      if (step != null) {
        switch (step.getValue()) {
          case Step.AtWork(var reported) -> expected.add(reported);
          case Step.Waits(var until) -> expected.add(OptionalLong.of(until));
          case Step.Still _ -> {}
        }
      }
    }
    if (expected.isEmpty()) {
      return OptionalLong.of(next - moment);
    }
    OptionalLong first = expected.stream().flatMapToLong(OptionalLong::stream).min();
    return first.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(Math.max(0, next - Math.max(moment, first.getAsLong())));
  }
}
