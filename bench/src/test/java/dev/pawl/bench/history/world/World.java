package dev.pawl.bench.history.world;

import static dev.pawl.bench.history.world.Timeline.MS;
import static dev.pawl.bench.history.world.Timeline.SECOND;

import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Definition;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Fault;
import dev.pawl.bench.history.Final;
import dev.pawl.bench.history.History;
import dev.pawl.bench.history.Manifest;
import dev.pawl.bench.history.Node;
import dev.pawl.bench.history.Watch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** The whole world: made from a number, it behaves, and leaves a valid history. */
public final class World {
  static final long TIME_TO_LIVE = 2 * SECOND;
  static final long LEASE_GRACE = 500 * MS;

  private static final long BEGIN = 1_790_000_000L * SECOND;

  final Timeline time;
  final Book book;
  final Dispatch dispatch = new Dispatch();
  final Ledger ledger;
  final Logs logs;
  private final long number;
  private final int size;
  private final long length;
  private final Map<String, SimRun> runs = new LinkedHashMap<>();
  private final List<SimWorker> workers = new ArrayList<>();
  private final List<SimSubscriber> subscribers = new ArrayList<>();
  private final Set<String> down = new HashSet<>();
  private int faults;
  private boolean over;

  private World(long number, int size) {
    this.number = number;
    this.size = size;
    // So many runs a second.
    this.length = Math.max(40, size / 10) * SECOND;
    this.time = new Timeline(number, BEGIN);
    this.book = new Book(time);
    this.ledger = new Ledger(this);
    this.logs = new Logs(this);
  }

  /**
   * A valid history.
   *
   * @param number which world
   * @param size how many runs
   */
  public static History history(long number, int size) {
    return new World(number, size).live();
  }

  List<SimRun> runs() {
    return List.copyOf(runs.values());
  }

  void add(SimRun run) {
    runs.put(run.id, run);
  }

  boolean down(String node) {
    return down.contains(node);
  }

  /** Whether nobody does anything any more but finish. */
  boolean over() {
    return over;
  }

  private History live() {
    List<Definition> graphs = Graphs.all();
    graphs.forEach(book::write);
    for (int i = 1; i <= 4; i++) {
      worker("w" + i, "default", 3);
    }
    worker("h1", "heavy", 2);
    worker("h2", "heavy", 2);
    Clients clients = new Clients(this);
    graphs.forEach(clients::submit);
    for (int i = 0; i < size; i++) {
      int mine = i;
      Definition graph = graphs.get(i % graphs.size());
      time.in(
          SECOND + length * i / size + time.between(0, 100 * MS), () -> clients.use(mine, graph));
    }
    subscribers();
    faults();
    samples();
    time.in(length + 10 * SECOND, () -> over = true);
    time.goOn();
    return settle();
  }

  private void worker(String name, String group, int slots) {
    SimWorker worker = new SimWorker(this, name, group, slots);
    workers.add(worker);
    dispatch.join(worker);
    worker.start();
  }

  private void subscribers() {
    SimSubscriber all = subscriber("all", Watch.Mode.FULL, Set.of());
    all.open(Watch.From.BEGINNING);
    SimSubscriber restless = subscriber("restless", Watch.Mode.FULL, Set.of());
    restless.open(Watch.From.BEGINNING);
    SimSubscriber forgetful = subscriber("forgetful", Watch.Mode.FULL, Set.of());
    time.in(length / 3, () -> forgetful.open(Watch.From.NOW));
    SimSubscriber late = subscriber("late", Watch.Mode.FULL, Set.of());
    time.in(length / 2, () -> late.open(Watch.From.SNAPSHOT));
    subscriber("choosy", Watch.Mode.FILTERED, Set.of()).open(Watch.From.BEGINNING);
    time.in(
        4 * SECOND,
        () -> {
          Set<String> first = new HashSet<>();
          runs.keySet().stream().limit(2).forEach(first::add);
          subscriber("narrow", Watch.Mode.FULL, first).open(Watch.From.BEGINNING);
        });
    long steps = Math.max(20, length / SECOND * 2);
    for (int i = 1; i < steps; i++) {
      Watch.End by =
          switch (i % 3) {
            case 0 -> Watch.End.SERVER;
            case 1 -> Watch.End.BROKEN;
            default -> Watch.End.SUBSCRIBER;
          };
      time.in(length * i / steps, () -> restless.comeBack(by, false));
      time.in(length * i / steps + 130 * MS, () -> forgetful.comeBack(by, time.chance(40)));
      if (i % 8 == 0) {
        time.in(length * i / steps + 70 * MS, () -> late.comeBack(by, false));
      }
    }
  }

  private SimSubscriber subscriber(String name, Watch.Mode mode, Set<String> scope) {
    SimSubscriber subscriber = new SimSubscriber(this, name, mode, scope);
    subscribers.add(subscriber);
    return subscriber;
  }

  private void faults() {
    long every = 20 * SECOND;
    for (long at = 2 * SECOND; at < length - 5 * SECOND; at += every) {
      int turn = (int) (at / every);
      time.in(at, () -> kill("node-" + (1 + turn % 3)));
      time.in(at + 3 * SECOND, () -> workerFault(true));
      time.in(at + 5 * SECOND, () -> workerFault(false));
      time.in(at + 7 * SECOND, this::clientFault);
    }
  }

  private void kill(String node) {
    String fault = began(Fault.Kind.KILL, node, "SIGKILL");
    down.add(node);
    book.moveHalf();
    time.in(
        2 * SECOND,
        () -> {
          down.remove(node);
          book.moveHalf();
          ended(fault, "member " + node + " was removed and came back");
        });
  }

  /** It hits the one with the most work. */
  private void workerFault(boolean death) {
    SimWorker worker = workers.stream().max(Comparator.comparingInt(SimWorker::busy)).orElseThrow();
    String fault = began(Fault.Kind.WORKER, worker.name, death ? "SIGKILL" : "cut off");
    if (death) {
      worker.die();
    } else {
      worker.cut();
    }
    time.in(
        TIME_TO_LIVE + LEASE_GRACE + 3 * SECOND,
        () -> ended(fault, "worker " + worker.name + " connected again"));
  }

  private void clientFault() {
    String fault = began(Fault.Kind.CLIENT, "subscribers", "connections cut");
    subscribers.forEach(subscriber -> subscriber.comeBack(Watch.End.BROKEN, false));
    time.in(500 * MS, () -> ended(fault, "all streams broke"));
  }

  private String began(Fault.Kind kind, String target, String detail) {
    String fault = "f" + ++faults;
    book.write(new Fault.Began(fault, time.now(), kind, target, detail));
    return fault;
  }

  private void ended(String fault, String evidence) {
    book.write(new Fault.Ended(fault, time.now(), true, evidence));
  }

  private void samples() {
    for (int i = 1; i <= 3; i++) {
      String node = "node-" + i;
      for (long at = SECOND; at < length; at += 5 * SECOND) {
        time.in(
            at,
            () ->
                book.write(
                    new Node.Sample(
                        node,
                        time.now(),
                        "heap-bytes",
                        time.between(100_000_000, 200_000_000),
                        OptionalLong.of(512_000_000))));
      }
    }
  }

  // The end.

  private History settle() {
    subscribers.forEach(SimSubscriber::settle);
    long stopped = time.now();
    book.write(new Final.Settled(stopped, stopped + SECOND));
    logs.tell();
    for (SimRun run : runs.values()) {
      tell(run);
    }
    Map<String, Fact> last = new HashMap<>();
    for (Fact fact : book.rows()) {
      if (fact.change() instanceof Change.Submitted) {
        last.put(fact.entity(), fact);
      }
    }
    for (Definition graph : Graphs.all()) {
      if (last.containsKey(graph.entity())) {
        book.write(new Final.DefinitionRow(graph.entity(), 1, graph.hash(), 1));
      }
    }
    for (SimWorker worker : workers) {
      book.write(
          new Final.Worker(
              worker.name, worker.incarnation(), worker.group, worker.slots(), worker.busy()));
    }
    Map<String, Long> minima = new HashMap<>();
    minima.put("ok", size * 4L);
    minima.put("ok in fault", 1L);
    minima.put("C-5 stale", 1L);
    minima.put("D-1 close", 1L);
    minima.put("F-2", 20L);
    return new History(
        new Manifest(
            Manifest.VERSION,
            number,
            "the world of the tests, number %d, size %d".formatted(number, size),
            List.of("node-1", "node-2", "node-3"),
            BEGIN,
            stopped + SECOND,
            EnumSet.of(Fault.Kind.KILL, Fault.Kind.WORKER, Fault.Kind.CLIENT),
            new Manifest.Settings(
                TIME_TO_LIVE, LEASE_GRACE, 50 * MS, 2 * SECOND, 120 * SECOND, 2 * SECOND, SECOND),
            minima),
        book.observations());
  }

  private void tell(SimRun run) {
    book.write(new Final.Run(run.id, run.sequence(), run.state(), run.reason()));
    book.write(new Final.Listed(run.id, run.sequence(), run.state()));
    int succeeded = 0;
    int failed = 0;
    int terminated = 0;
    for (Definition.Task task : run.graph.tasks()) {
      Change.StepEnd end = run.ends().get(task.index());
      if (end == null) {
        book.write(new Final.Step(run.id, task.index(), task.name(), "WAIT_UPSTREAM", 0, 0));
        continue;
      }
      book.write(
          new Final.Step(
              run.id, task.index(), task.name(), end.outcome(), end.attempt(), end.fence()));
      switch (end.outcome()) {
        case "SUCCEEDED" -> succeeded++;
        case "FAILED" -> failed++;
        default -> terminated++;
      }
    }
    book.write(
        new Final.RunRow(
            run.id,
            run.graph.entity(),
            1,
            run.graph.hash(),
            run.state(),
            run.ended(),
            run.reason(),
            run.ended() ? OptionalLong.of(run.endedAt()) : OptionalLong.empty(),
            run.graph.tasks().size(),
            succeeded,
            failed,
            terminated,
            0,
            run.sequence()));
    if (!run.ended() && run.graph.timeout().isPresent()) {
      book.write(new Final.WakeRow(run.entity()));
    }
  }
}
