package dev.pawl.bench.history.world;

import static dev.pawl.bench.history.world.Timeline.MS;
import static dev.pawl.bench.history.world.Timeline.SECOND;

import dev.pawl.bench.history.Call;
import dev.pawl.bench.history.Call.Verb;
import dev.pawl.bench.history.Cause;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Definition;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The world's callers: they start runs, meddle with them, ask again, and sometimes never hear. */
final class Clients {
  private final World world;
  private final Map<String, SimRun> started = new HashMap<>();
  private int operations;
  private int requests;

  Clients(World world) {
    this.world = world;
  }

  /** One call. */
  private record Ask(
      String client,
      Verb verb,
      String requestId,
      String entity,
      String body,
      OptionalLong expected,
      long atLeast,
      @Nullable SimRun run,
      @Nullable Definition graph) {}

  /** What came of it on the server. */
  private record Said(String entity, long sequence, String state, String code, String reason) {
    static Said ok(String entity, long sequence, String state) {
      return new Said(entity, sequence, state, "", "");
    }

    static Said no(String code, String reason) {
      return new Said("", 0, "", code, reason);
    }
  }

  private String request() {
    return "r" + ++requests;
  }

  void submit(Definition graph) {
    ask(
        new Ask(
            "c0",
            Verb.SUBMIT,
            request(),
            graph.entity(),
            "submit " + graph.hash(),
            OptionalLong.empty(),
            0,
            null,
            graph),
        1);
  }

  /** A client starts a run and does with it what this number says. */
  void use(int number, Definition graph) {
    String client = "c" + (1 + number % 7);
    Ask start =
        new Ask(
            client,
            Verb.START,
            request(),
            graph.entity(),
            "start " + graph.hash(),
            OptionalLong.empty(),
            0,
            null,
            graph);
    ask(start, 6);
    if (number % 9 == 4) {
      world.time.in(world.time.between(50 * MS, 300 * MS), () -> ask(start, 2));
    }
    if (number % 17 == 5) {
      Ask other =
          new Ask(
              client,
              Verb.START,
              start.requestId(),
              graph.entity(),
              "another body",
              OptionalLong.empty(),
              0,
              null,
              graph);
      world.time.in(world.time.between(SECOND, 2 * SECOND), () -> ask(other, 2));
    }
    world.time.in(30 * MS, () -> meddle(number, client, start.requestId(), 10));
  }

  private void meddle(int number, String client, String requestId, int tries) {
    SimRun run = started.get(requestId);
    if (run == null) {
      if (tries > 0) {
        world.time.in(SECOND, () -> meddle(number, client, requestId, tries - 1));
      }
      return;
    }
    long soon = world.time.between(5 * MS, 150 * MS);
    world.time.in(soon, () -> read(client, Verb.GET, run, 0));
    world.time.in(soon + 40 * MS, () -> read(client, Verb.LIST, run, run.sequence()));
    world.time.in(soon + 400 * MS, () -> read(client, Verb.LIST, run, 0));
    world.time.in(soon + 500 * MS, () -> read(client, Verb.WAIT, run, 0));
    switch ((number + number / 6) % 6) {
      case 0 -> {
        long pauseFor = world.time.between(100 * MS, 3 * SECOND);
        world.time.in(soon, () -> command(client, Verb.PAUSE, run, OptionalLong.empty(), 6));
        world.time.in(
            soon + 50 * MS, () -> command(client, Verb.PAUSE, run, OptionalLong.empty(), 2));
        if (number % 5 != 0) {
          world.time.in(
              soon + pauseFor, () -> command(client, Verb.CONTINUE, run, OptionalLong.empty(), 6));
        }
      }
      case 1 -> {
        world.time.in(
            soon + world.time.between(0, 2 * SECOND),
            () -> command(client, Verb.STOP, run, OptionalLong.empty(), 6));
        world.time.in(
            soon + 2 * SECOND, () -> command(client, Verb.STOP, run, OptionalLong.empty(), 2));
      }
      case 2 -> {
        world.time.in(
            soon, () -> command(client, Verb.PAUSE, run, OptionalLong.of(run.sequence()), 2));
        world.time.in(
            soon + 300 * MS, () -> command(client, Verb.CONTINUE, run, OptionalLong.empty(), 6));
      }
      case 3 ->
          world.time.in(
              soon + 5 * SECOND, () -> command(client, Verb.PAUSE, run, OptionalLong.empty(), 2));
      default -> {}
    }
    if (number % 5 == 3) {
      world.logs.follow(run);
    }
  }

  private void read(String client, Verb verb, SimRun run, long atLeast) {
    ask(
        new Ask(
            client,
            verb,
            "",
            run.entity(),
            verb.name(),
            OptionalLong.empty(),
            verb == Verb.LIST ? atLeast : 0,
            run,
            null),
        1);
  }

  private void command(String client, Verb verb, SimRun run, OptionalLong expected, int tries) {
    Ask ask = new Ask(client, verb, request(), run.entity(), verb.name(), expected, 0, run, null);
    ask(ask, tries);
    if (world.time.chance(8)) {
      world.time.in(world.time.between(10 * MS, 700 * MS), () -> ask(ask, 2));
    }
  }

  /** Sends it; asks again with the same id while it does not hear and has tries left. */
  private void ask(Ask ask, int tries) {
    String operation = "o" + ++operations;
    String node = "node-" + (1 + world.time.below(3));
    world.book.write(
        new Call.Invoked(
            operation,
            ask.client(),
            world.time.now(),
            ask.verb(),
            ask.requestId(),
            ask.entity(),
            ask.body(),
            ask.expected(),
            ask.atLeast()));
    world.time.in(
        world.time.between(200, 2 * MS),
        () -> {
          if (world.down(node)) {
            world.time.in(200 * MS, () -> lost(operation, ask, tries, "UNAVAILABLE"));
          } else {
            serve(operation, node, ask, tries, 20);
          }
        });
  }

  private void lost(String operation, Ask ask, int tries, String code) {
    world.book.write(new Call.Unanswered(operation, world.time.now(), code, "NOT_SERVING"));
    if (tries > 1) {
      world.time.in(world.time.between(300 * MS, SECOND), () -> ask(ask, tries - 1));
    }
  }

  private void serve(String operation, String node, Ask ask, int tries, int patience) {
    if (ask.verb() == Verb.WAIT && ask.run() != null && !ask.run().ended() && patience > 0) {
      world.time.in(100 * MS, () -> serve(operation, node, ask, tries, patience - 1));
      return;
    }
    Said said = carryOut(ask);
    world.time.in(
        world.time.between(200, 3 * MS),
        () -> {
          if (world.down(node) || world.time.chance(1)) {
            world.time.in(100 * MS, () -> lost(operation, ask, tries, "DEADLINE_EXCEEDED"));
          } else if (said.code().isEmpty()) {
            world.book.write(
                new Call.Answered(
                    operation,
                    world.time.now(),
                    said.entity(),
                    said.sequence(),
                    said.state(),
                    node));
          } else {
            world.book.write(
                new Call.Refused(operation, world.time.now(), said.code(), said.reason(), node));
          }
        });
  }

  private Said carryOut(Ask ask) {
    Cause.Command cause = new Cause.Command(ask.requestId(), "server " + ask.body(), "someone");
    return switch (ask.verb()) {
      case SUBMIT -> {
        if (world.book.sequence(ask.entity()) == 0 && ask.graph() != null) {
          world.book.store(
              ask.entity(), "", "ACTIVE", cause, new Change.Submitted(1, ask.graph().hash()));
        }
        yield Said.ok(ask.entity(), 1, "");
      }
      case START -> start(ask, cause);
      case PAUSE, CONTINUE, STOP -> {
        SimRun run = run(ask);
        yield switch (run.command(ask.verb().name(), cause, ask.expected())) {
          case SimRun.Reply.Ok(var sequence) -> Said.ok(run.entity(), sequence, run.state());
          case SimRun.Reply.No(var code, var reason) -> Said.no(code, reason);
        };
      }
      case FORCED_PAUSE,
          RETRY,
          ROLLBACK,
          PASS,
          REDO,
          STEP_RETRY,
          STEP_PASS,
          STEP_STOP,
          STEP_REDO,
          EXECUTION_STOP,
          EXECUTION_REDO ->
          throw new IllegalStateException("nobody asks for this here: " + ask.verb());
      case GET, WAIT, LIST -> {
        SimRun run = run(ask);
        yield Said.ok(run.entity(), run.sequence(), run.state());
      }
    };
  }

  private Said start(Ask ask, Cause.Command cause) {
    SimRun known = started.get(ask.requestId());
    if (known != null) {
      return switch (known.repeated(ask.requestId(), cause.bodyHash())) {
        case SimRun.Reply.Ok(var sequence) -> Said.ok(known.entity(), sequence, known.state());
        case SimRun.Reply.No(var code, var reason) -> Said.no(code, reason);
      };
    }
    if (ask.graph() == null) {
      throw new IllegalStateException("a start without a definition");
    }
    SimRun run = new SimRun(world, "run" + ask.requestId(), ask.graph());
    started.put(ask.requestId(), run);
    world.add(run);
    run.create(cause);
    return Said.ok(run.entity(), 1, run.state());
  }

  private static SimRun run(Ask ask) {
    if (ask.run() == null) {
      throw new IllegalStateException("a command without a run");
    }
    return ask.run();
  }
}
