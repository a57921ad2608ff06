package dev.pawl.bench.wrong;

import dev.pawl.engine.content.Payload;
import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.execution.Directive;
import dev.pawl.engine.execution.ExecutionEvent;
import dev.pawl.engine.execution.ExecutionRejection;
import dev.pawl.engine.execution.ExecutionState;
import dev.pawl.engine.execution.ExecutionState.Lease;
import dev.pawl.engine.execution.ExecutionStatus;
import dev.pawl.engine.run.StepEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** What executions may do wrong, as what is put into their methods. */
@NullMarked
final class WrongExecutions {
  private WrongExecutions() {}

  /** A report under an old fence is taken for one of the lease that is current. */
  public static final class StaleReport {
    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) ExecutionState state,
        @Advice.Return(readOnly = false) Optional<Lease> held) {
      held = current(state, held);
    }

    public static Optional<Lease> current(ExecutionState state, Optional<Lease> held) {
      if (held.isPresent() || !(state instanceof ExecutionState.Leased(_, var lease, _))) {
        return held;
      }
      Deeds.did();
      return Optional.of(lease);
    }
  }

  /** A further attempt has the fence of the one before. */
  public static final class SameFence {
    @Advice.OnMethodExit
    static void exit(
        @Advice.Return(readOnly = false) Decision<ExecutionEvent, ExecutionRejection> decision) {
      decision = unraised(decision);
    }

    public static Decision<ExecutionEvent, ExecutionRejection> unraised(
        Decision<ExecutionEvent, ExecutionRejection> decision) {
      if (decision instanceof Decision.Accept(var events)
          && events.getFirst() instanceof ExecutionEvent.Leased leased
          && leased.fence() > 1) {
        Deeds.did();
        return Decision.accept(
            List.<ExecutionEvent>of(
                new ExecutionEvent.Leased(
                    leased.spec(),
                    leased.fence() - 1,
                    leased.round(),
                    leased.attempt(),
                    leased.operation(),
                    leased.backward(),
                    leased.worker(),
                    leased.incarnation())));
      }
      return decision;
    }
  }

  /** The number of the attempt begins anew with each. */
  public static final class FirstAgain {
    @Advice.OnMethodExit
    static void exit(
        @Advice.Return(readOnly = false) Decision<ExecutionEvent, ExecutionRejection> decision) {
      decision = first(decision);
    }

    public static Decision<ExecutionEvent, ExecutionRejection> first(
        Decision<ExecutionEvent, ExecutionRejection> decision) {
      if (decision instanceof Decision.Accept(var events)
          && events.getFirst() instanceof ExecutionEvent.Leased leased
          && leased.attempt() == 2) {
        Deeds.did();
        return Decision.accept(
            List.<ExecutionEvent>of(
                new ExecutionEvent.Leased(
                    leased.spec(),
                    leased.fence(),
                    leased.round(),
                    1,
                    leased.operation(),
                    leased.backward(),
                    leased.worker(),
                    leased.incarnation())));
      }
      return decision;
    }
  }

  /** No attempt waits for the one before to be some time ago. */
  public static final class NoBackoff {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) Duration wait) {
      Deeds.did();
      wait = Duration.ZERO;
    }
  }

  /** One attempt does not count. */
  public static final class OneAttemptMore {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) int counted) {
      Deeds.did();
      counted--;
    }
  }

  /** The first attempt counts twice. */
  public static final class OneAttemptLess {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) int counted) {
      Deeds.did();
      counted++;
    }
  }

  /** A failure for good is taken for one that a further attempt may mend. */
  public static final class NeverPermanent {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) boolean permanent) {
      if (permanent) {
        Deeds.did();
      }
      permanent = false;
    }
  }

  /** A success is stored with the outputs of the success before it. */
  public static final class OutputsOfAnother {
    private static final AtomicReference<@Nullable Map<String, Payload>> last =
        new AtomicReference<>();

    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) Map<String, Payload> outputs) {
      outputs = before(outputs);
    }

    public static Map<String, Payload> before(Map<String, Payload> outputs) {
      if (outputs.isEmpty()) {
        return outputs;
      }
      Map<String, Payload> another = last.getAndSet(outputs);
      if (another == null) {
        return outputs;
      }
      Deeds.did();
      return another;
    }
  }

  /** What waits for its next attempt begins it though its run is to hold. */
  public static final class RetryInPause {
    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) ExecutionState state,
        @Advice.FieldValue("directive") Directive directive,
        @Advice.Return(readOnly = false) boolean may) {
      may = may || regardless(state, directive);
    }

    public static boolean regardless(ExecutionState state, @Nullable Directive directive) {
      if (directive == null
          || directive.order() != Directive.Order.HOLD
          || !(state instanceof ExecutionState.RetryWait)) {
        return false;
      }
      Deeds.did();
      return true;
    }
  }

  /** A worker is told half of the time that an attempt has. */
  public static final class HalfTheTimeout {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) Duration left) {
      Deeds.did();
      left = left.dividedBy(2);
    }
  }

  /** A worker is thought lost that was silent for shorter than its heartbeats are apart. */
  public static final class NoPatience {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) Duration patience) {
      Deeds.did();
      patience = Duration.ofMillis(700);
    }
  }

  /** The clock falls back by a second now and then. */
  public static final class ClockFallsBack {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) Instant now) {
      if (Deeds.each(10)) {
        now = now.minusSeconds(1);
      }
    }
  }

  /** A run is told that a task that failed has succeeded. */
  public static final class FailureAsSuccess {
    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) ExecutionStatus status,
        @Advice.Return(readOnly = false) StepEnd.Outcome outcome) {
      if (status == ExecutionStatus.FAILED) {
        Deeds.did();
        outcome = StepEnd.Outcome.SUCCEEDED;
      }
    }
  }
}
