package dev.pawl.engine.lock;

import dev.pawl.engine.journal.Requests;
import dev.pawl.engine.run.RunId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.pcollections.TreePMap;

/**
 * Where the locks of one scope stand.
 *
 * @param holds who holds which now
 * @param past who took which last
 * @param losses what was taken from runs that have not heard of it
 * @param sequence the scope's count of facts
 * @param lastAt when the last fact was
 */
public record LockState(
    TreePMap<LockName, Hold> holds,
    Past past,
    List<Loss> losses,
    long sequence,
    Instant lastAt,
    Requests requests) {

  /** Nothing was ever locked. */
  public static final LockState NEW =
      new LockState(TreePMap.empty(), Past.NONE, List.of(), 0, Instant.EPOCH, Requests.NONE);

  public LockState {
    losses = List.copyOf(losses);
  }

  /**
   * A state of which these parts are known.
   *
   * @param takings who took which last, of those that were taken last
   * @param forgotten the latest number of what {@code takings} no longer tells
   */
  public static LockState of(
      Map<LockName, Hold> holds,
      Map<LockName, Taking> takings,
      long forgotten,
      List<Loss> losses,
      long sequence,
      Instant lastAt,
      Requests requests) {
    return new LockState(
        TreePMap.from(holds), Past.of(takings, forgotten), losses, sequence, lastAt, requests);
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
