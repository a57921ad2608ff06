package dev.pawl.bench.history.world;

import static dev.pawl.bench.history.world.Timeline.MS;

import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Fact;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A run of the world. */
final class SimRun {
  final String id;
  final Definition graph;
  private final World world;
  private final Map<Integer, SimExecution> executions = new LinkedHashMap<>();
  private final Map<Integer, Change.StepEnd> ends = new LinkedHashMap<>();
  private final int[] missing;
  private final Deque<Integer> ready = new ArrayDeque<>();
  private final List<SimExecution> collected = new ArrayList<>();
  private final Map<String, Done> requests = new HashMap<>();
  private String state = "";
  private String stopReason = "";
  private String endReason = "";
  private long endedAt;
  private OptionalInt firstFailed = OptionalInt.empty();
  private boolean collecting;

  /** What a request did. */
  record Done(String bodyHash, long sequence) {}

  /** What a command is answered. */
  sealed interface Reply {
    record Ok(long sequence) implements Reply {}

    record No(String code, String reason) implements Reply {}
  }

  SimRun(World world, String id, Definition graph) {
    this.world = world;
    this.id = id;
    this.graph = graph;
    this.missing = new int[graph.tasks().size()];
  }

  String entity() {
    return "run|" + id;
  }

  String state() {
    return state;
  }

  boolean ended() {
    return state.equals("SUCCEEDED") || state.equals("FAILED") || state.equals("TERMINATED");
  }

  long sequence() {
    return world.book.sequence(entity());
  }

  String reason() {
    return ended() ? endReason : "";
  }

  long endedAt() {
    return endedAt;
  }

  Map<Integer, Change.StepEnd> ends() {
    return ends;
  }

  private Fact store(String after, Cause cause, Change change) {
    Fact fact = world.book.store(entity(), state, after, cause, change);
    state = after;
    if (cause instanceof Cause.Command command) {
      requests.put(command.requestId(), new Done(command.bodyHash(), fact.sequence()));
    }
    return fact;
  }

  // Commands.

  void create(Cause.Command cause) {
    OptionalLong deadline =
        graph.timeout().isPresent()
            ? OptionalLong.of(world.time.now() + graph.timeout().getAsLong())
            : OptionalLong.empty();
    store(
        "RUNNING",
        cause,
        new Change.RunCreated(
            graph.entity(),
            1,
            graph.hash(),
            graph.tasks().size(),
            cause.requestId(),
            cause.bodyHash(),
            deadline));
    deadline.ifPresent(at -> world.time.at(at + world.time.between(0, 20 * MS), this::timeOut));
    for (Definition.Task task : graph.tasks()) {
      missing[task.index()] = task.needs().size();
      if (task.needs().isEmpty()) {
        ready.add(task.index());
      }
    }
    release();
  }

  Reply repeated(String requestId, String bodyHash) {
    Done done = requests.get(requestId);
    return done != null && done.bodyHash().equals(bodyHash)
        ? new Reply.Ok(done.sequence())
        : new Reply.No("ALREADY_EXISTS", "REQUEST_ID_REUSED");
  }

  Reply command(String verb, Cause.Command cause, OptionalLong expected) {
    if (requests.containsKey(cause.requestId())) {
      return repeated(cause.requestId(), cause.bodyHash());
    }
    if (expected.isPresent() && expected.getAsLong() != sequence()) {
      return new Reply.No("ABORTED", "VERSION_MISMATCH");
    }
    return switch (verb) {
      case "PAUSE" -> pause(cause);
      case "CONTINUE" -> goOn(cause);
      default -> stop(cause);
    };
  }

  private static Reply conflict() {
    return new Reply.No("FAILED_PRECONDITION", "RUN_STATE_CONFLICT");
  }

  private Reply pause(Cause cause) {
    switch (state) {
      case "RUNNING" -> {
        long sequence = store("PAUSING", cause, new Change.PauseBegan(false)).sequence();
        settle(new Cause.Parent(id));
        return new Reply.Ok(sequence);
      }
      case "PAUSING", "PAUSED" -> {
        return new Reply.Ok(sequence());
      }
      default -> {
        return conflict();
      }
    }
  }

  private Reply goOn(Cause cause) {
    if (!state.equals("PAUSING") && !state.equals("PAUSED")) {
      return conflict();
    }
    long sequence = store("RUNNING", cause, new Change.Continued()).sequence();
    release();
    List.copyOf(executions.values()).forEach(SimExecution::askForSlot);
    settle(new Cause.Parent(id));
    return new Reply.Ok(sequence);
  }

  private Reply stop(Cause cause) {
    switch (state) {
      case "RUNNING", "PAUSING", "PAUSED" -> {
        long sequence = beginStop("STOPPED", cause);
        return new Reply.Ok(sequence);
      }
      case "TERMINATING" -> {
        return new Reply.Ok(sequence());
      }
      default -> {
        return conflict();
      }
    }
  }

  private void timeOut() {
    if (state.equals("RUNNING") || state.equals("PAUSING") || state.equals("PAUSED")) {
      beginStop("RUN_TIMED_OUT", new Cause.Timer("RUN_TIMEOUT"));
    }
  }

  private long beginStop(String reason, Cause cause) {
    stopReason = reason;
    long sequence = store("TERMINATING", cause, new Change.RunStopBegan(reason)).sequence();
    List.copyOf(executions.values()).forEach(execution -> execution.stop(reason));
    settle(new Cause.Parent(id));
    return sequence;
  }

  // Tasks.

  private boolean failing() {
    return ends.values().stream().anyMatch(end -> !end.outcome().equals("SUCCEEDED"));
  }

  /** Whether an execution may be leased now. */
  boolean lets(boolean begun) {
    return state.equals("RUNNING") && (begun || !failing());
  }

  private long inFlight() {
    return executions.values().stream()
        .filter(execution -> !ends.containsKey(execution.index()))
        .count();
  }

  private void release() {
    while (lets(false) && !ready.isEmpty() && inFlight() < graph.maxInFlight()) {
      int index = ready.removeFirst();
      SimExecution execution = new SimExecution(world, this, graph.tasks().get(index));
      executions.put(index, execution);
      execution.askForSlot();
    }
  }

  /** An execution has ended: its run stores that a moment later, several at once. */
  void collect(SimExecution execution) {
    collected.add(execution);
    if (!collecting) {
      collecting = true;
      world.time.in(world.time.between(MS / 2, 3 * MS), this::flush);
    }
  }

  /** An execution waits for its next attempt: a run that is pausing may have nothing at work. */
  void rested(SimExecution execution) {
    settle(new Cause.Parent(execution.id()));
  }

  private void flush() {
    collecting = false;
    List<Change.StepEnd> fresh = collected.stream().map(SimExecution::end).toList();
    Cause cause = new Cause.Parent(collected.getFirst().id());
    collected.clear();
    store(state, cause, new Change.StepsEnded(fresh));
    List<Integer> next = new ArrayList<>();
    for (Change.StepEnd end : fresh) {
      ends.put(end.index(), end);
      if (end.outcome().equals("FAILED") && firstFailed.isEmpty()) {
        firstFailed = OptionalInt.of(end.index());
      }
      if (end.outcome().equals("SUCCEEDED")) {
        for (Definition.Task task : graph.tasks()) {
          if (task.needs().contains(end.index()) && --missing[task.index()] == 0) {
            next.add(task.index());
          }
        }
      }
    }
    next.sort(null);
    ready.addAll(next);
    settle(cause);
    release();
  }

  /** Moves on to the state that follows once nothing is at work. */
  private void settle(Cause cause) {
    if (!collected.isEmpty()) {
      return;
    }
    boolean complete =
        ends.size() == graph.tasks().size()
            && ends.values().stream().allMatch(end -> end.outcome().equals("SUCCEEDED"));
    boolean quiet = executions.values().stream().noneMatch(SimExecution::atWork);
    boolean waits =
        executions.values().stream().anyMatch(execution -> execution.state().equals("RETRY_WAIT"));
    switch (state) {
      case "RUNNING" -> {
        if (complete) {
          end("SUCCEEDED", "", OptionalInt.empty(), cause);
        } else if (failing() && quiet && !waits) {
          end("FAILED", "TASK_FAILED", firstFailed, cause);
        }
      }
      case "PAUSING" -> {
        if (complete) {
          end("SUCCEEDED", "", OptionalInt.empty(), cause);
        } else if (quiet) {
          store("PAUSED", cause, new Change.Paused());
        }
      }
      case "TERMINATING" -> {
        if (quiet && !waits) {
          boolean stopped = stopReason.equals("STOPPED");
          end(stopped ? "TERMINATED" : "FAILED", stopReason, firstFailed, cause);
        }
      }
      default -> {}
    }
  }

  private void end(String status, String reason, OptionalInt failed, Cause cause) {
    endReason = reason;
    endedAt = store(status, cause, new Change.RunEnded(status, reason, failed, "none")).at();
  }
}
