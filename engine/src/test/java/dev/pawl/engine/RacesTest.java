package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.execution.ExecutionEvent;
import dev.pawl.engine.execution.ExecutionFact;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.feed.FeedEntry;
import dev.pawl.engine.feed.FeedPosition;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.postgres.PostgresExtension;
import dev.pawl.engine.postgres.TestDatabase;
import dev.pawl.engine.run.RunEvent;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunRejection;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.StepRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Commands that cross each other, or what a worker reports, on real entities over a real journal:
 * each pair is raced {@code -Dpawl.races} times (1,000), and more until each order was seen often.
 * There is one outcome, it is the journal's, and both who raced are told of it.
 */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RacesTest {
  private static final int RACES = Integer.getInteger("pawl.races", 1_000);
  private static final int EACH_ORDER = 50;
  private static final int AT_ONCE = 32;

  /** The table C3.2, as far as runs get here. */
  private static final Map<RunStatus, Set<RunVerb>> ALLOWED =
      Map.of(
          RunStatus.RUNNING, Set.of(RunVerb.PAUSE, RunVerb.FORCED_PAUSE, RunVerb.STOP),
          RunStatus.TERMINATING, Set.of(RunVerb.STOP),
          RunStatus.TERMINATED, Set.of(RunVerb.RETRY, RunVerb.ROLLBACK, RunVerb.PASS, RunVerb.REDO),
          RunStatus.ROLLING_BACK, Set.of(RunVerb.ROLLBACK, RunVerb.STOP),
          RunStatus.SUCCEEDED, Set.of(RunVerb.REDO));

  /** Where a run is when it is raced for. */
  private enum Stage {
    /** The worker holds task a. */
    AT_WORK,
    /** Task a failed, and so did the run. */
    FAILED,
    /** Task a succeeded, and nothing more was begun. */
    PAUSED
  }

  /** What is sent. */
  private sealed interface Side {
    record Commands(RunVerb verb, Optional<String> step) implements Side {}

    /** The worker reports that task a succeeded. */
    record Completes() implements Side {}
  }

  private static Side run(RunVerb verb) {
    return new Side.Commands(verb, Optional.empty());
  }

  enum Pair {
    STOP_AGAINST_COMPLETION("a", Stage.AT_WORK, run(RunVerb.STOP), new Side.Completes()),
    /** With task a, task b is leased: the pause is to be there before. */
    PAUSE_AGAINST_LEASE("a b<a", Stage.AT_WORK, run(RunVerb.PAUSE), new Side.Completes()),
    TWO_RETRIES("a", Stage.FAILED, run(RunVerb.RETRY), run(RunVerb.RETRY)),
    /** In other profiles a step that waits for its repetition can be passed, too. */
    RETRY_AGAINST_PASS(
        "a b<a ^",
        Stage.FAILED,
        run(RunVerb.RETRY),
        new Side.Commands(RunVerb.PASS, Optional.of("a"))),
    ROLLBACK_AGAINST_RETRY("a-", Stage.FAILED, run(RunVerb.ROLLBACK), run(RunVerb.RETRY)),
    CONTINUE_AGAINST_STOP("a b<a", Stage.PAUSED, run(RunVerb.CONTINUE), run(RunVerb.STOP)),
    FORCED_PAUSE_AGAINST_COMPLETION(
        "a", Stage.AT_WORK, run(RunVerb.FORCED_PAUSE), new Side.Completes());

    private final String plan;
    private final Stage stage;
    private final Side first;
    private final Side second;

    Pair(String plan, Stage stage, Side first, Side second) {
      this.plan = plan;
      this.stage = stage;
      this.first = first;
      this.second = second;
    }

    /** The order that was seen, by what both were told. */
    boolean firstCameFirst(Told told) {
      return switch (this) {
        case PAUSE_AGAINST_LEASE -> !told.leased();
        case STOP_AGAINST_COMPLETION,
            TWO_RETRIES,
            RETRY_AGAINST_PASS,
            ROLLBACK_AGAINST_RETRY,
            CONTINUE_AGAINST_STOP,
            FORCED_PAUSE_AGAINST_COMPLETION ->
            told.first() instanceof Answer.Accepted;
      };
    }
  }

  /**
   * What came of one race for those in it.
   *
   * @param second empty when it was a report
   * @param leased whether task b was leased though the run was told to pause
   * @param end the run, in the end
   */
  private record Told(
      RunId run,
      Answer<RunHead, RunRejection> first,
      Optional<Answer<RunHead, RunRejection>> second,
      boolean leased,
      RunHead end) {}

  private final Node node;
  private final RacingWorker worker;

  RacesTest(TestDatabase postgres) {
    postgres.empty();
    EngineSettings usual = EngineSettings.of(postgres.settings());
    this.node =
        new Node(
            new EngineSettings(
                usual.database(),
                usual.cluster(),
                usual.heartbeatInterval(),
                usual.leaseTimeToLive(),
                usual.leaseGrace(),
                // Many at once on a machine that is busy: nobody gives up.
                Duration.ofSeconds(60),
                usual.requireDurability()));
    this.worker = new RacingWorker(node.engine());
  }

  @AfterAll
  void close() {
    worker.close();
    node.close();
  }

  @ParameterizedTest
  @EnumSource(Pair.class)
  void what_crosses_has_one_outcome_and_it_is_the_journals(Pair pair) throws Exception {
    FeedPosition begin = node.engine().feed().head();
    Crossing crossing = new Crossing();
    List<Told> all = new ArrayList<>();
    while (all.size() < RACES || (crossing.rarer() < EACH_ORDER && all.size() < 5 * RACES)) {
      all.addAll(race(pair, crossing, all.size()));
    }
    assertThat(crossing.rarer())
        .as("each order was seen: %s", crossing)
        .isGreaterThanOrEqualTo(EACH_ORDER);

    Journal journal = new Journal(begin, all);
    for (Told told : all) {
      agrees(pair, told, journal.of(told.run()));
    }
    assertThat(worker.given())
        .filteredOn(given -> journal.runs.containsKey(given.execution().run()))
        .as("what the worker was given is what is stored")
        .containsExactlyInAnyOrderElementsOf(journal.leases);
    System.out.printf("%s: %d races, each order seen: %s%n", pair, all.size(), crossing);
  }

  /** Some races, several at once. */
  private List<Told> race(Pair pair, Crossing crossing, int from) throws Exception {
    Semaphore places = new Semaphore(AT_ONCE);
    List<Future<Told>> racing = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int number = from; number < from + Math.min(RACES, 250); number++) {
        int mine = number;
        racing.add(
            executor.submit(
                () -> {
                  places.acquire();
                  try {
                    return race(pair, crossing.lead(mine), crossing);
                  } finally {
                    places.release();
                  }
                }));
      }
    }
    List<Told> told = new ArrayList<>();
    for (Future<Told> one : racing) {
      told.add(one.get());
    }
    return told;
  }

  private Told race(Pair pair, long lead, Crossing crossing) throws Exception {
    RunId run = node.startRun(pair.plan);
    bring(run, pair.stage);
    CompletionStage<Optional<Answer<RunHead, RunRejection>>> first;
    CompletionStage<Optional<Answer<RunHead, RunRejection>>> second;
    if (lead >= 0) {
      first = send(run, pair.first, "first-");
      Crossing.spin(lead);
      second = send(run, pair.second, "second-");
    } else {
      second = send(run, pair.second, "second-");
      if (pair.second instanceof Side.Completes) {
        // The run hears of it only now, and that is what the command is to cross.
        var _ = Node.get(second);
      }
      Crossing.spin(-lead);
      first = send(run, pair.first, "first-");
    }
    var firstAnswer = Node.get(first).orElseThrow();
    var secondAnswer = Node.get(second);
    boolean leased = pair == Pair.PAUSE_AGAINST_LEASE && isLeasedWhilePausing(run);
    Told told = new Told(run, firstAnswer, secondAnswer, leased, end(run));
    crossing.saw(pair.firstCameFirst(told));
    return told;
  }

  private void bring(RunId run, Stage stage) throws Exception {
    worker.awaitLease(run, "a");
    switch (stage) {
      case AT_WORK -> {}
      case FAILED -> {
        worker.fail(run, "a");
        assertThat(node.awaitEnd(run).status()).isEqualTo(RunStatus.FAILED);
      }
      case PAUSED -> {
        node.command(run, RunVerb.PAUSE);
        var _ = worker.succeed(run, "a");
        assertThat(awaitAnyBut(run, RunStatus.PAUSING)).isEqualTo(RunStatus.PAUSED);
      }
    }
  }

  private CompletionStage<Optional<Answer<RunHead, RunRejection>>> send(
      RunId run, Side side, String as) {
    return switch (side) {
      case Side.Commands(var verb, var step) ->
          node.engine()
              .runs()
              .command(
                  "default",
                  run,
                  verb,
                  step.map(StepRef::of),
                  new Cause.Command(as + run, "b0d7", "ann", "because"),
                  OptionalLong.empty(),
                  false)
              .thenApply(Optional::of);
      case Side.Completes _ -> worker.succeed(run, "a").thenApply(_ -> Optional.empty());
    };
  }

  private boolean isLeasedWhilePausing(RunId run) throws Exception {
    while (node.status(run) == RunStatus.PAUSING) {
      if (worker.holds(run, "b")) {
        return true;
      }
    }
    return false;
  }

  /** Each look is answered by the run itself, so this waits for the run and not for time. */
  private RunStatus awaitAnyBut(RunId run, RunStatus passing) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    RunStatus status = node.status(run);
    while (status == passing) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException("run " + run + " is still " + passing);
      }
      status = node.status(run);
    }
    return status;
  }

  /** Lets the run come to its end. */
  private RunHead end(RunId run) throws Exception {
    worker.free(run, List.of("a", "b"));
    if (awaitAnyBut(run, RunStatus.PAUSING) == RunStatus.PAUSED) {
      node.command(run, RunVerb.CONTINUE);
    }
    RunHead end = node.awaitEnd(run);
    assertThat(end.status().ended()).as("%s", end).isTrue();
    return end;
  }

  // What is stored, and whether it is what both were told.

  /** What is stored of one race. */
  private record Stored(List<FeedEntry.OfRun> facts, List<FeedEntry.OfExecution> work) {
    int by(String requestId) {
      return (int) facts.stream().filter(entry -> isBy(entry, requestId)).count();
    }

    static boolean isBy(FeedEntry.OfRun entry, String requestId) {
      return entry.fact().cause() instanceof Cause.Command command
          && command.requestId().equals(requestId);
    }

    <E extends RunEvent> List<E> events(Class<E> type) {
      return facts.stream()
          .map(entry -> entry.fact().event())
          .filter(type::isInstance)
          .map(type::cast)
          .toList();
    }

    Stream<FeedEntry.OfExecution> leasesOf(String task) {
      return work.stream()
          .filter(entry -> entry.id().task().equals(task))
          .filter(entry -> entry.fact().event() instanceof ExecutionEvent.Leased);
    }
  }

  private final class Journal {
    private final Map<RunId, List<FeedEntry.OfRun>> runs = new HashMap<>();
    private final Map<RunId, List<FeedEntry.OfExecution>> executions = new HashMap<>();
    private final Set<RacingWorker.Given> leases = new HashSet<>();

    Journal(FeedPosition begin, List<Told> all) throws Exception {
      Map<RunId, Long> missing = new HashMap<>();
      all.forEach(told -> missing.put(told.run(), told.end().sequence()));
      FeedPosition after = begin;
      while (!missing.isEmpty()) {
        for (FeedEntry entry : Node.get(node.engine().feed().read(after, 1_000))) {
          after = entry.position();
          switch (entry) {
            case FeedEntry.OfDefinition _, FeedEntry.OfOperation _, FeedEntry.OfLock _ -> {}
            case FeedEntry.OfRun run -> {
              runs.computeIfAbsent(run.id(), _ -> new ArrayList<>()).add(run);
              missing.remove(run.id(), run.sequence());
            }
            case FeedEntry.OfExecution execution -> {
              RunId run = execution.id().run();
              executions.computeIfAbsent(run, _ -> new ArrayList<>()).add(execution);
              lease(execution.id(), execution.fact());
            }
          }
        }
      }
    }

    private void lease(ExecutionId id, ExecutionFact fact) {
      if (fact.event() instanceof ExecutionEvent.Leased leased) {
        assertThat(leases.add(new RacingWorker.Given(id, leased.fence())))
            .as("one lease per fence")
            .isTrue();
      }
    }

    Stored of(RunId run) {
      return new Stored(runs.getOrDefault(run, List.of()), executions.getOrDefault(run, List.of()));
    }
  }

  private static void agrees(Pair pair, Told told, Stored stored) {
    inOrder(told, stored);
    answerAgrees(told.first(), "first-" + told.run(), stored);
    told.second().ifPresent(answer -> answerAgrees(answer, "second-" + told.run(), stored));
    boolean firstCameFirst = pair.firstCameFirst(told);
    RunStatus end = told.end().status();
    switch (pair) {
      case STOP_AGAINST_COMPLETION -> {
        assertThat(end).isEqualTo(firstCameFirst ? RunStatus.TERMINATED : RunStatus.SUCCEEDED);
        assertThat(stored.events(RunEvent.StopBegan.class)).hasSize(firstCameFirst ? 1 : 0);
        assertThat(stored.leasesOf("a")).hasSize(1);
      }
      case FORCED_PAUSE_AGAINST_COMPLETION -> {
        assertThat(end).isEqualTo(RunStatus.SUCCEEDED);
        assertThat(stored.events(RunEvent.PauseBegan.class)).hasSize(firstCameFirst ? 1 : 0);
        assertThat(stored.leasesOf("a"))
            .as("what the pause stopped begins anew, what had been done does not")
            .hasSize(stored.events(RunEvent.Paused.class).isEmpty() ? 1 : 2);
      }
      case PAUSE_AGAINST_LEASE -> pauseHolds(told, stored);
      case TWO_RETRIES -> {
        onlyOneAccepted(told);
        assertThat(stored.events(RunEvent.Retried.class)).hasSize(1);
        assertThat(stored.leasesOf("a")).as("it is done again once").hasSize(2);
        assertThat(end).isEqualTo(RunStatus.SUCCEEDED);
      }
      case RETRY_AGAINST_PASS -> {
        onlyOneAccepted(told);
        assertThat(stored.events(RunEvent.Retried.class)).hasSize(firstCameFirst ? 1 : 0);
        assertThat(stored.events(RunEvent.StepPassed.class)).hasSize(firstCameFirst ? 0 : 1);
        assertThat(stored.leasesOf("a")).hasSize(firstCameFirst ? 2 : 1);
        assertThat(end).isEqualTo(RunStatus.SUCCEEDED);
      }
      case ROLLBACK_AGAINST_RETRY -> {
        onlyOneAccepted(told);
        assertThat(stored.events(RunEvent.RollbackBegan.class)).hasSize(firstCameFirst ? 1 : 0);
        assertThat(stored.events(RunEvent.Retried.class)).hasSize(firstCameFirst ? 0 : 1);
        assertThat(stored.leasesOf("a"))
            .as("undone, and after a retry done again")
            .hasSize(firstCameFirst ? 2 : 3);
        assertThat(end).isEqualTo(firstCameFirst ? RunStatus.ROLLED_BACK : RunStatus.SUCCEEDED);
      }
      case CONTINUE_AGAINST_STOP -> {
        assertThat(told.second().orElseThrow()).isInstanceOf(Answer.Accepted.class);
        assertThat(end).isEqualTo(RunStatus.TERMINATED);
        assertThat(stored.events(RunEvent.Continued.class)).hasSize(firstCameFirst ? 1 : 0);
        assertThat(stored.events(RunEvent.StopBegan.class)).hasSize(1);
        if (!firstCameFirst) {
          assertThat(stored.leasesOf("b")).as("nothing begins after a stop").isEmpty();
        }
      }
    }
  }

  private static void onlyOneAccepted(Told told) {
    assertThat(Stream.of(told.first(), told.second().orElseThrow()))
        .filteredOn(Answer.Accepted.class::isInstance)
        .as("one of %s", told)
        .hasSize(1);
  }

  private static void pauseHolds(Told told, Stored stored) {
    assertThat(told.first()).isInstanceOf(Answer.Accepted.class);
    assertThat(told.end().status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(stored.leasesOf("b")).hasSize(1);
    List<FeedPosition> continued =
        stored.facts().stream()
            .filter(entry -> entry.fact().event() instanceof RunEvent.Continued)
            .map(FeedEntry::position)
            .toList();
    assertThat(continued).as("it was paused").hasSize(told.leased() ? 0 : 1);
    if (!told.leased()) {
      assertThat(stored.leasesOf("b").map(FeedEntry::position).toList())
          .as("nothing begins while a run is paused")
          .allMatch(leased -> leased.compareTo(continued.getFirst()) > 0);
    }
  }

  /** One history: no gap, each state follows the one before, the last is what callers see. */
  private static void inOrder(Told told, Stored stored) {
    String before = "";
    long sequence = 0;
    for (FeedEntry.OfRun entry : stored.facts()) {
      assertThat(entry.sequence()).isEqualTo(++sequence);
      assertThat(entry.fact().before()).isEqualTo(before);
      before = entry.fact().after();
    }
    assertThat(told.end().sequence()).isEqualTo(sequence);
    assertThat(told.end().status().name()).isEqualTo(before);
  }

  /** Who was accepted finds the fact named; who was refused left none, and was told the truth. */
  private static void answerAgrees(
      Answer<RunHead, RunRejection> answer, String requestId, Stored stored) {
    switch (answer) {
      case Answer.Accepted(var head) -> {
        List<FeedEntry.OfRun> mine =
            stored.facts().stream().filter(entry -> Stored.isBy(entry, requestId)).toList();
        assertThat(mine).as("facts of %s", requestId).isNotEmpty();
        assertThat(head.sequence()).isEqualTo(mine.getLast().sequence());
      }
      case Answer.Refused(
              RunRejection.StateConflict(var verb, var status, var allowed, var why)) -> {
        assertThat(stored.by(requestId)).as("facts of %s", requestId).isZero();
        assertThat(stored.facts())
            .as("it was %s at some time", status)
            .anyMatch(entry -> entry.fact().after().equals(status.name()));
        assertThat(allowed)
            .as("allowed in %s", status)
            .doesNotContain(verb)
            .containsExactlyInAnyOrderElementsOf(ALLOWED.get(status));
        assertThat(why).contains(status.name());
      }
      case Answer.Refused(
              RunRejection.StepConflict(var step, var verb, var status, var why, var allowed)) -> {
        assertThat(stored.by(requestId)).as("facts of %s", requestId).isZero();
        assertThat(step).isEqualTo("a");
        assertThat(allowed).doesNotContain(verb);
        assertThat(why).contains(status.name());
      }
      case Answer.Refused(var other) -> throw new AssertionError("refused: " + other);
    }
  }
}
