package dev.pawl.engine.lock;

import dev.pawl.engine.journal.Requests;
import dev.pawl.engine.run.RunId;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Where the locks of one scope stand.
 *
 * @param holds who holds which now
 * @param past who took which last, of those that were taken last
 * @param forgotten the latest number of what {@code past} no longer tells
 * @param losses what was taken from runs that have not heard of it
 * @param sequence the scope's count of facts
 * @param lastAt when the last fact was
 */
public record LockState(
    Map<LockName, Hold> holds,
    Map<LockName, Taking> past,
    long forgotten,
    List<Loss> losses,
    long sequence,
    Instant lastAt,
    Requests requests) {

  /** Nothing was ever locked. */
  public static final LockState NEW =
      new LockState(Map.of(), Map.of(), 0, List.of(), 0, Instant.EPOCH, Requests.NONE);

  public LockState {
    holds = Map.copyOf(holds);
    past = Map.copyOf(past);
    losses = List.copyOf(losses);
  }

  /**
   * A lock in a run's hand.
   *
   * @param version of the run, once it had begun or gone on with it
   * @param taken the number of the fact by which the run has it: the lock's version
   */
  public record Hold(RunId run, long version, String initiator, Instant since, long taken) {}

  /** That a run took a lock, with the number of the fact. */
  public record Taking(RunId run, long number) {}

  /**
   * What a run has to hear.
   *
   * @param number of the fact by which it lost the lock
   * @param version of the run, once it had begun or gone on with the lock
   * @param by who took it away
   * @param reason in that caller's words
   */
  public record Loss(
      RunId run, long number, long version, LockName lock, String by, String reason) {}
}
