package dev.pawl.definition;

import dev.pawl.v1.TaskSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who needs whom among the tasks of a workflow, cycles included; tasks are their indices. */
final class TaskGraph {
  /** Visits of an edge that the search for short cycles may cost in all. */
  private static final long CYCLE_SEARCH = 2_000_000;

  private final List<TaskSpec> tasks;
  private final Map<String, Integer> firstByName;

  /** The tasks that each task needs, without unknown ones and itself. */
  private final int[][] needs;

  /**
   * The strongly connected component of each task; what it needs has the same number or a lower.
   */
  private final int[] component;

  private final List<int[]> components = new ArrayList<>();

  private TaskGraph(List<TaskSpec> tasks, Map<String, Integer> firstByName, int[][] needs) {
    this.tasks = tasks;
    this.firstByName = firstByName;
    this.needs = needs;
    this.component = new int[needs.length];
    findComponents();
  }

  static TaskGraph of(List<TaskSpec> tasks) {
    Map<String, Integer> firstByName = new LinkedHashMap<>();
    for (int i = 0; i < tasks.size(); i++) {
      firstByName.putIfAbsent(tasks.get(i).getName(), i);
    }
    int[][] needs = new int[tasks.size()][];
    for (int i = 0; i < needs.length; i++) {
      int task = i;
      needs[i] =
          tasks.get(i).getNeedsList().stream()
              .mapToInt(name -> firstByName.getOrDefault(name, task))
              .filter(upstream -> upstream != task)
              .toArray();
    }
    return new TaskGraph(tasks, firstByName, needs);
  }

  /** The first task of this name. */
  Optional<Integer> find(String name) {
    return Optional.ofNullable(firstByName.get(name));
  }

  Set<String> names() {
    return firstByName.keySet();
  }

  TaskSpec task(int index) {
    return tasks.get(index);
  }

  boolean needs(int task, int upstream) {
    return Arrays.stream(needs[task]).anyMatch(need -> need == upstream);
  }

  /** Tarjan's algorithm, without recursion: a chain may be 10,000 long. */
  private void findComponents() {
    int size = needs.length;
    int[] order = new int[size];
    int[] low = new int[size];
    int[] nextNeed = new int[size];
    Arrays.fill(component, -1);
    ArrayDeque<Integer> open = new ArrayDeque<>();
    ArrayDeque<Integer> path = new ArrayDeque<>();
    int visited = 0;
    for (int root = 0; root < size; root++) {
      if (order[root] != 0) {
        continue;
      }
      path.push(root);
      while (!path.isEmpty()) {
        int task = path.peek();
        if (order[task] == 0) {
          order[task] = ++visited;
          low[task] = visited;
          open.push(task);
        }
        if (nextNeed[task] < needs[task].length) {
          int need = needs[task][nextNeed[task]++];
          if (order[need] == 0) {
            path.push(need);
          } else if (component[need] < 0) {
            low[task] = Math.min(low[task], order[need]);
          }
          continue;
        }
        path.pop();
        if (!path.isEmpty()) {
          low[path.peek()] = Math.min(low[path.peek()], low[task]);
        }
        if (low[task] == order[task]) {
          close(open, task);
        }
      }
    }
  }

  private void close(ArrayDeque<Integer> open, int root) {
    List<Integer> members = new ArrayList<>();
    int member;
    do {
      member = open.pop();
      component[member] = components.size();
      members.add(member);
    } while (member != root);
    components.add(members.stream().mapToInt(Integer::intValue).sorted().toArray());
  }

  /**
   * One cycle of each strongly connected component, the shortest that was found in bounded time, by
   * its first task; each of its tasks needs the one that follows it, the last one the first.
   */
  Map<Integer, int[]> cycles() {
    Map<Integer, int[]> cycles = new HashMap<>();
    long budget = CYCLE_SEARCH;
    int[] cameFrom = new int[needs.length];
    for (int[] members : components) {
      if (members.length < 2) {
        continue;
      }
      long cost = members.length;
      for (int member : members) {
        cost += needs[member].length;
      }
      int[] shortest = {};
      for (int member : members) {
        if (shortest.length == 0 || (budget > 0 && shortest.length > 2)) {
          budget -= cost;
          int[] found = cycleThrough(member, members, cameFrom);
          if (shortest.length == 0 || found.length < shortest.length) {
            shortest = found;
          }
        }
      }
      int[] cycle = beginningWithItsLeast(shortest);
      cycles.put(cycle[0], cycle);
    }
    return cycles;
  }

  /** The shortest cycle through one task; every member of a component has one. */
  private int[] cycleThrough(int start, int[] members, int[] cameFrom) {
    for (int member : members) {
      cameFrom[member] = -1;
    }
    ArrayDeque<Integer> queue = new ArrayDeque<>();
    queue.add(start);
    while (true) {
      int task = queue.remove();
      for (int need : needs[task]) {
        if (need == start) {
          List<Integer> backwards = new ArrayList<>();
          for (int at = task; at != start; at = cameFrom[at]) {
            backwards.add(at);
          }
          int[] cycle = new int[backwards.size() + 1];
          cycle[0] = start;
          for (int i = 1; i < cycle.length; i++) {
            cycle[i] = backwards.get(backwards.size() - i);
          }
          return cycle;
        }
        if (component[need] == component[start] && cameFrom[need] < 0) {
          cameFrom[need] = task;
          queue.add(need);
        }
      }
    }
  }

  private static int[] beginningWithItsLeast(int[] cycle) {
    int least = 0;
    for (int i = 1; i < cycle.length; i++) {
      least = cycle[i] < cycle[least] ? i : least;
    }
    int[] turned = new int[cycle.length];
    for (int i = 0; i < cycle.length; i++) {
      turned[i] = cycle[(least + i) % cycle.length];
    }
    return turned;
  }

  /** A question: is {@code upstream} upstream of {@code task}, directly or not? */
  record Reach(int task, int upstream) {}

  /** Those of the questions whose answer is yes; 64 upstream tasks cost one walk over the graph. */
  Set<Reach> reached(Set<Reach> questions) {
    Set<Reach> yes = new HashSet<>();
    Map<Integer, List<Reach>> byUpstream = new LinkedHashMap<>();
    for (Reach question : questions) {
      byUpstream.computeIfAbsent(question.upstream(), u -> new ArrayList<>()).add(question);
    }
    List<Integer> upstreams = List.copyOf(byUpstream.keySet());
    for (int from = 0; from < upstreams.size(); from += Long.SIZE) {
      List<Integer> batch = upstreams.subList(from, Math.min(upstreams.size(), from + Long.SIZE));
      long[] own = new long[needs.length];
      for (int i = 0; i < batch.size(); i++) {
        own[batch.get(i)] = 1L << i;
      }
      long[] reach = new long[components.size()];
      for (int c = 0; c < reach.length; c++) {
        for (int member : components.get(c)) {
          for (int need : needs[member]) {
            reach[c] |= own[need] | reach[component[need]];
          }
        }
      }
      for (int i = 0; i < batch.size(); i++) {
        for (Reach question : byUpstream.getOrDefault(batch.get(i), List.of())) {
          if ((reach[component[question.task()]] & (1L << i)) != 0) {
            yes.add(question);
          }
        }
      }
    }
    return yes;
  }
}
