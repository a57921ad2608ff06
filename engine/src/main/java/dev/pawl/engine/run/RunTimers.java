package dev.pawl.engine.run;

import dev.pawl.engine.run.RunMessage.Own;
import dev.pawl.engine.run.RunState.Live;
import dev.pawl.engine.run.RunState.Phase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** What a run waits for by the clock: never stored, it follows from the state. */
final class RunTimers {
  private static final String DIRECT = "direct";
  private static final String DEADLINE = "deadline";
  private static final String PAUSE = "pause";
  private static final String LOCKS = "locks";
  private static final String PLAN = "plan";

  private static final Duration TELL_AGAIN = Duration.ofSeconds(2);
  private static final Duration REFRESH = Duration.ofSeconds(30);
  private static final Duration PLAN_AGAIN = Duration.ofSeconds(5);

  /** The scheduler refuses more than some 248 days: what is due later is looked at again. */
  private static final Duration LONGEST = Duration.ofDays(1);

  private final TimerScheduler<RunMessage> timers;
  private final InstantSource clock;

  RunTimers(TimerScheduler<RunMessage> timers, InstantSource clock) {
    this.timers = timers;
    this.clock = clock;
  }

  /** Its deadline, as long as it counts, and the end of its pause. */
  void arm(Live live) {
    live.trail()
        .deadline()
        .filter(_ -> !(live.phase() instanceof Phase.Terminating))
        .ifPresent(
            deadline -> timers.startSingleTimer(DEADLINE, new Own.DeadlineDue(), until(deadline)));
    RunDecider.pause(live)
        .flatMap(RunState.Pause::until)
        .ifPresentOrElse(
            due -> timers.startSingleTimer(PAUSE, new Own.PauseOver(), until(due)),
            () -> timers.cancel(PAUSE));
  }

  /** Tell the executions again: soon when some have not confirmed, else now and then. */
  void direct(boolean confirmed) {
    timers.startSingleTimer(DIRECT, new Own.DirectDue(), confirmed ? REFRESH : TELL_AGAIN);
  }

  boolean isDirectArmed() {
    return timers.isTimerActive(DIRECT);
  }

  /** Say to the locks again what was not answered. */
  void locks() {
    timers.startSingleTimer(LOCKS, new Own.LocksDue(), TELL_AGAIN);
  }

  boolean isLocksArmed() {
    return timers.isTimerActive(LOCKS);
  }

  void loadPlanAgain(String hash) {
    timers.startSingleTimer(PLAN, new Own.PlanDue(hash), PLAN_AGAIN);
  }

  void cancelAll() {
    timers.cancelAll();
  }

  private Duration until(Instant due) {
    Duration wait = Duration.between(clock.instant(), due);
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }
}
