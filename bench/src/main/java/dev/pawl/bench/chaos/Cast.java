package dev.pawl.bench.chaos;

import dev.pawl.bench.chaos.client.Caller;
import dev.pawl.bench.chaos.client.ClientDriver;
import dev.pawl.bench.chaos.client.LogFollower;
import dev.pawl.bench.chaos.client.NodeAddress;
import dev.pawl.bench.chaos.client.Roster;
import dev.pawl.bench.chaos.client.Subscriber;
import dev.pawl.bench.chaos.client.Subscriber.Plan;
import dev.pawl.bench.chaos.fact.Submissions;
import dev.pawl.bench.chaos.fault.Scene;
import dev.pawl.bench.chaos.node.Cluster;
import dev.pawl.bench.chaos.program.Dice;
import dev.pawl.bench.chaos.program.ProgramMaker;
import dev.pawl.bench.history.Watch.From;
import dev.pawl.v1.EntityKind;
import dev.pawl.v1.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Everybody who uses the system while faults are done to it. */
final class Cast {
  private static final int CLIENTS = 6;
  private static final int FOLLOWERS = 3;
  private static final int PROGRAMS = 24;
  private static final int MOST_LIVE = 40;
  private static final Duration SEEN_WITHIN = Duration.ofSeconds(30);

  private final Roster roster = new Roster();
  private final Submissions submissions = new Submissions();
  private final List<Caller> callers = new ArrayList<>();
  private final List<ClientDriver> drivers = new ArrayList<>();
  private final List<Subscriber> subscribers = new ArrayList<>();
  private final Subscriber late;
  private final List<LogFollower> followers = new ArrayList<>();
  private final Cluster cluster;

  Cast(long number, Cluster cluster, ProgramMaker programs, Parts parts) {
    this.cluster = cluster;
    Map<String, String> nodes = new LinkedHashMap<>();
    List<NodeAddress> addresses = new ArrayList<>();
    for (int i = 0; i < cluster.names().size(); i++) {
      nodes.put(cluster.addresses().get(i), cluster.names().get(i));
      addresses.add(new NodeAddress(cluster.names().get(i), cluster.addresses().get(i)));
    }
    ClientDriver.Pool pool =
        new ClientDriver.Pool(programs, submissions, roster, MOST_LIVE, PROGRAMS);
    for (int i = 0; i < CLIENTS; i++) {
      Caller caller = new Caller("client-" + i, nodes, parts.calls(), roster);
      callers.add(caller);
      drivers.add(new ClientDriver(number, i, caller, pool));
    }
    Watchers watchers = new Watchers(number, addresses, parts);
    subscribers.add(watchers.make("steady", new Plan(From.BEGINNING, Set.of(), 0), this::seen));
    subscribers.add(watchers.make("restless", new Plan(From.BEGINNING, Set.of(), 2_000)));
    subscribers.add(watchers.make("from-now", new Plan(From.NOW, Set.of(), 3_500)));
    subscribers.add(
        watchers.make(
            "of-runs", new Plan(From.BEGINNING, Set.of(EntityKind.ENTITY_KIND_RUN), 5_000)));
    subscribers.add(watchers.make("from-snapshot", new Plan(From.SNAPSHOT, Set.of(), 8_000)));
    late = watchers.make("late", new Plan(From.BEGINNING, Set.of(), 4_000));
    for (int i = 0; i < FOLLOWERS; i++) {
      followers.add(
          new LogFollower(
              "follower-" + i, addresses, roster, parts.logs(), Dice.of(number, "follower", i)));
    }
  }

  /** Makes subscribers, each with dice of its own. */
  private record Watchers(long number, List<NodeAddress> addresses, Parts parts) {
    Subscriber make(String name, Plan plan) {
      return make(name, plan, _ -> {});
    }

    Subscriber make(String name, Plan plan, Consumer<Event> listener) {
      return new Subscriber(
          name, plan, addresses, parts.watches(), Dice.of(number, name, 0), listener);
    }
  }

  private void seen(Event event) {
    if (event.getKind() == EntityKind.ENTITY_KIND_RUN) {
      roster.saw(event.getName(), event.getSequence(), event.getStateAfter());
    }
  }

  Scene scene() {
    List<Subscriber> all = new ArrayList<>(subscribers);
    all.add(late);
    return new Scene(cluster, roster, callers, all, followers);
  }

  Submissions submissions() {
    return submissions;
  }

  /** Submits the programs, then has everybody begin but the late one. */
  void start() {
    for (int program = 0; program < PROGRAMS; program++) {
      drivers.get(program % CLIENTS).submitFirst(program);
    }
    subscribers.forEach(Subscriber::start);
    followers.forEach(LogFollower::start);
    drivers.forEach(ClientDriver::start);
  }

  /** Has the late one begin, too. */
  void startLate() {
    late.start();
  }

  /** Ends the load; subscribers stay. */
  void endLoad() throws InterruptedException {
    for (ClientDriver driver : drivers) {
      driver.endPlaying();
    }
    drivers.getFirst().releaseHeld();
    for (ClientDriver driver : drivers) {
      driver.close();
    }
    for (LogFollower follower : followers) {
      follower.close();
    }
    subscribers.forEach(Subscriber::calmDown);
    late.calmDown();
  }

  /**
   * Gives subscribers the time to see the last facts, then ends them: whatever they have not seen
   * by then is missing.
   */
  void endWatching(Map<String, Long> lastSequences) throws InterruptedException {
    List<Subscriber> all = new ArrayList<>(subscribers);
    all.add(late);
    long deadline = System.nanoTime() + SEEN_WITHIN.toNanos();
    while (System.nanoTime() < deadline
        && !all.stream().allMatch(subscriber -> subscriber.hasSeen(lastSequences))) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    for (Subscriber subscriber : all) {
      subscriber.close();
    }
  }
}
