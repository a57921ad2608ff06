package dev.pawl.bench.chaos.fault;

import dev.pawl.bench.BenchFailure;
import dev.pawl.bench.chaos.life.Occupation;
import dev.pawl.bench.chaos.node.ServerNode;
import dev.pawl.bench.chaos.record.MicroClock;
import dev.pawl.bench.chaos.record.Recorder;
import dev.pawl.bench.history.Fault.Began;
import dev.pawl.bench.history.Fault.Ended;
import dev.pawl.bench.history.Fault.Kind;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Does one fault after the other in each of its lanes, and undoes each. Meanwhile it starts every
 * node again that ends by itself, as the supervisor of a machine would.
 */
public final class Nemesis {
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);
  private static final Duration HEALED_WITHIN = Duration.ofMinutes(4);

  private final Scene scene;
  private final Recorder recorder;
  private final Consumer<String> saying;
  private final AtomicInteger faults = new AtomicInteger();
  private final Occupation supervisor;
  private final List<Occupation> lanes = new ArrayList<>();

  // Guarded by this.
  private final List<String> failures = new ArrayList<>();
  private final Map<Kind, Long> answered = new EnumMap<>(Kind.class);

  /**
   * @param saying is told what is done, for who watches
   */
  public Nemesis(Scene scene, Recorder recorder, List<FaultPlan> plans, Consumer<String> saying) {
    this.scene = scene;
    this.recorder = recorder;
    this.saying = saying;
    this.supervisor = new Occupation("supervisor", this::supervise);
    for (FaultPlan plan : plans) {
      if (!plan.isEmpty()) {
        lanes.add(lane(plan));
      }
    }
  }

  public void start() {
    supervisor.start();
    lanes.forEach(Occupation::start);
  }

  private void supervise() throws IOException, InterruptedException {
    do {
      for (ServerNode node : scene.cluster().nodes()) {
        if (node.revive()) {
          saying.accept(node.place().name() + " is started again");
        }
      }
    } while (supervisor.rest(LOOK_EVERY));
  }

  private Occupation lane(FaultPlan plan) {
    Occupation[] self = new Occupation[1];
    self[0] = new Occupation("nemesis-" + lanes.size(), () -> strikeOn(plan, self[0]));
    return self[0];
  }

  private void strikeOn(FaultPlan plan, Occupation lane) throws InterruptedException {
    while (lane.rest(plan.gap())) {
      strike(plan.next(), lane);
    }
  }

  private void strike(Fault fault, Occupation lane) throws InterruptedException {
    String id = "fault-" + faults.incrementAndGet();
    saying.accept("%s: %s, %s".formatted(id, fault.target(), fault.detail()));
    recorder.record(new Began(id, MicroClock.now(), fault.kind(), fault.target(), fault.detail()));
    long before = scene.answered();
    Evidence evidence;
    try {
      Blow blow = fault.strike(scene);
      lane.rest(fault.lasts());
      evidence = blow.undo();
    } catch (IOException | SQLException | BenchFailure e) {
      synchronized (this) {
        failures.add("%s (%s, %s): %s".formatted(id, fault.target(), fault.detail(), e));
      }
      evidence = new Evidence(false, "failed: " + e);
    }
    long answers = scene.answered() - before;
    recorder.record(new Ended(id, MicroClock.now(), evidence.bit(), evidence.text()));
    synchronized (this) {
      answered.merge(fault.kind(), answers, Long::sum);
    }
    saying.accept("%s: %s".formatted(id, evidence.text()));
  }

  /** Strikes no more; what is being done is undone early. */
  public void end() throws InterruptedException {
    lanes.forEach(Occupation::tell);
    for (Occupation lane : lanes) {
      lane.join(HEALED_WITHIN);
    }
    scene.cluster().healNetwork();
  }

  /** Leaves nodes that end alone. */
  public void dismiss() throws InterruptedException {
    supervisor.join(HEALED_WITHIN);
  }

  /** What could not be done or undone. */
  public synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  /** How many calls were answered OK under each kind of fault that was done and undone. */
  public synchronized Map<Kind, Long> answered() {
    return Map.copyOf(answered);
  }
}
