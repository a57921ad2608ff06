package dev.pawl.engine.lock;

import dev.pawl.engine.lock.LockState.Hold;
import dev.pawl.engine.run.RunId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which holders of a scope's locks have been asked whether they are, and which have said so: what
 * an entity hears, never stored.
 *
 * <p>A holder that says no, of all or of some, loses that, so its answer counts only for the last
 * question, and not at all once it has taken something since that was asked.
 */
final class Holders {
  private final Map<RunId, Long> asked = new HashMap<>();

  /** With the version at which they took their locks. */
  private final Map<RunId, Long> confirmed = new HashMap<>();

  private long questions;

  /**
   * A new life begins.
   *
   * @param floor no question of this life has a number up to it
   */
  void forget(long floor) {
    asked.clear();
    confirmed.clear();
    questions = Math.max(questions, floor);
  }

  /** Who is to be asked again was asked before. */
  void doubtAll() {
    confirmed.clear();
  }

  /** Who holds something and has not said so. */
  List<RunId> unconfirmed(LockState state) {
    return state.holds().values().stream()
        .filter(hold -> !Long.valueOf(hold.version()).equals(confirmed.get(hold.run())))
        .map(Hold::run)
        .distinct()
        .toList();
  }

  /** The number of a question to a holder. */
  long ask(RunId run) {
    asked.put(run, ++questions);
    return questions;
  }

  /** It takes something: whatever it said before is void. */
  void takes(RunId run) {
    asked.remove(run);
    confirmed.remove(run);
  }

  /** Takes in an answer, and says what the holder has to lose of what it holds. */
  List<LockName> denied(LockState state, LockMessage.Holding answer) {
    RunId run = answer.run();
    if (!Optional.of(answer.question()).equals(Optional.ofNullable(asked.get(run)))) {
      return List.of();
    }
    asked.remove(run);
    List<LockName> denied = new ArrayList<>();
    state
        .holds()
        .forEach(
            (lock, hold) -> {
              if (!hold.run().equals(run)) {
                return;
              }
              if (answer.holds() && !answer.lost().contains(lock)) {
                confirmed.put(run, hold.version());
              } else {
                denied.add(lock);
              }
            });
    return denied;
  }
}
