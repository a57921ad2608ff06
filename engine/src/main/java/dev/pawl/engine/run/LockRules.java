package dev.pawl.engine.run;

import static dev.pawl.engine.decider.Decision.accept;
import static dev.pawl.engine.decider.Decision.reject;
import static dev.pawl.engine.decider.Decision.unchanged;

import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.definition.Plan;
import dev.pawl.engine.lock.LockMessage;
import dev.pawl.engine.lock.LockName;
import dev.pawl.engine.lock.LockRejection;
import dev.pawl.engine.run.RunHead.RunLock;
import dev.pawl.engine.run.RunState.Absent;
import dev.pawl.engine.run.RunState.Live;
import java.util.List;
import java.util.Optional;

/**
 * What a run does about its locks (OBS-28, invariant 11): it takes them before it begins, and again
 * before it goes on after its end; it holds them until it has ended well, and when it failed, was
 * stopped or is half undone, too, unless its definition says otherwise, since it may go on from
 * there. A run that a step started goes on only as another run of that step, so it lets go at any
 * end.
 */
final class LockRules {
  private LockRules() {}

  /** Whether a run that is there holds what it took. */
  static boolean holds(RunState state, Plan plan) {
    return switch (state) {
      case Absent _ -> false;
      case Live _ -> true;
      case RunState.Ended ended ->
          switch (ended.status()) {
            case SUCCEEDED, ROLLED_BACK -> false;
            case FAILED, TERMINATED, ROLLBACK_FAILED ->
                ended.header().parent().isEmpty() && !plan.locks().releasedOnFailure();
            case RUNNING, PAUSING, PAUSED, TERMINATING, ROLLING_BACK ->
                throw new IllegalStateException("a run cannot have ended " + ended.status());
          };
    };
  }

  /**
   * What a run says to the locks of a scope that ask. What was taken away from it it does not hold,
   * whatever it holds besides: if it has that again, then for a command that was never stored,
   * since one that is forgets the loss.
   */
  static LockMessage.Holding answer(
      RunId id, RunState state, boolean holds, RunMessage.LocksAsked asked) {
    List<LockName> lost =
        state.past().map(trail -> trail.tenure().lost()).orElse(List.of()).stream()
            .map(RunEvent.LockLost::lock)
            .filter(lock -> lock.scope().equals(asked.scope().scope()))
            .toList();
    return new LockMessage.Holding(id, asked.question(), holds, lost);
  }

  /** Why a run is not started: a lock of the run that starts it says so. */
  static RunRejection refusal(RunHeader header, RunRejection why) {
    return why instanceof RunRejection.LockRefused(LockRejection.Held held)
            && header
                .parent()
                .filter(parent -> parent.execution().run().equals(held.holder()))
                .isPresent()
        ? new RunRejection.LockHeldAbove(held)
        : why;
  }

  /** What must be taken before these events of a run are stored; nothing when empty. */
  static List<LockName> needed(RunState state, List<RunEvent> events) {
    if (events.isEmpty()) {
      return List.of();
    }
    return switch (events.getFirst()) {
      case RunEvent.Created(var header) -> header.locks();
      case RunEvent.Retried _,
          RunEvent.StepPassed _,
          RunEvent.StepRedone _,
          RunEvent.RollbackBegan _,
          RunEvent.Redone _ ->
          state instanceof RunState.Ended ended ? ended.header().locks() : List.of();
      case RunEvent.PauseBegan _,
          RunEvent.Paused _,
          RunEvent.Continued _,
          RunEvent.Reopened _,
          RunEvent.StepsUndone _,
          RunEvent.Passed _,
          RunEvent.StopBegan _,
          RunEvent.StepStopBegan _,
          RunEvent.StepsEnded _,
          RunEvent.LockLost _,
          RunEvent.Ended _ ->
          List.of();
    };
  }

  /**
   * Whether the run goes on from where it stands: then nobody may have had its locks since. A redo
   * does everything anew.
   */
  static boolean goingOn(List<RunEvent> events) {
    return !(events.getFirst() instanceof RunEvent.Created)
        && !(events.getFirst() instanceof RunEvent.Redone);
  }

  static Decision<RunEvent, RunRejection> lose(
      RunState state, Plan plan, RunCommand.LoseLock lose) {
    if (state instanceof Absent) {
      return reject(new RunRejection.NotFound());
    }
    boolean has =
        holds(state, plan)
            && state
                .past()
                .map(RunState.Trail::tenure)
                .filter(tenure -> lose.version() >= tenure.version())
                .filter(tenure -> tenure.lost(lose.lock()).isEmpty())
                .isPresent()
            && state.begun().filter(header -> header.locks().contains(lose.lock())).isPresent();
    return has ? accept(new RunEvent.LockLost(lose.lock(), lose.by(), lose.reason())) : unchanged();
  }

  static List<RunLock> shown(RunState state, Plan plan) {
    return state.begun().map(RunHeader::locks).orElse(List.of()).stream()
        .map(lock -> shown(state, plan, lock))
        .toList();
  }

  private static RunLock shown(RunState state, Plan plan, LockName lock) {
    Optional<RunEvent.LockLost> lost = state.past().flatMap(trail -> trail.tenure().lost(lock));
    if (lost.isPresent()) {
      return new RunLock(lock, RunLock.Hand.LOST, lost.get().by(), lost.get().reason());
    }
    return new RunLock(
        lock, holds(state, plan) ? RunLock.Hand.HELD : RunLock.Hand.RELEASED, "", "");
  }
}
