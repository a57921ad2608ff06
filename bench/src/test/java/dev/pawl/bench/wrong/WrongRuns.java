package dev.pawl.bench.wrong;

import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.execution.Directive.Order;
import dev.pawl.engine.journal.Requests;
import dev.pawl.engine.run.RunEvent;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunMessage.HeadAnswer;
import dev.pawl.engine.run.RunRejection;
import dev.pawl.engine.run.RunState;
import dev.pawl.engine.run.RunState.Live;
import dev.pawl.engine.run.RunState.Phase;
import dev.pawl.engine.run.RunStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.NullMarked;

/** What runs may do wrong, as what is put into their methods. */
@NullMarked
final class WrongRuns {
  private WrongRuns() {}

  /** A task that needs several others does not wait for the last of them. */
  public static final class OneNeedLess {
    @Advice.OnMethodEnter
    static void enter(@Advice.Argument(1) int[] missing) {
      less(missing);
    }

    public static void less(int[] missing) {
      for (int task = 0; task < missing.length; task++) {
        if (missing[task] > 1) {
          missing[task]--;
          Deeds.did();
        }
      }
    }
  }

  /** The limit of tasks in flight is none. */
  public static final class NoLimit {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) int limit) {
      Deeds.did();
      limit = Integer.MAX_VALUE;
    }
  }

  /** A command's expected version is not looked at. */
  public static final class AnyVersion {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) OptionalLong expected) {
      if (expected.isPresent()) {
        Deeds.did();
      }
      expected = OptionalLong.empty();
    }
  }

  /** No request is remembered. */
  public static final class Forgetful {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) Optional<Requests.Remembered> known) {
      if (known.isPresent()) {
        Deeds.did();
      }
      known = Optional.empty();
    }
  }

  /** A run that is told to stop goes on releasing its tasks. */
  public static final class StopReleases {
    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) RunState.Live live, @Advice.Return(readOnly = false) Order order) {
      order = regardless(live, order);
    }

    public static Order regardless(Live live, Order order) {
      if (!(live.phase() instanceof Phase.Terminating(var reason))
          || reason != RunEvent.StopReason.STOPPED) {
        return order;
      }
      Deeds.did();
      return Order.GO;
    }
  }

  /** A run of which a task failed goes on to release others. */
  public static final class FailureReleases {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) Order order) {
      if (order == Order.FINISH) {
        Deeds.did();
        order = Order.GO;
      }
    }
  }

  /** A run's deadline is looked at in a day. */
  public static final class NoDeadline {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) Duration wait) {
      Deeds.did();
      wait = Duration.ofDays(1);
    }
  }

  /** A pause of what is paused already is stored. */
  public static final class PauseAgain {
    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) RunState state,
        @Advice.Argument(2) RunVerb verb,
        @Advice.Return(readOnly = false) Decision<RunEvent, RunRejection> decision) {
      decision = again(state, verb, decision);
    }

    public static Decision<RunEvent, RunRejection> again(
        RunState state, RunVerb verb, Decision<RunEvent, RunRejection> decision) {
      if (verb != RunVerb.PAUSE
          || !(state instanceof Live(_, Phase.Pausing _, _, _))
              && !(state instanceof Live(_, Phase.Paused _, _, _))) {
        return decision;
      }
      Deeds.did();
      return Decision.accept(List.<RunEvent>of(new RunEvent.PauseBegan(false)));
    }
  }

  /** A pause of what runs is now and then refused as if its state did not allow it. */
  public static final class PauseRefused {
    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) RunState state,
        @Advice.Argument(2) RunVerb verb,
        @Advice.Return(readOnly = false) Decision<RunEvent, RunRejection> decision) {
      decision = refused(state, verb, decision);
    }

    public static Decision<RunEvent, RunRejection> refused(
        RunState state, RunVerb verb, Decision<RunEvent, RunRejection> decision) {
      return verb == RunVerb.PAUSE
              && state instanceof Live(_, Phase.Running _, _, _)
              && Deeds.each(4)
          ? Decision.reject(new RunRejection.StateConflict(verb, RunStatus.RUNNING, List.of(), ""))
          : decision;
    }
  }

  /** A command is answered with the number of another fact than the one it left. */
  public static final class AnotherFact {
    @Advice.OnMethodEnter
    static void enter(@Advice.Argument(value = 1, readOnly = false) long sequence) {
      if (sequence > 1 && Deeds.each(3)) {
        sequence--;
      }
    }
  }

  /** Who reads a run is answered what was so when it was read first. */
  public static final class OldState {
    private static final Map<String, HeadAnswer> first = new ConcurrentHashMap<>();

    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) HeadAnswer answer) {
      answer = old(answer);
    }

    public static HeadAnswer old(HeadAnswer answer) {
      if (!(answer.answer() instanceof Answer.Accepted<RunHead, RunRejection>(var head))) {
        return answer;
      }
      HeadAnswer known = first.putIfAbsent(head.id().value(), answer);
      if (known == null || head.status().ended()) {
        // Who waits for an end would wait for ever.
        return answer;
      }
      Deeds.did();
      return known;
    }
  }
}
