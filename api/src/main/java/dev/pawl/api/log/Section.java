package dev.pawl.api.log;

import dev.pawl.engine.execution.AttemptView;
import dev.pawl.engine.log.LogSection;
import java.util.Optional;

/**
 * The log of one attempt, and what its execution knows of the attempt.
 *
 * @param stored without a line when the attempt wrote none
 * @param attempt empty when it is not among the newest of the execution
 */
record Section(LogSection stored, Optional<AttemptView> attempt) {

  /** Whether lines may come: the attempt is at work, as far as anybody knows. */
  boolean live() {
    return !stored.ended() && attempt.flatMap(AttemptView::endedAt).isEmpty();
  }
}
