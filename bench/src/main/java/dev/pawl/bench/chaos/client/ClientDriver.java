package dev.pawl.bench.chaos.client;

import com.google.protobuf.Struct;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Values;
import dev.pawl.bench.chaos.client.Caller.Outcome;
import dev.pawl.bench.chaos.client.Roster.Known;
import dev.pawl.bench.chaos.fact.Submissions;
import dev.pawl.bench.chaos.life.Occupation;
import dev.pawl.bench.chaos.program.Deck;
import dev.pawl.bench.chaos.program.Dice;
import dev.pawl.bench.chaos.program.Operation;
import dev.pawl.bench.chaos.program.Operation.Expectation;
import dev.pawl.bench.chaos.program.Program;
import dev.pawl.bench.chaos.program.ProgramMaker;
import dev.pawl.bench.history.Call.Verb;
import dev.pawl.client.RequestIds;
import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.ListRunsRequest;
import dev.pawl.v1.Revision;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.SubmitTaskRequest;
import dev.pawl.v1.SubmitWorkflowRequest;
import dev.pawl.v1.WaitRunRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A client that plays the operations of its deck, one after the other, until it is ended. */
public final class ClientDriver implements AutoCloseable {
  private static final long NEVER = 987_654;
  private static final int REMEMBERED = 200;
  private static final int TRIES = 10;
  private static final Duration BREATH = Duration.ofMillis(500);
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(40);

  private final Caller caller;
  private final Deck deck;
  private final Dice pace;
  private final Pool pool;
  private final Occupation playing;
  private final List<Mutation> sent = new ArrayList<>();
  private Optional<Seen> lastCommanded = Optional.empty();

  /**
   * What clients share.
   *
   * @param mostLive how many runs may be unfinished at once
   */
  public record Pool(
      ProgramMaker programs,
      Submissions submissions,
      Roster roster,
      int mostLive,
      int programCount) {}

  /**
   * @param which of the clients it is
   */
  public ClientDriver(long number, int which, Caller caller, Pool pool) {
    this.caller = caller;
    this.pool = pool;
    this.deck = new Deck(number, which, pool.programCount());
    this.pace = Dice.of(number, "pace", which);
    this.playing = new Occupation(caller.name(), this::play);
  }

  public void start() {
    playing.start();
  }

  private void play() throws InterruptedException {
    do {
      play(deck.next());
    } while (playing.rest(Duration.ofMillis(pace.between(30, 150))));
  }

  private void play(Operation operation) {
    switch (operation) {
      case Operation.Submit submit -> submit(submit);
      case Operation.Start start -> start(start);
      case Operation.StartAndPause(var program) ->
          start(new Operation.Start(program, false))
              .ifPresent(run -> command(Operation.Verb.PAUSE, run, Expectation.NONE));
      case Operation.ContinueAndPause(var place) ->
          pool.roster()
              .pickHeld(place)
              .ifPresent(
                  run -> {
                    command(Operation.Verb.CONTINUE, run, Expectation.NONE);
                    command(Operation.Verb.PAUSE, run, Expectation.NONE);
                  });
      case Operation.Order(var verb, var place, var expectation) ->
          subject(verb, place).ifPresent(run -> command(verb, run, expectation));
      case Operation.PauseFor(var verb, var place, var millis) ->
          pool.roster().pick(place).ifPresent(run -> pause(verb, run, Duration.ofMillis(millis)));
      case Operation.OrderStep order -> order(order);
      case Operation.Clash(var verb) ->
          pool.roster()
              .commandedByOther(caller.name())
              .ifPresent(run -> command(verb, run, Expectation.NONE));
      case Operation.Repeat(var place) -> sentBefore(place).ifPresent(this::send);
      case Operation.Reuse(var place) ->
          sentBefore(place).ifPresent(used -> caller.send(used.withAnotherBody()));
      case Operation.Read(var place) -> pool.roster().pick(place).ifPresent(this::read);
      case Operation.ListNewest _ -> lastCommanded.ifPresent(this::list);
      case Operation.Await(var place) -> pool.roster().pick(place).ifPresent(this::await);
    }
  }

  private Optional<Known> subject(Operation.Verb verb, double place) {
    if (verb.afterEnd()) {
      return pool.roster().pickEnded(place);
    }
    return verb == Operation.Verb.CONTINUE
        ? pool.roster().pickHeld(place)
        : pool.roster().pick(place);
  }

  private void pause(Operation.Verb verb, Known run, Duration time) {
    pool.roster().commanded(caller.name(), run.name());
    send(
        Mutation.command(called(verb), run.name(), "", RequestIds.next(), OptionalLong.empty())
            .until(Instant.now().plus(time)));
  }

  private void order(Operation.OrderStep order) {
    (order.ended() ? pool.roster().pickEnded(order.place()) : pool.roster().pick(order.place()))
        .ifPresent(
            run ->
                pool.roster()
                    .step(run.name(), order.step())
                    .ifPresent(
                        step ->
                            send(
                                Mutation.command(
                                    Verb.valueOf(order.verb().name()),
                                    run.name(),
                                    step,
                                    RequestIds.next(),
                                    version(run, order.expectation())))));
  }

  private Optional<Mutation> sentBefore(double place) {
    return sent.isEmpty() ? Optional.empty() : Optional.of(sent.get((int) (place * sent.size())));
  }

  private Optional<Seen> send(Mutation mutation) {
    if (sent.size() == REMEMBERED) {
      sent.removeFirst();
    }
    sent.add(mutation);
    if (caller.send(mutation) instanceof Outcome.Answered(var seen)
        && seen.entity().startsWith("run|")) {
      lastCommanded = Optional.of(seen);
      return lastCommanded;
    }
    return Optional.empty();
  }

  private void submit(Operation.Submit submit) {
    Program program = pool.programs().make(submit.program(), submit.revision());
    OptionalLong version =
        switch (submit.expectation()) {
          case NONE -> OptionalLong.empty();
          case KNOWN -> pool.roster().definition(program.resource());
          case WRONG -> OptionalLong.of(NEVER);
        };
    send(submission(program, version));
  }

  private Mutation submission(Program program, OptionalLong version) {
    String requestId = RequestIds.next();
    pool.submissions().add(requestId, program);
    return switch (program) {
      case Program.Graph(var spec) -> {
        SubmitWorkflowRequest.Builder request =
            SubmitWorkflowRequest.newBuilder()
                .setParent(Program.PROJECT)
                .setWorkflow(spec)
                .setRequestId(requestId);
        version.ifPresent(request::setExpectedVersion);
        yield Mutation.submit(request.build());
      }
      case Program.Single(var spec) -> {
        SubmitTaskRequest.Builder request =
            SubmitTaskRequest.newBuilder()
                .setParent(Program.PROJECT)
                .setTask(spec)
                .setRequestId(requestId);
        version.ifPresent(request::setExpectedVersion);
        yield Mutation.submit(request.build());
      }
    };
  }

  /** Submits the first version of a program until it is taken in. */
  public void submitFirst(int program) {
    Mutation mutation = submission(pool.programs().make(program, 0), OptionalLong.empty());
    while (!(caller.send(mutation) instanceof Outcome.Answered)) {
      if (playing.isEnding()) {
        return;
      }
    }
  }

  /** Returns the run if it was started; where enough are alive, one of them is read instead. */
  private Optional<Known> start(Operation.Start start) {
    if (pool.roster().live() >= pool.mostLive()) {
      pool.roster().pick(start.program() / (double) pool.programCount()).ifPresent(this::read);
      return Optional.empty();
    }
    String parameter = start.flawed() ? "no_such_parameter" : ProgramMaker.PARAMETER;
    return send(Mutation.start(
            StartRunRequest.newBuilder()
                .setDefinition(pool.programs().make(start.program(), 0).resource())
                .setParameters(
                    Struct.newBuilder().putFields(parameter, Values.of(caller.name())).build())
                .putLabels("client", caller.name())
                .setRequestId(RequestIds.next())
                .build()))
        .map(seen -> new Known(seen.resource(), seen.sequence(), seen.state()));
  }

  private static OptionalLong version(Known run, Expectation expectation) {
    return switch (expectation) {
      case NONE -> OptionalLong.empty();
      case KNOWN -> OptionalLong.of(run.sequence());
      case WRONG -> OptionalLong.of(NEVER);
    };
  }

  private void command(Operation.Verb verb, Known run, Expectation expectation) {
    pool.roster().commanded(caller.name(), run.name());
    send(
        Mutation.command(
            called(verb), run.name(), "", RequestIds.next(), version(run, expectation)));
  }

  private static Verb called(Operation.Verb verb) {
    return Verb.valueOf(verb.name());
  }

  private void read(Known run) {
    caller.read(
        Verb.GET,
        run.name(),
        0,
        stubs ->
            Optional.of(
                Seen.of(
                    stubs
                        .runs()
                        .getRun(GetRunRequest.newBuilder().setName(run.name()).build())
                        .getRun())));
  }

  private void await(Known run) {
    caller.read(
        Verb.WAIT,
        run.name(),
        0,
        stubs ->
            Optional.of(
                Seen.of(
                    stubs
                        .runs()
                        .waitRun(
                            WaitRunRequest.newBuilder()
                                .setName(run.name())
                                .setTimeout(Durations.fromMillis(500))
                                .build())
                        .getRun())));
  }

  /** What this client was answered must be in the list that it asks for. */
  private void list(Seen commanded) {
    caller.read(
        Verb.LIST,
        commanded.resource(),
        commanded.sequence(),
        stubs ->
            stubs
                .runs()
                .listRuns(
                    ListRunsRequest.newBuilder()
                        .setParent(Program.PROJECT)
                        .setFilter("id = \"%s\"".formatted(RunNames.id(commanded.resource())))
                        .addAtLeast(
                            Revision.newBuilder()
                                .setEntity(commanded.entity())
                                .setSequence(commanded.sequence()))
                        .build())
                .getRunsList()
                .stream()
                .findFirst()
                .map(Seen::of));
  }

  /** Has it play no more, once its call has ended. */
  public void endPlaying() throws InterruptedException {
    playing.join(ENDS_WITHIN);
  }

  /** Continues most of the runs that were told to pause, so that they come to an end. */
  public void releaseHeld() throws InterruptedException {
    for (Known run : pool.roster().held()) {
      if (pace.chance(80)) {
        Mutation mutation =
            Mutation.command(
                Verb.CONTINUE, run.name(), "", RequestIds.next(), OptionalLong.empty());
        for (int i = 0; i < TRIES && caller.send(mutation) instanceof Outcome.Unknown; i++) {
          Thread.sleep(BREATH);
        }
      }
    }
  }

  @Override
  public void close() {
    caller.close();
  }
}
