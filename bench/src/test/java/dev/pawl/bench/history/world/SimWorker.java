package dev.pawl.bench.history.world;

import static dev.pawl.bench.history.world.Timeline.MS;
import static dev.pawl.bench.history.world.Timeline.SECOND;

import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Effect;
import dev.pawl.bench.history.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A worker of the world: its process, and what the server knows of it. */
final class SimWorker {
  final String name;
  final String group;
  private final int slots;
  private final World world;
  private final Map<String, Job> jobs = new LinkedHashMap<>();
  private final List<Runnable> unsent = new ArrayList<>();
  private final Map<String, SimExecution> busy = new LinkedHashMap<>();
  private int process;
  private boolean alive;
  private boolean connected;
  private long channel;

  /** One piece of work in the process. */
  private static final class Job {
    final SimExecution execution;
    final long fence;
    final int process;
    boolean over;

    Job(SimExecution execution, long fence, int process) {
      this.execution = execution;
      this.fence = fence;
      this.process = process;
    }
  }

  SimWorker(World world, String name, String group, int slots) {
    this.world = world;
    this.name = name;
    this.group = group;
    this.slots = slots;
  }

  String incarnation() {
    return name + "-" + process;
  }

  boolean free() {
    return alive && connected && busy.size() < slots;
  }

  int busy() {
    return busy.size();
  }

  int slots() {
    return slots;
  }

  private static String key(SimExecution execution, long fence) {
    return execution.id() + "#" + fence;
  }

  // The process.

  void start() {
    process++;
    alive = true;
    connected = true;
    session(List.of());
    world.dispatch.fill();
  }

  private void session(List<Work.Held> held) {
    world.book.write(
        new Work.SessionBegan(name, incarnation(), world.time.now(), "node-1", group, slots, held));
  }

  void die() {
    if (!alive) {
      return;
    }
    alive = false;
    connected = false;
    jobs.clear();
    unsent.clear();
    String gone = incarnation();
    world.book.write(new Work.ProcessDied(name, gone, world.time.now()));
    world.time.in(
        world.time.between(200 * MS, SECOND),
        () -> {
          // Another process of this worker says that the leases of the first are nobody's.
          loseAll(gone);
          start();
        });
  }

  private void loseAll(String gone) {
    for (Map.Entry<String, SimExecution> held : List.copyOf(busy.entrySet())) {
      held.getValue().lose(fence(held.getKey()), gone);
      busy.remove(held.getKey());
    }
  }

  private static long fence(String key) {
    return Long.parseLong(key.substring(key.indexOf('#') + 1));
  }

  /** Nobody hears it for longer than its leases live. */
  void cut() {
    if (!alive || !connected) {
      return;
    }
    connected = false;
    String cut = incarnation();
    long patience = World.TIME_TO_LIVE + World.LEASE_GRACE;
    world.time.in(
        patience + world.time.between(0, 100 * MS),
        () -> {
          if (cut.equals(incarnation())) {
            loseAll(cut);
          }
        });
    world.time.in(
        patience + 2 * SECOND,
        () -> {
          if (alive && cut.equals(incarnation())) {
            reconnect();
          }
        });
  }

  private void reconnect() {
    connected = true;
    List<Work.Held> held = new ArrayList<>();
    for (Job job : jobs.values()) {
      if (!job.over) {
        held.add(new Work.Held(job.execution.id(), job.fence));
        busy.put(key(job.execution, job.fence), job.execution);
      }
    }
    session(held);
    List<Runnable> late = List.copyOf(unsent);
    unsent.clear();
    late.forEach(Runnable::run);
    for (Job job : List.copyOf(jobs.values())) {
      if (!job.over && !(job.execution.atWork() && job.execution.fence() == job.fence)) {
        drop(job.execution, job.fence);
      }
    }
    world.dispatch.fill();
  }

  // What the server sends.

  private void arrive(Runnable message) {
    channel = Math.max(channel + 1, world.time.now() + world.time.between(MS / 2, 3 * MS));
    String to = incarnation();
    world.time.at(
        channel,
        () -> {
          if (alive && connected && to.equals(incarnation())) {
            message.run();
          }
        });
  }

  void send(SimExecution execution, long fence, int attempt, String operation) {
    busy.put(key(execution, fence), execution);
    arrive(() -> leased(execution, fence, attempt, operation));
  }

  /** Its slot is free; a worker that did not say so itself is told to drop the work. */
  void freed(SimExecution execution, long fence, String from, boolean tell) {
    if (tell && from.equals(incarnation()) && connected) {
      drop(execution, fence);
    } else {
      busy.remove(key(execution, fence));
    }
    world.time.in(0, world.dispatch::fill);
  }

  private void drop(SimExecution execution, long fence) {
    busy.remove(key(execution, fence));
    arrive(() -> stopped(execution, fence, 0, true));
  }

  void stop(SimExecution execution, long fence, String from, long grace, boolean drop) {
    if (from.equals(incarnation()) && connected) {
      arrive(() -> stopped(execution, fence, grace, drop));
    }
  }

  // What the process does.

  private void leased(SimExecution execution, long fence, int attempt, String operation) {
    long now = world.time.now();
    world.book.write(
        new Work.Leased(name, incarnation(), now, execution.id(), fence, 0, attempt, operation));
    Job job = new Job(execution, fence, process);
    jobs.put(key(execution, fence), job);
    world.time.in(
        200,
        () -> {
          if (goesOn(job)) {
            world.book.write(
                new Work.Began(name, incarnation(), world.time.now(), execution.id(), fence));
            world.logs.own(execution, fence);
            work(job);
          }
        });
  }

  private boolean goesOn(Job job) {
    return alive && job.process == process && !job.over;
  }

  private void work(Job job) {
    Definition.Task task = job.execution.task();
    boolean hurried = task.timeout().isPresent() && task.timeout().getAsLong() <= SECOND;
    boolean slow = job.execution.run().graph.entity().endsWith("/hurried");
    boolean patient = job.execution.run().graph.entity().endsWith("/patient");
    int lot = world.time.below(100);
    if (hurried && lot < 4) {
      // It hangs: the server's own timeout ends it.
      return;
    }
    if (hurried && lot < 10) {
      after(
          job,
          task.timeout().getAsLong() + world.time.between(6 * MS, 40 * MS),
          () -> finish(job, "FAILED", "TIMED_OUT", false));
      return;
    }
    long takes =
        slow && lot < 50
            ? 20 * SECOND
            : patient
                ? world.time.between(SECOND, 4 * SECOND)
                : world.time.between(5 * MS, 120 * MS);
    int lines = world.time.below(4);
    for (int i = 0; i < lines; i++) {
      after(job, takes * (i + 1) / (lines + 2), () -> world.logs.write(job.execution, job.fence));
    }
    if (lot >= 84 && lot < 96) {
      after(job, takes, () -> finish(job, "FAILED", "EXIT_CODE", false));
    } else if (lot >= 96 && lot < 98) {
      after(job, takes, () -> finish(job, "FAILED", "EXIT_CODE", true));
    } else {
      after(job, takes * 3 / 4, () -> act(job));
      after(job, takes, () -> finish(job, "SUCCEEDED", "", false));
    }
  }

  private void after(Job job, long wait, Runnable step) {
    world.time.in(
        wait,
        () -> {
          if (goesOn(job)) {
            step.run();
          }
        });
  }

  private void act(Job job) {
    Definition.EffectKind kind = job.execution.task().effect();
    if (kind == Definition.EffectKind.NONE) {
      return;
    }
    String key =
        kind == Definition.EffectKind.IDEMPOTENT
            ? job.execution.id()
            : job.execution.id() + "#" + job.fence;
    world.book.write(
        new Work.Acted(name, incarnation(), world.time.now(), job.execution.id(), job.fence, key));
    if (world.ledger.call(key, job.execution.id(), job.fence) == Effect.Answer.REFUSED) {
      finish(job, "FAILED", "FENCED", false);
    }
  }

  private void finish(Job job, String result, String reason, boolean permanent) {
    if (job.over) {
      return;
    }
    job.over = true;
    world.book.write(
        new Work.Ended(name, incarnation(), world.time.now(), job.execution.id(), job.fence));
    String outputs = result.equals("SUCCEEDED") ? "out-" + job.execution.id() : "none";
    Runnable report = () -> report(job, result, reason, permanent, outputs);
    if (connected) {
      report.run();
      if (world.time.chance(5)) {
        // The answer may be late: it says so again.
        world.time.in(
            100 * MS,
            () -> {
              if (alive && connected && job.process == process) {
                report.run();
              }
            });
      }
    } else {
      unsent.add(report);
    }
  }

  private void report(Job job, String result, String reason, boolean permanent, String outputs) {
    String from = incarnation();
    world.book.write(
        new Work.Reported(
            name,
            from,
            world.time.now(),
            job.execution.id(),
            job.fence,
            result,
            reason,
            permanent,
            outputs));
    world.time.in(
        world.time.between(MS / 2, 2 * MS),
        () -> {
          boolean stored =
              job.execution.report(name, job.fence, result, reason, permanent, outputs);
          if (!stored) {
            busy.remove(key(job.execution, job.fence));
            world.time.in(0, world.dispatch::fill);
          }
          arrive(
              () ->
                  world.book.write(
                      new Work.Acknowledged(
                          name, from, world.time.now(), job.execution.id(), job.fence, !stored)));
        });
  }

  private void stopped(SimExecution execution, long fence, long grace, boolean drop) {
    Job job = jobs.get(key(execution, fence));
    if (job == null) {
      return;
    }
    world.book.write(
        new Work.StopReceived(
            name, incarnation(), world.time.now(), execution.id(), fence, grace, drop, drop));
    if (job.over) {
      return;
    }
    if (drop) {
      after(job, world.time.between(MS, 20 * MS), () -> quiet(job));
      return;
    }
    int lot = world.time.below(10);
    if (lot < 7) {
      after(
          job, world.time.between(5 * MS, 50 * MS), () -> finish(job, "STOPPED", "SIGNAL", false));
    } else if (lot < 9) {
      after(job, grace + 10 * MS, () -> finish(job, "STOPPED", "KILL", false));
    } else {
      // Its report is lost on the way.
      after(job, grace, () -> quiet(job));
    }
  }

  private void quiet(Job job) {
    job.over = true;
    world.book.write(
        new Work.Ended(name, incarnation(), world.time.now(), job.execution.id(), job.fence));
  }
}
