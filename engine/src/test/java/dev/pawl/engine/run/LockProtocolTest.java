package dev.pawl.engine.run;

import static dev.pawl.engine.run.RunFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Value;
import dev.pawl.engine.access.Rights;
import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.LockPlan;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.definition.Source;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.lock.LockBench;
import dev.pawl.engine.lock.LockId;
import dev.pawl.engine.lock.LockMessage;
import dev.pawl.engine.lock.LockName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs and locks with everything between them at random: messages lost, doubled and overtaken, both
 * sides forgetting all but their journals, locks taken away. Invariant 11 holds throughout, and in
 * the end nothing stays locked.
 */
class LockProtocolTest {
  private static final ActorSystem<Void> SYSTEM = ActorSystem.create(Behaviors.empty(), "locks");
  private static final List<String> SCOPES = List.of("backup", "maintenance");

  private static <T> ActorRef<T> ref() {
    return SYSTEM.ignoreRef();
  }

  @AfterAll
  static void stop() {
    SYSTEM.terminate();
  }

  @Test
  void what_ends_well_lets_go_and_what_ends_otherwise_keeps_unless_told_otherwise() {
    for (RunStatus status : RunStatus.values()) {
      if (!status.ended()) {
        continue;
      }
      boolean well = status == RunStatus.SUCCEEDED || status == RunStatus.ROLLED_BACK;
      assertThat(LockRules.holds(ended(status), plan(false))).as("%s", status).isEqualTo(!well);
      assertThat(LockRules.holds(ended(status), plan(true))).as("%s", status).isFalse();
      assertThat(LockRules.holds(RunFixture.below(ended(status)), plan(false)))
          .as("%s: a step goes on with another run", status)
          .isFalse();
    }
  }

  private static RunState ended(RunStatus status) {
    RunState live = RunFixture.state(plan(false));
    return RunDecider.evolve(
        live,
        RunDecider.fact(
            live,
            new RunEvent.Ended(status, "", OptionalInt.empty(), Map.of()),
            RunFixture.BY_CHILD,
            NOW));
  }

  private static Plan plan(boolean releasedOnFailure) {
    Plan plain = RunFixture.plan("a");
    return RunFixture.with(
        plain, plain.tasks(), new LockPlan(List.of(), releasedOnFailure), Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void no_lock_is_ever_in_two_hands_and_none_is_left_in_the_end(long number) {
    for (int round = 0; round < 50; round++) {
      new World(new Random(number * 1_000 + round)).withAnyRuns().live();
    }
  }

  private static final LockName TAKEN = LockName.of("backup", "k0");
  private static final LockName KEPT = LockName.of("backup", "k1");
  private static final LockName WANTED = LockName.of("maintenance", "k0");

  @Test
  void a_refused_retry_leaves_free_what_was_taken_away_and_the_rest_with_its_run() {
    World world = new World(new Random(1)).withoutLosses();
    Player failed = world.add(false, List.of(TAKEN, KEPT, WANTED));
    Player second = world.add(false, List.of(WANTED));
    Player third = world.add(false, List.of(TAKEN));
    failed.command();
    world.settle();
    failed.end(false);
    world.force(TAKEN);
    world.force(WANTED);
    world.settle();
    second.command();
    world.settle();

    failed.tell(failed.execute(RunVerb.RETRY));
    world.settle();

    assertThat(world.holders()).isEqualTo(Map.of(KEPT, failed.id, WANTED, second.id));
    third.command();
    world.settle();
    assertThat(third.has(TAKEN)).isTrue();
    failed.tell(failed.execute(RunVerb.PASS));
    world.settle();
    assertThat(world.holders()).isEqualTo(Map.of(TAKEN, third.id, WANTED, second.id));
  }

  @Test
  void a_retry_that_was_not_stored_leaves_free_what_was_taken_away() {
    World world = new World(new Random(1)).withoutLosses();
    Player failed = world.add(false, List.of(TAKEN, KEPT));
    failed.command();
    world.settle();
    failed.end(false);
    world.force(TAKEN);
    world.settle();

    failed.tell(failed.execute(RunVerb.RETRY));
    world.deliver();
    assertThat(world.holders()).containsEntry(TAKEN, failed.id);
    failed.restart();
    world.settle();

    assertThat(world.holders()).isEqualTo(Map.of(KEPT, failed.id));
  }

  /** Some runs and the locks of two scopes, with what is on its way between them. */
  private static final class World {
    private final Random random;
    private final List<Runnable> underWay = new ArrayList<>();
    private final Map<LockId, LockBench> locks =
        new TreeMap<>(Comparator.comparing(LockId::entityId));
    private final Map<String, Player> players = new TreeMap<>();
    private final List<String> story = new ArrayList<>();
    private boolean lossy = true;
    private int requests;

    World(Random random) {
      this.random = random;
      for (String scope : SCOPES) {
        LockId id = new LockId("p", scope);
        locks.put(
            id,
            new LockBench(
                id,
                (run, message) ->
                    send(run + " hears " + message, () -> player(run).receive(message)),
                ref()));
      }
    }

    World withAnyRuns() {
      for (int i = 0; i < 4; i++) {
        add(random.nextBoolean(), wanted());
      }
      return this;
    }

    /** From now on all messages arrive, if not in their order. */
    World withoutLosses() {
      lossy = false;
      return this;
    }

    Player add(boolean releasedOnFailure, List<LockName> wanted) {
      RunId run = new RunId("run" + players.size());
      Player player = new Player(this, run, releasedOnFailure, wanted);
      players.put(run.value(), player);
      return player;
    }

    void force(LockName lock) {
      lock(new LockId("p", lock.scope())).force(lock, request());
    }

    Map<LockName, RunId> holders() {
      Map<LockName, RunId> holders = new TreeMap<>();
      locks
          .values()
          .forEach(
              bench ->
                  bench.state().holds().forEach((lock, hold) -> holders.put(lock, hold.run())));
      return holders;
    }

    private List<LockName> wanted() {
      List<LockName> wanted = new ArrayList<>();
      for (String scope : SCOPES) {
        switch (random.nextInt(4)) {
          case 0 -> wanted.add(LockName.global(scope));
          case 1 -> wanted.add(LockName.of(scope, "k" + random.nextInt(2)));
          case 2 -> {
            wanted.add(LockName.of(scope, "k0"));
            wanted.add(LockName.of(scope, "k1"));
          }
          default -> {}
        }
      }
      return wanted.isEmpty() ? List.of(LockName.of("maintenance", "k0")) : wanted;
    }

    Player player(RunId run) {
      Player player = players.get(run.value());
      if (player == null) {
        throw new IllegalArgumentException("no run " + run);
      }
      return player;
    }

    /** Something is sent: it may come late, twice or not at all. */
    void send(String what, Runnable deed) {
      Runnable message =
          () -> {
            note(what);
            deed.run();
          };
      int luck = lossy ? random.nextInt(10) : 9;
      if (luck == 0) {
        return;
      }
      underWay.add(message);
      if (luck == 1) {
        underWay.add(message);
      }
    }

    void toLock(LockId scope, LockMessage message) {
      send(scope + " hears " + message, () -> lock(scope).receive(message));
    }

    private LockBench lock(LockId scope) {
      LockBench bench = locks.get(scope);
      if (bench == null) {
        throw new IllegalArgumentException("no locks " + scope);
      }
      return bench;
    }

    void note(String what) {
      story.add(what);
    }

    /** What happened last, for whoever has to find out why. */
    String story() {
      return String.join("\n  ", story.subList(Math.max(0, story.size() - 40), story.size()));
    }

    String request() {
      return "q" + ++requests;
    }

    void live() {
      for (int step = 0; step < 300; step++) {
        step();
        check();
      }
      // Everything arrives from now on; each run is brought to a good end.
      lossy = false;
      for (int round = 0; round < 60; round++) {
        settle();
        checkHolders();
        for (Player player : players.values()) {
          player.bringToAnEnd();
        }
      }
      settle();
      check();
      for (LockBench bench : locks.values()) {
        assertThat(bench.state().holds()).as("left in the end").isEmpty();
        assertThat(bench.state().losses()).as("untold in the end").isEmpty();
      }
    }

    private void settle() {
      for (int i = 0; i < 3; i++) {
        deliverAll();
        players.values().forEach(Player::repeat);
        deliverAll();
        locks.values().forEach(LockBench::look);
        deliverAll();
      }
    }

    private void deliverAll() {
      while (!underWay.isEmpty()) {
        deliver();
        check();
      }
    }

    private void deliver() {
      underWay.remove(random.nextInt(underWay.size())).run();
    }

    private void step() {
      Player player = Objects.requireNonNull(players.get("run" + random.nextInt(players.size())));
      LockBench bench = lock(new LockId("p", SCOPES.get(random.nextInt(SCOPES.size()))));
      switch (random.nextInt(20)) {
        case 0, 1 -> player.command();
        case 2, 3 -> player.end();
        case 4 -> player.repeat();
        case 5 -> player.restart();
        case 6 -> {
          note("locks begin anew");
          bench.restart();
        }
        case 7 -> bench.look();
        case 8 -> {
          if (random.nextInt(4) == 0) {
            bench.state().holds().keySet().stream()
                .findAny()
                .ifPresent(lock -> bench.force(lock, request()));
          }
        }
        default -> {
          if (!underWay.isEmpty()) {
            deliver();
          }
        }
      }
    }

    private void check() {
      for (LockBench bench : locks.values()) {
        bench
            .state()
            .holds()
            .forEach(
                (lock, hold) ->
                    bench
                        .state()
                        .holds()
                        .forEach(
                            (other, otherHold) ->
                                assertThat(
                                        lock.conflictsWith(other)
                                            && !hold.run().equals(otherHold.run()))
                                    .as("%s of %s and %s of %s", lock, hold, other, otherHold)
                                    .isFalse()));
      }
      for (Player player : players.values()) {
        player.checkHands();
      }
    }

    /** Once everything has arrived nobody holds what he does not know of. */
    private void checkHolders() {
      for (LockBench bench : locks.values()) {
        bench
            .state()
            .holds()
            .forEach(
                (lock, hold) ->
                    assertThat(player(hold.run()).has(lock))
                        .as("%s knows that it holds the %s, after\n  %s", hold, lock, story())
                        .isTrue());
      }
    }
  }

  /** A run as its entity sees to it, with a journal in memory and no actors. */
  private static final class Player {
    private final World world;
    private final RunId id;
    private final Plan plan;
    private final List<LockName> wanted;
    private RunState state = RunDecider.absent();
    private Locking locking;
    private long lives;

    Player(World world, RunId id, boolean releasedOnFailure, List<LockName> wanted) {
      this.world = world;
      this.id = id;
      this.wanted = wanted.stream().sorted().toList();
      Plan without = plan(releasedOnFailure);
      this.plan =
          RunFixture.with(
              without,
              without.tasks(),
              new LockPlan(
                  wanted.stream()
                      .map(
                          lock ->
                              new LockPlan.Wanted(
                                  lock.scope(),
                                  lock.key()
                                      .map(
                                          key ->
                                              new Source.Literal(
                                                  Value.newBuilder().setStringValue(key).build()))))
                      .toList(),
                  releasedOnFailure),
              Optional.empty());
      this.locking = new Locking(id, world::toLock, ref(), 0);
    }

    /** What the caller says: it is begun, or goes on. */
    void command() {
      tell(next());
    }

    private RunMessage next() {
      if (state instanceof RunState.Absent) {
        RunHeader header = RunFixture.header(plan, Map.of());
        return new RunMessage.Start(
            new RunHeader(
                new DefinitionId(DefinitionKind.WORKFLOW, "p", "w"),
                1,
                header.definitionHash(),
                1,
                Map.of(),
                Map.of(),
                "ann",
                "start",
                "00",
                "",
                NOW,
                Optional.empty()),
            "",
            Rights.CHECKED,
            false,
            ref());
      }
      List<RunVerb> verbs =
          List.of(RunVerb.RETRY, RunVerb.REDO, RunVerb.PASS, RunVerb.ROLLBACK, RunVerb.STOP);
      return execute(verbs.get(world.random.nextInt(verbs.size())));
    }

    private RunMessage execute(RunVerb verb) {
      return new RunMessage.Execute(
          "p",
          verb,
          Optional.empty(),
          Optional.empty(),
          new Cause.Command(world.request(), "00", "ann", ""),
          OptionalLong.empty(),
          false,
          ref());
    }

    private void tell(RunMessage message) {
      if (!locking.taking()) {
        run(message, false);
      }
    }

    private void run(RunMessage message, boolean hasLocks) {
      RunCommand command;
      Cause cause;
      switch (message) {
        case RunMessage.Start start -> {
          command = new RunCommand.Start(start.header());
          cause = new Cause.Command("start", "00", "ann", "");
        }
        case RunMessage.Execute execute -> {
          command = new RunCommand.Execute(execute.verb(), Optional.empty());
          cause = execute.cause();
        }
        default -> throw new IllegalArgumentException("no command: " + message);
      }
      if (RunDecider.decide(state, plan, command, cause, NOW)
          instanceof Decision.Accept(var events)) {
        List<LockName> needed = LockRules.needed(state, events);
        if (!hasLocks && !needed.isEmpty()) {
          locking.take(
              new Locking.Wish(
                  message,
                  "p",
                  state.sequence() + 1,
                  "ann",
                  needed,
                  LockRules.goingOn(events),
                  false));
        } else {
          store(events, cause);
        }
      }
    }

    private void store(List<RunEvent> events, Cause cause) {
      if (events.isEmpty()) {
        return;
      }
      world.note(id + " stores " + events + " at " + (state.sequence() + 1));
      for (RunEvent event : events) {
        state = RunDecider.evolve(state, RunDecider.fact(state, event, cause, NOW));
      }
      if (state instanceof RunState.Live) {
        locking.keep();
      }
      letGoWhenDone();
    }

    private void letGoWhenDone() {
      if (state instanceof RunState.Ended ended && !LockRules.holds(state, plan)) {
        locking.letGo(ended.header(), ended.trail().sequence());
      }
    }

    /** Its work comes to an end, one way or another. */
    void end() {
      end(world.random.nextBoolean());
    }

    void end(boolean well) {
      if (state instanceof RunState.Live live) {
        List<Integer> open = live.steps().end(0).isPresent() ? List.of() : List.of(0);
        long fence = state.sequence() + 100;
        List<StepEnd> ends =
            open.stream()
                .map(
                    index ->
                        RunFixture.end(index, outcome(live, well), well ? "" : "EXIT_CODE", fence))
                .toList();
        var decision =
            RunDecider.decide(
                state, plan, new RunCommand.Settle(ends, true), RunFixture.BY_CHILD, NOW);
        if (decision instanceof Decision.Accept(var events)) {
          store(events, RunFixture.BY_CHILD);
        }
      }
    }

    private static StepEnd.Outcome outcome(RunState.Live live, boolean well) {
      return live.phase() instanceof RunState.Phase.RollingBack
          ? well ? StepEnd.Outcome.ROLLED_BACK : StepEnd.Outcome.ROLLBACK_FAILED
          : well ? StepEnd.Outcome.SUCCEEDED : StepEnd.Outcome.FAILED;
    }

    void repeat() {
      locking.repeat();
    }

    void restart() {
      world.note(id + " begins anew");
      lives++;
      locking = new Locking(id, world::toLock, ref(), lives * 1_000_000);
    }

    void bringToAnEnd() {
      if (state instanceof RunState.Ended && LockRules.holds(state, plan)) {
        tell(execute(RunVerb.PASS));
      } else if (state instanceof RunState.Live) {
        end();
      }
    }

    void receive(RunMessage message) {
      switch (message) {
        case RunMessage.LocksAnswered answered -> {
          switch (locking.answered(answered)) {
            case Locking.Outcome.Granted(var then) -> run(then, true);
            case Locking.Outcome.Refused _, Locking.Outcome.Waiting _ -> {}
          }
        }
        case RunMessage.LocksLetGo gone -> locking.letGone(gone);
        case RunMessage.LocksAsked asked -> {
          if (!locking.taking()) {
            world.toLock(
                asked.scope(), LockRules.answer(id, state, LockRules.holds(state, plan), asked));
          }
        }
        case RunMessage.LockTaken taken -> {
          Optional<RunMessage> waited = locking.abandon();
          LockId scope = new LockId("p", taken.lock().scope());
          var decision =
              RunDecider.decide(
                  state,
                  plan,
                  new RunCommand.LoseLock(
                      taken.lock(), taken.version(), taken.by(), taken.reason()),
                  new Cause.Parent("lock"),
                  NOW);
          if (decision instanceof Decision.Accept(var events)) {
            store(events, new Cause.Parent("lock"));
          }
          world.toLock(scope, new LockMessage.LossHeard(id, taken.number()));
          waited.ifPresent(this::tell);
        }
        default -> throw new IllegalArgumentException("not from locks: " + message);
      }
    }

    boolean has(LockName lock) {
      return LockRules.holds(state, plan)
          && wanted.contains(lock)
          && state.past().flatMap(trail -> trail.tenure().lost(lock)).isEmpty();
    }

    /** What a run takes for its own is so in its locks, or the news that it is not is under way. */
    void checkHands() {
      if (!LockRules.holds(state, plan)) {
        return;
      }
      for (LockName lock : wanted) {
        var held = world.lock(new LockId("p", lock.scope())).state();
        boolean lost =
            state.past().flatMap(trail -> trail.tenure().lost(lock)).isPresent()
                || held.losses().stream()
                    .anyMatch(loss -> loss.run().equals(id) && loss.lock().equals(lock));
        boolean has =
            Optional.ofNullable(held.holds().get(lock))
                .filter(hold -> hold.run().equals(id))
                .isPresent();
        assertThat(has || lost)
            .as("%s believes that it holds the %s, after\n  %s", id, lock, world.story())
            .isTrue();
      }
    }
  }
}
