package dev.pawl.engine.execution;

import dev.pawl.engine.content.Payload;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.OutputPlan;
import dev.pawl.engine.definition.SubRunPlan;
import dev.pawl.engine.definition.TaskPlan;
import dev.pawl.engine.execution.ExecutionEvent.Operation;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunRejection;
import dev.pawl.engine.run.RunStatus;
import dev.pawl.engine.run.SubRuns;
import dev.pawl.engine.worker.LeaseNews;
import dev.pawl.engine.worker.SessionMessage;
import dev.pawl.engine.worker.WorkerLease;
import dev.pawl.engine.worker.WorkerReport;
import dev.pawl.engine.worker.WorkerReport.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands where a worker's session stands, for an attempt that starts a run: starts it once the
 * lease is stored, waits for its end, stops it when the step is stopped or its time is over.
 *
 * <p>It keeps nothing that must not be lost: born once more and handed the same lease, it finds the
 * run and goes on. Once the step is stopped it starts none: it ends when it is sure that none was
 * started, or when the one that was has ended.
 */
final class SubRun extends AbstractBehavior<SubRun.Message> {
  private static final Logger LOG = LoggerFactory.getLogger(SubRun.class);
  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final Duration LOOK = Duration.ofSeconds(30);
  private static final Duration REPORT_AGAIN = Duration.ofSeconds(5);

  /** How long a start may be on its way to its run, from whoever asked for it. */
  private static final Duration IN_FLIGHT = Duration.ofSeconds(5);

  /** How long a report waits for the step's log. */
  private static final Duration LOG_PATIENCE = Duration.ofSeconds(10);

  /** What keeps it from going on is told no more often than that. */
  private static final Duration TROUBLE_AGAIN = Duration.ofMinutes(1);

  private final TimerScheduler<Message> timers;
  private final TaskPlan task;
  private final Life life;
  private final SubRunWorld world;
  private final ActorRef<ExecutionMessage> execution;
  private final ActorRef<SessionMessage> session;

  private @Nullable WorkerLease lease;
  private @Nullable SubRunLog log;

  /** When the step's time is over; empty when it has as much as it needs. */
  private Optional<Instant> end = Optional.empty();

  /** Whether somebody may have sent a start, so that the run may be there. */
  private boolean possible;

  /** Until when a run that is not found may still come to be, since a start is on its way. */
  private Instant doubtful = Instant.MIN;

  /** Of the start that waits for its answer. */
  private @Nullable StartPermit permit;

  /** The run as it was seen last. */
  private @Nullable RunHead begun;

  private Halt halt = Halt.NONE;

  /** Whether nothing new begins in the run. */
  private boolean halted;

  private @Nullable WorkerReport report;

  /** What the log was told last of what keeps it from going on, and when it may be told more. */
  private String trouble = "";

  private Instant troubleAgain = Instant.MIN;

  /** Whether there may have been another one before, under the same fence. */
  enum Life {
    /** It will be handed a lease that is still to be stored. */
    FIRST,
    /** It takes the place of one that is gone. */
    FURTHER
  }

  /** Why the run is to end before its time. */
  private enum Halt {
    NONE,
    STOPPED,
    TIMED_OUT
  }

  /** What it hears. */
  sealed interface Message {
    /** What a worker's session would be told. */
    record Told(SessionMessage message) implements Message {}

    /** Whether the run is there, asked before it is known to be. */
    record Found(Answer<RunHead, RunRejection> answer) implements Message {}

    record Started(StartPermit permit, SubRuns.Start start) implements Message {}

    record StartFailed(StartPermit permit, Throwable cause) implements Message {}

    record Looked(Answer<RunHead, RunRejection> answer) implements Message {}

    record StopAnswered(Answer<RunHead, RunRejection> answer) implements Message {}

    /** What it asked for got no answer. */
    record Unanswered(Message again, Throwable cause) implements Message {}

    record FindDue() implements Message {}

    record LookDue() implements Message {}

    record StopDue() implements Message {}

    record TimeDue() implements Message {}

    /** The last line is stored, or will not be. */
    record Logged() implements Message {}

    record ReportDue() implements Message {}
  }

  /**
   * The behaviour of one.
   *
   * @param life whether there may have been another one before
   * @param hello told once how it is spoken to
   */
  static Behavior<Message> create(
      TaskPlan task,
      Life life,
      SubRunWorld world,
      ActorRef<ExecutionMessage> execution,
      Consumer<ActorRef<SessionMessage>> hello) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  SubRun subRun = new SubRun(context, timers, task, life, world, execution);
                  hello.accept(subRun.session);
                  return subRun;
                }));
  }

  private SubRun(
      ActorContext<Message> context,
      TimerScheduler<Message> timers,
      TaskPlan task,
      Life life,
      SubRunWorld world,
      ActorRef<ExecutionMessage> execution) {
    super(context);
    this.timers = timers;
    this.task = task;
    this.life = life;
    this.world = world;
    this.execution = execution;
    this.session = context.messageAdapter(SessionMessage.class, Message.Told::new);
  }

  /** The worker's name under which the journal keeps that an attempt is such a run. */
  static String worker(RunId run) {
    return "runs/" + run;
  }

  @Override
  public Receive<Message> createReceive() {
    return newReceiveBuilder()
        .onMessage(Message.class, this::heard)
        .onSignal(PostStop.class, _ -> gone())
        .build();
  }

  /** Whoever takes its place may rely on it that nothing more is sent. */
  private Behavior<Message> gone() {
    if (permit != null) {
      permit.withdraw();
    }
    return this;
  }

  private Behavior<Message> heard(Message message) {
    return switch (message) {
      case Message.Told(var told) -> told(told);
      case Message.Logged _, Message.ReportDue _ -> report();
      case Message _ when report != null ->
          // It is over: what was asked before is answered too late.
          this;
      case Message.Found(var answer) -> found(answer);
      case Message.Started(var given, var start) -> given == permit ? started(start) : this;
      case Message.StartFailed(var given, var cause) ->
          given == permit ? startFailed(given, cause) : this;
      case Message.Looked(var answer) -> looked(answer);
      case Message.StopAnswered(var answer) -> stopAnswered(answer);
      case Message.Unanswered(var again, var cause) -> {
        trouble(name() + " does not answer", cause);
        timers.startSingleTimer(again, again, AGAIN);
        yield this;
      }
      case Message.FindDue _ -> find();
      case Message.LookDue _ -> look();
      case Message.StopDue _ -> stopRun();
      case Message.TimeDue _ -> timeDue();
    };
  }

  /** Tells what keeps it from going on, in its step's log, too. */
  private void trouble(String what, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    String why = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    String text = "%s, trying again: %s".formatted(what, why);
    Instant now = world.clock().instant();
    if (!text.equals(trouble) && !now.isBefore(troubleAgain)) {
      trouble = text;
      troubleAgain = now.plus(TROUBLE_AGAIN);
      LOG.warn("{}: {}", lease().execution(), text);
      write(text);
    }
  }

  private Behavior<Message> told(SessionMessage told) {
    return switch (told) {
      case SessionMessage.Deliver(var given) -> lease == null ? begin(given) : this;
      case SessionMessage.Acknowledge _ -> Behaviors.stopped();
      case SessionMessage.StopWork(_, _, _, _, var drop) ->
          drop ? Behaviors.stopped() : halt(Halt.STOPPED);
      case SessionMessage.AskAlive(_, var fence, var replyTo) -> {
        if (lease != null && lease.fence() == fence) {
          replyTo.tell(new LeaseNews.Alive(fence, Duration.ZERO));
        }
        yield this;
      }
      case SessionMessage.Joined _,
          SessionMessage.Refused _,
          SessionMessage.Drained _,
          SessionMessage.Close _,
          SessionMessage.FromWorker _,
          SessionMessage.Rejoin _,
          SessionMessage.GroupBorn _,
          SessionMessage.JoinDue _,
          SessionMessage.DrainDue _,
          SessionMessage.HeartbeatDue _ ->
          this;
    };
  }

  private WorkerLease lease() {
    if (lease == null) {
      throw new IllegalStateException("nothing was delivered yet");
    }
    return lease;
  }

  private SubRunLog log() {
    if (log == null) {
      throw new IllegalStateException("nothing was delivered yet");
    }
    return log;
  }

  private static RunId run(WorkerLease lease) {
    return SubRuns.id(lease.execution(), lease.fence());
  }

  private String name() {
    return lease == null ? "a run that a step starts" : "run " + run(lease);
  }

  private Behavior<Message> begin(WorkerLease given) {
    Instant now = world.clock().instant();
    lease = given;
    log = new SubRunLog(world, given, worker(run(given)), life);
    end = given.timeout().map(now::plus);
    armTime();
    return switch (life) {
      case FIRST -> start();
      case FURTHER -> {
        possible = true;
        doubtful = now.plus(IN_FLIGHT);
        yield find();
      }
    };
  }

  // The step's time.

  private void armTime() {
    end.ifPresent(
        over -> {
          Duration left = Duration.between(world.clock().instant(), over);
          timers.startSingleTimer(
              "time",
              new Message.TimeDue(),
              left.compareTo(ExecutionTimers.LONGEST) > 0 ? ExecutionTimers.LONGEST : left);
        });
  }

  private Behavior<Message> timeDue() {
    if (end.filter(world.clock().instant()::isBefore).isPresent()) {
      armTime();
      return this;
    }
    return halt(Halt.TIMED_OUT);
  }

  // Starting.

  /** Looks for the run that may be there: what else it needs to be started may be so no more. */
  private Behavior<Message> find() {
    getContext()
        .pipeToSelf(
            world.runs().find(lease()),
            (answer, failure) ->
                failure == null
                    ? new Message.Found(answer)
                    : new Message.Unanswered(new Message.FindDue(), failure));
    return this;
  }

  private Behavior<Message> found(Answer<RunHead, RunRejection> answer) {
    return switch (answer) {
      case Answer.Accepted<RunHead, RunRejection>(var head) -> {
        begun(head, life == Life.FIRST ? "started" : "goes on with");
        yield took(head);
      }
      case Answer.Refused<RunHead, RunRejection> _ when halt == Halt.NONE -> start();
      case Answer.Refused<RunHead, RunRejection> _ -> {
        if (!world.clock().instant().isBefore(doubtful)) {
          yield neverStarted();
        }
        timers.startSingleTimer("find", new Message.FindDue(), AGAIN);
        yield this;
      }
    };
  }

  private Behavior<Message> start() {
    if (halt != Halt.NONE) {
      return neverStarted();
    }
    StartPermit given = new StartPermit();
    permit = given;
    getContext()
        .pipeToSelf(
            world.runs().start(lease(), target(), given),
            (start, failure) ->
                failure == null
                    ? new Message.Started(given, start)
                    : new Message.StartFailed(given, failure));
    return this;
  }

  private SubRunPlan.Target target() {
    SubRunPlan plan = task.subRun().orElseThrow();
    return lease().operation() == Operation.ROLLBACK ? plan.undo().orElseThrow() : plan.execute();
  }

  private Behavior<Message> started(SubRuns.Start start) {
    permit = null;
    return switch (start) {
      case SubRuns.Start.Begun(var head) -> {
        begun(head, "started");
        yield took(head);
      }
      case SubRuns.Start.Refused(var reason, var message, var permanent) ->
          finish(
              halt == Halt.STOPPED
                  ? new Result.Stopped("STOPPED")
                  : new Result.Failed(reason, message, permanent),
              "no run was started: " + message);
      case SubRuns.Start.Withdrawn _ ->
          throw new IllegalStateException("a start was withdrawn that is waited for");
    };
  }

  private Behavior<Message> startFailed(StartPermit given, Throwable cause) {
    permit = null;
    if (given.used()) {
      possible = true;
      doubtful = world.clock().instant().plus(IN_FLIGHT);
    }
    trouble("%s of workflow %s is not started yet".formatted(name(), target().workflow()), cause);
    if (halt != Halt.NONE && !possible) {
      return neverStarted();
    }
    timers.startSingleTimer("find", new Message.FindDue(), AGAIN);
    return this;
  }

  /** The step is stopped, or its time is over, and no run was started nor will be. */
  private Behavior<Message> neverStarted() {
    halted();
    String line =
        "no run was started before "
            + (halt == Halt.TIMED_OUT ? "the step's time was over" : "the step was stopped");
    return finish(
        halt == Halt.TIMED_OUT
            ? new Result.Failed("TIMED_OUT", line, false)
            : new Result.Stopped("STOPPED"),
        line);
  }

  private void begun(RunHead head, String how) {
    begun = head;
    trouble = "";
    String run =
        "run %s of workflow %s, version %d"
            .formatted(
                head.id(), head.header().definition().name(), head.header().definitionVersion());
    // The life before this may have had no time to say that it started the run.
    write(stored -> (stored == 0 ? "started" : how) + " " + run, false);
  }

  /** Goes on with the run that is there. */
  private Behavior<Message> took(RunHead head) {
    if (head.status().ended()) {
      return finish(result(head), ended(head));
    }
    if (halt != Halt.NONE) {
      stopRun();
    }
    return look();
  }

  private void write(String line) {
    write(_ -> line, false);
  }

  private CompletionStage<Long> write(LongFunction<String> line, boolean last) {
    ExecutionId of = lease().execution();
    return log()
        .write(line, last)
        .whenComplete(
            (_, failure) -> {
              if (failure != null) {
                LOG.warn("{}: a line of its log is lost: {}", of, failure.toString());
              }
            });
  }

  // Waiting for its end.

  private Behavior<Message> look() {
    getContext()
        .pipeToSelf(
            world.runs().await(lease(), LOOK),
            (answer, failure) ->
                failure == null
                    ? new Message.Looked(answer)
                    : new Message.Unanswered(new Message.LookDue(), failure));
    return this;
  }

  private Behavior<Message> looked(Answer<RunHead, RunRejection> answer) {
    return switch (answer) {
      case Answer.Accepted<RunHead, RunRejection>(var head) -> looked(head);
      case Answer.Refused<RunHead, RunRejection>(var rejection) -> {
        begun = null;
        yield heard(
            new Message.Unanswered(
                new Message.FindDue(), new IllegalStateException("answered " + rejection)));
      }
    };
  }

  private Behavior<Message> looked(RunHead head) {
    begun = head;
    trouble = "";
    if (head.status().ended()) {
      return finish(result(head), ended(head));
    }
    if (halt != Halt.NONE && head.status() != RunStatus.TERMINATING) {
      // Not stopped yet, or an operator had it go on.
      stopRun();
    }
    return look();
  }

  private static String ended(RunHead head) {
    return "run %s ended %s%s%s"
        .formatted(
            head.id(),
            head.status(),
            head.reason().isEmpty() ? "" : ": " + head.reason(),
            head.failure().map(step -> ", step " + step.task() + " " + step.status()).orElse(""));
  }

  private Result result(RunHead head) {
    if (head.status() == RunStatus.SUCCEEDED) {
      return lease().operation() == Operation.ROLLBACK
          ? new Result.Succeeded(Map.of())
          : given(head);
    }
    return switch (halt) {
      case STOPPED -> new Result.Stopped("STOPPED");
      case TIMED_OUT ->
          new Result.Failed("TIMED_OUT", ended(head) + ", since the step's time was over", false);
      case NONE ->
          // What no attempt below can mend, none here can either: else each level begins anew.
          head.failure().filter(step -> step.reason().equals(SubRuns.TOO_DEEP)).isPresent()
              ? new Result.Failed(SubRuns.TOO_DEEP, ended(head), true)
              : new Result.Failed("RUN_FAILED", ended(head), false);
    };
  }

  /** The outputs that the step declares, out of those of the run. */
  private Result given(RunHead head) {
    Map<String, Payload> outputs = new HashMap<>();
    List<String> mistakes = new ArrayList<>();
    for (OutputPlan declared : task.outputs()) {
      Payload output = head.outputs().get(declared.name());
      if (output == null) {
        mistakes.add("gave no output \"%s\"".formatted(declared.name()));
      } else if (!declared.type().accepts(output.type())) {
        mistakes.add(
            "gave output \"%s\" as %s, not %s"
                .formatted(declared.name(), output.type(), declared.type()));
      } else {
        outputs.put(declared.name(), output);
      }
    }
    return mistakes.isEmpty()
        ? new Result.Succeeded(outputs)
        : new Result.Failed(
            "OUTPUT_INVALID",
            "run %s succeeded, but %s".formatted(head.id(), String.join("; ", mistakes)),
            false);
  }

  // Ending it before its time.

  private Behavior<Message> halt(Halt why) {
    if (report != null) {
      return this;
    }
    if (halted) {
      halted();
    }
    if (halt != Halt.NONE) {
      return this;
    }
    halt = why;
    if (begun != null) {
      return stopRun();
    }
    if (lease == null || permit != null && !permit.withdraw()) {
      // What becomes of the start is to be known first.
      return this;
    }
    boolean looksFor = permit == null;
    permit = null;
    if (!possible) {
      return neverStarted();
    }
    return looksFor ? this : find();
  }

  /** A stop is confirmed once nothing new begins in the run. */
  private void halted() {
    halted = true;
    execution.tell(new ExecutionMessage.Own.SubRunHalted(lease().fence()));
  }

  private Behavior<Message> stopRun() {
    if (begun == null) {
      return this;
    }
    String because =
        "%s step %s of run %s"
            .formatted(
                halt == Halt.TIMED_OUT ? "timeout of" : "stop of",
                lease().execution().task(),
                lease().execution().run());
    getContext()
        .pipeToSelf(
            world.runs().stop(lease(), begun, because),
            (answer, failure) ->
                failure == null
                    ? new Message.StopAnswered(answer)
                    : new Message.Unanswered(new Message.StopDue(), failure));
    return this;
  }

  /** Whether it was stopped or had ended: its end will tell. */
  private Behavior<Message> stopAnswered(Answer<RunHead, RunRejection> answer) {
    if (answer instanceof Answer.Refused<RunHead, RunRejection>(var rejection)) {
      LOG.debug("{} was not stopped: {}", name(), rejection);
    }
    halted();
    return this;
  }

  // Reporting.

  /** Ends the log first: once the end is reported, nobody else would. */
  private Behavior<Message> finish(Result result, String line) {
    WorkerLease of = lease();
    report = new WorkerReport(of.execution(), of.fence(), of.token(), result, line);
    getContext()
        .pipeToSelf(
            write(_ -> line, true)
                .toCompletableFuture()
                .copy()
                .orTimeout(LOG_PATIENCE.toMillis(), TimeUnit.MILLISECONDS),
            (_, _) -> new Message.Logged());
    return this;
  }

  private Behavior<Message> report() {
    if (report != null) {
      execution.tell(new ExecutionMessage.Reported(report, session));
      timers.startSingleTimer("report", new Message.ReportDue(), REPORT_AGAIN);
    }
    return this;
  }
}
