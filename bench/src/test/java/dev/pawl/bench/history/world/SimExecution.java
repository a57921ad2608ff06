package dev.pawl.bench.history.world;

import static dev.pawl.bench.history.world.Timeline.MS;

import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Fact;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** An execution of the world: it is leased, reported, lost, stopped, and tried again. */
final class SimExecution {
  private static final String WORKER_LOST = "WORKER_LOST";

  private final World world;
  private final SimRun run;
  private final Definition.Task task;
  private final Map<Long, String> closedAs = new HashMap<>();
  private String state = "";
  private long fence;
  private int attempt;
  private int lost;
  private long startedAt;
  private long due;
  private @Nullable SimWorker worker;
  private String incarnation = "";
  private String workerName = "";
  private String stopReason = "";
  private Change.@Nullable StepEnd end;

  SimExecution(World world, SimRun run, Definition.Task task) {
    this.world = world;
    this.run = run;
    this.task = task;
  }

  String id() {
    return run.id + "/" + task.name() + "/0";
  }

  private String entity() {
    return "execution|" + id();
  }

  int index() {
    return task.index();
  }

  Definition.Task task() {
    return task;
  }

  String state() {
    return state;
  }

  long fence() {
    return fence;
  }

  int attempt() {
    return attempt;
  }

  SimRun run() {
    return run;
  }

  boolean atWork() {
    return state.equals("RUNNING") || state.equals("TERMINATING");
  }

  Change.StepEnd end() {
    if (end == null) {
      throw new IllegalStateException(id() + " has not ended");
    }
    return end;
  }

  private Fact store(String after, Cause cause, Change change) {
    Fact fact = world.book.store(entity(), state, after, cause, change);
    state = after;
    return fact;
  }

  // Leases.

  /** Whether it waits for a slot that it may take. */
  boolean wantsSlot() {
    return switch (state) {
      case "" -> run.lets(false);
      case "RETRY_WAIT" -> run.lets(true) && due <= world.time.now();
      default -> false;
    };
  }

  void askForSlot() {
    if (wantsSlot()) {
      world.dispatch.add(this);
    }
  }

  void lease(SimWorker to) {
    boolean first = state.isEmpty();
    fence++;
    attempt++;
    worker = to;
    workerName = to.name;
    incarnation = to.incarnation();
    Fact fact =
        store(
            "RUNNING",
            new Cause.Parent(run.id),
            new Change.Leased(
                fence,
                0,
                attempt,
                first ? "EXECUTE" : "RETRY",
                to.name,
                incarnation,
                first ? run.graph.hash() : "",
                first ? OptionalInt.of(task.index()) : OptionalInt.empty(),
                first ? "none" : ""));
    if (first) {
      startedAt = fact.at();
    }
    long leased = fence;
    task.timeout()
        .ifPresent(
            timeout ->
                world.time.in(
                    timeout + task.grace() + World.LEASE_GRACE + world.time.between(0, 20 * MS),
                    () -> attemptOver(leased)));
    to.send(this, leased, attempt, first ? "EXECUTE" : "RETRY");
  }

  private void attemptOver(long leased) {
    if (state.equals("RUNNING") && fence == leased) {
      over("TIMED_OUT", "TIMED_OUT", new Cause.Timer("ATTEMPT_TIMEOUT"));
    }
  }

  /** Its worker is gone. */
  void lose(long leased, String from) {
    if (atWork() && fence == leased && incarnation.equals(from)) {
      over("FAILED", WORKER_LOST, new Cause.Timer("LEASE_EXPIRY"));
    }
  }

  // Ends.

  /**
   * A report.
   *
   * @return whether it is stored, now or before
   */
  boolean report(
      String from, long reported, String result, String reason, boolean permanent, String outputs) {
    Cause cause = new Cause.Report(from, reported);
    if (atWork() && fence == reported) {
      switch (result) {
        case "SUCCEEDED" -> finish("SUCCEEDED", "", cause, outputs);
        case "STOPPED" -> {
          if (state.equals("TERMINATING")) {
            finish("TERMINATED", stopReason, cause, "none");
          } else {
            over("TERMINATED", reason, cause);
          }
        }
        default -> {
          String status = reason.equals("TIMED_OUT") ? "TIMED_OUT" : "FAILED";
          if (permanent || state.equals("TERMINATING")) {
            finish(status, reason, cause, "none");
          } else {
            over(status, reason, cause);
          }
        }
      }
      return true;
    }
    boolean newest = fence == reported && !atWork();
    return newest
        && switch (closedAs.getOrDefault(reported, "")) {
          case "SUCCEEDED" -> result.equals("SUCCEEDED");
          case "TERMINATED" -> !result.equals("SUCCEEDED");
          case "FAILED", "TIMED_OUT" -> result.equals("FAILED");
          default -> false;
        };
  }

  private void over(String status, String reason, Cause cause) {
    if (reason.equals(WORKER_LOST)) {
      lost++;
    }
    int counted = attempt - Math.min(lost, task.retry().forgivenLosses());
    if (state.equals("TERMINATING") || counted >= task.retry().maxAttempts()) {
      finish(status, reason, cause, "none");
      return;
    }
    boolean forgiven = reason.equals(WORKER_LOST) && lost <= task.retry().forgivenLosses();
    due = world.time.now() + (forgiven ? 0 : task.retry().waitAfter(Math.max(1, counted)));
    closedAs.put(fence, status);
    SimWorker had = worker;
    worker = null;
    store("RETRY_WAIT", cause, new Change.AttemptFailed(fence, status, reason, due));
    world.logs.close(this, fence, cause instanceof Cause.Report);
    if (had != null) {
      had.freed(this, fence, incarnation, !(cause instanceof Cause.Report));
    }
    world.time.at(due, this::askForSlot);
    world.time.in(world.time.between(MS / 2, 3 * MS), () -> run.rested(this));
  }

  void stop(String reason) {
    switch (state) {
      case "RUNNING" -> {
        stopReason = reason;
        store("TERMINATING", new Cause.Parent(run.id), new Change.StopBegan(fence, reason));
        long stopped = fence;
        world.time.in(
            task.grace() + World.LEASE_GRACE + world.time.between(0, 20 * MS),
            () -> fence(stopped));
        if (worker != null) {
          worker.stop(this, fence, incarnation, task.grace(), false);
        }
      }
      case "RETRY_WAIT" -> finish("TERMINATED", reason, new Cause.Parent(run.id), "none");
      default -> {}
    }
  }

  private void fence(long stopped) {
    if (state.equals("TERMINATING") && fence == stopped) {
      finish("TERMINATED", stopReason, new Cause.Timer("STOP_GRACE"), "none");
    }
  }

  private void finish(String status, String reason, Cause cause, String outputs) {
    closedAs.putIfAbsent(fence, status);
    Fact fact = store(status, cause, new Change.Ended(fence, status, reason, outputs));
    world.logs.close(this, fence, cause instanceof Cause.Report);
    SimWorker had = worker;
    worker = null;
    end =
        new Change.StepEnd(
            task.name(),
            task.index(),
            status.equals("TIMED_OUT") ? "FAILED" : status,
            reason,
            attempt,
            fence,
            workerName,
            OptionalLong.of(startedAt),
            fact.at(),
            outputs);
    if (had != null) {
      had.freed(this, fence, incarnation, !(cause instanceof Cause.Report));
    }
    run.collect(this);
  }
}
