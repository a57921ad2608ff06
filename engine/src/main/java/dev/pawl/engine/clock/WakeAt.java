package dev.pawl.engine.clock;

import dev.pawl.engine.execution.ExecutionEvent;
import dev.pawl.engine.feed.FeedEntry;
import dev.pawl.engine.lock.LockStatus;
import dev.pawl.engine.operation.OperationStatus;
import dev.pawl.engine.run.RunEvent;
import dev.pawl.engine.run.RunFact;
import dev.pawl.engine.run.RunHeader;
import dev.pawl.engine.run.RunStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * When an entity must be woken, should nothing else do it, as its last fact says.
 *
 * <p>Timers die with the node that holds them; this is what brings an entity back then. Who needs
 * no waking takes a wake-up for nothing.
 */
public final class WakeAt {
  /** The first look at whether an entity that owes something is still alive. */
  public static final Duration RECHECK = Duration.ofSeconds(10);

  private WakeAt() {}

  /** When to wake the entity of this fact; empty when it owes nothing until its next fact. */
  public static Optional<Instant> of(FeedEntry lastFact) {
    return switch (lastFact) {
      case FeedEntry.OfDefinition _ -> Optional.empty();
      // As long as somebody holds something it is asked whether that is so.
      case FeedEntry.OfLock lock ->
          switch (LockStatus.valueOf(lock.fact().after())) {
            case FREE -> Optional.empty();
            case HELD -> Optional.of(lock.fact().at().plus(RECHECK));
          };
      case FeedEntry.OfRun run -> of(run.fact(), run.header());
      case FeedEntry.OfExecution execution -> {
        Instant at = execution.fact().at();
        yield switch (execution.fact().event()) {
          case ExecutionEvent.Leased _, ExecutionEvent.StopBegan _, ExecutionEvent.Stopped _ ->
              Optional.of(at.plus(RECHECK));
          case ExecutionEvent.AttemptFailed failed -> Optional.of(failed.nextAttemptAt());
          case ExecutionEvent.Undone _ -> Optional.of(at);
          case ExecutionEvent.Ended _ -> Optional.empty();
        };
      }
      case FeedEntry.OfOperation operation ->
          OperationStatus.valueOf(operation.fact().after()).ended()
              ? Optional.empty()
              : Optional.of(operation.fact().at().plus(RECHECK));
    };
  }

  /**
   * The instant of this fact's entity that no back-off may put off: a run's deadline, as long as it
   * counts.
   */
  public static Optional<Instant> deadline(FeedEntry lastFact) {
    return switch (lastFact) {
      case FeedEntry.OfDefinition _,
          FeedEntry.OfExecution _,
          FeedEntry.OfOperation _,
          FeedEntry.OfLock _ ->
          Optional.empty();
      case FeedEntry.OfRun run ->
          switch (RunStatus.valueOf(run.fact().after())) {
            case RUNNING, PAUSING -> ahead(run.fact(), run.header());
            case PAUSED -> earliest(ahead(run.fact(), run.header()), pauseEnd(run.fact()));
            case TERMINATING,
                ROLLING_BACK,
                SUCCEEDED,
                FAILED,
                TERMINATED,
                ROLLED_BACK,
                ROLLBACK_FAILED ->
                Optional.empty();
          };
    };
  }

  /**
   * The deadline that the run began with. One that is past belongs to a run that went on after its
   * end: when that times out the run knows, which the recheck keeps in memory.
   */
  private static Optional<Instant> ahead(RunFact fact, RunHeader header) {
    return header.deadline().filter(deadline -> deadline.isAfter(fact.at()));
  }

  /** When a pause ends by itself, if this is the fact that says so. */
  private static Optional<Instant> pauseEnd(RunFact fact) {
    return fact.event() instanceof RunEvent.Paused(var until) ? until : Optional.empty();
  }

  private static Optional<Instant> earliest(Optional<Instant> one, Optional<Instant> other) {
    return Stream.of(one, other).flatMap(Optional::stream).min(Comparator.naturalOrder());
  }

  private static Optional<Instant> of(RunFact fact, RunHeader header) {
    Instant recheck = fact.at().plus(RECHECK);
    return switch (RunStatus.valueOf(fact.after())) {
      case RUNNING, PAUSING ->
          Optional.of(ahead(fact, header).filter(recheck::isAfter).orElse(recheck));
      case PAUSED ->
          fact.event() instanceof RunEvent.Paused
              ? earliest(
                  header
                      .deadline()
                      .map(deadline -> deadline.isAfter(fact.at()) ? deadline : recheck),
                  pauseEnd(fact))
              // What this fact does not say the run knows.
              : Optional.of(recheck);
      case TERMINATING, ROLLING_BACK -> Optional.of(recheck);
      case SUCCEEDED, FAILED, TERMINATED, ROLLED_BACK, ROLLBACK_FAILED -> Optional.empty();
    };
  }
}
