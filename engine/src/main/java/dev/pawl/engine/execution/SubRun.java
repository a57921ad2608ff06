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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
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
 * run and goes on.
 */
final class SubRun extends AbstractBehavior<SubRun.Message> {
  private static final Logger LOG = LoggerFactory.getLogger(SubRun.class);
  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final Duration LOOK = Duration.ofSeconds(30);
  private static final Duration REPORT_AGAIN = Duration.ofSeconds(5);

  private final TimerScheduler<Message> timers;
  private final TaskPlan task;
  private final SubRunWorld world;
  private final ActorRef<ExecutionMessage> execution;
  private final ActorRef<SessionMessage> session;

  private @Nullable WorkerLease lease;
  private @Nullable SubRunLog log;
  private @Nullable RunHead begun;
  private Halt halt = Halt.NONE;
  private @Nullable WorkerReport report;

  /** Whether the log was told that what is asked gets no answer. */
  private boolean troubled;

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

    record Started(SubRuns.Start start) implements Message {}

    record Looked(Answer<RunHead, RunRejection> answer) implements Message {}

    record StopAnswered(Answer<RunHead, RunRejection> answer) implements Message {}

    /** What it asked for got no answer. */
    record Unanswered(Message again, Throwable cause) implements Message {}

    record StartDue() implements Message {}

    record LookDue() implements Message {}

    record StopDue() implements Message {}

    record TimeOver() implements Message {}

    record ReportDue() implements Message {}
  }

  /**
   * The behaviour of one.
   *
   * @param hello told once how it is spoken to
   */
  static Behavior<Message> create(
      TaskPlan task,
      SubRunWorld world,
      ActorRef<ExecutionMessage> execution,
      Consumer<ActorRef<SessionMessage>> hello) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  SubRun subRun = new SubRun(context, timers, task, world, execution);
                  hello.accept(subRun.session);
                  return subRun;
                }));
  }

  private SubRun(
      ActorContext<Message> context,
      TimerScheduler<Message> timers,
      TaskPlan task,
      SubRunWorld world,
      ActorRef<ExecutionMessage> execution) {
    super(context);
    this.timers = timers;
    this.task = task;
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
    return newReceiveBuilder().onMessage(Message.class, this::heard).build();
  }

  private Behavior<Message> heard(Message message) {
    return switch (message) {
      case Message.Told(var told) -> told(told);
      case Message.Started(var start) -> {
        troubled = false;
        yield started(start);
      }
      case Message.Looked(var answer) -> {
        troubled = false;
        yield looked(answer);
      }
      case Message.StopAnswered(var answer) -> stopAnswered(answer);
      case Message.Unanswered(var again, var cause) -> {
        if (!troubled) {
          LOG.warn("{} does not answer, trying again: {}", name(), cause.toString());
        }
        troubled = true;
        timers.startSingleTimer(again, again, AGAIN);
        yield this;
      }
      case Message.StartDue _ -> start();
      case Message.LookDue _ -> look();
      case Message.StopDue _ -> stopRun();
      case Message.TimeOver _ -> halt(Halt.TIMED_OUT);
      case Message.ReportDue _ -> report();
    };
  }

  private Behavior<Message> told(SessionMessage told) {
    return switch (told) {
      case SessionMessage.Deliver(var given) -> {
        if (lease != null) {
          yield this;
        }
        lease = given;
        log = new SubRunLog(world, given, worker(run(given)));
        given
            .timeout()
            .ifPresent(left -> timers.startSingleTimer("time", new Message.TimeOver(), left));
        yield start();
      }
      case SessionMessage.Acknowledge _ -> Behaviors.stopped();
      case SessionMessage.StopWork(_, _, _, _, var drop) ->
          drop ? Behaviors.stopped() : halt(Halt.STOPPED);
      case SessionMessage.AskAlive(_, var fence, var replyTo) -> {
        replyTo.tell(new LeaseNews.Alive(fence, Duration.ZERO));
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

  // Starting.

  private Behavior<Message> start() {
    getContext()
        .pipeToSelf(
            world.runs().start(lease(), target()),
            (start, failure) ->
                failure == null
                    ? new Message.Started(start)
                    : new Message.Unanswered(new Message.StartDue(), failure));
    return this;
  }

  private SubRunPlan.Target target() {
    SubRunPlan plan = task.subRun().orElseThrow();
    return lease().operation() == Operation.ROLLBACK ? plan.undo().orElseThrow() : plan.execute();
  }

  private Behavior<Message> started(SubRuns.Start start) {
    return switch (start) {
      case SubRuns.Start.Begun(var head) -> {
        begun = head;
        write(
            "started run %s of workflow %s, version %d"
                .formatted(
                    head.id(),
                    head.header().definition().name(),
                    head.header().definitionVersion()),
            false);
        if (halt != Halt.NONE) {
          stopRun();
        }
        yield look();
      }
      case SubRuns.Start.Refused(var reason, var message, var permanent) ->
          finish(
              halt == Halt.STOPPED
                  ? new Result.Stopped("STOPPED")
                  : new Result.Failed(reason, message, permanent),
              "no run was started: " + message);
    };
  }

  private void write(String line, boolean last) {
    log()
        .write(line, last)
        .whenComplete(
            (_, failure) -> {
              if (failure != null) {
                LOG.warn("{}: a line of its step's log is lost: {}", line, failure.toString());
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
      case Answer.Accepted<RunHead, RunRejection>(var head) ->
          head.status().ended() ? finish(result(head), ended(head)) : look();
      case Answer.Refused<RunHead, RunRejection>(var rejection) ->
          heard(
              new Message.Unanswered(
                  new Message.StartDue(), new IllegalStateException("answered " + rejection)));
    };
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
      case NONE -> new Result.Failed("RUN_FAILED", ended(head), false);
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
    if (halt == Halt.NONE && report == null) {
      halt = why;
      return begun == null ? this : stopRun();
    }
    return this;
  }

  private Behavior<Message> stopRun() {
    if (report != null || begun == null) {
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
            world.runs().stop(lease(), begun.header().initiator(), because),
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
    return this;
  }

  // Reporting.

  private Behavior<Message> finish(Result result, String line) {
    write(line, true);
    WorkerLease of = lease();
    report = new WorkerReport(of.execution(), of.fence(), of.token(), result, line);
    return report();
  }

  private Behavior<Message> report() {
    if (report != null) {
      execution.tell(new ExecutionMessage.Reported(report, session));
      timers.startSingleTimer("report", new Message.ReportDue(), REPORT_AGAIN);
    }
    return this;
  }
}
