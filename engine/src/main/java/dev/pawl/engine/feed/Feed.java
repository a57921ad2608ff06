package dev.pawl.engine.feed;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Everything that is stored, in one total order (epoch, transaction, row number) that never shows a
 * row later that sorts before one already shown.
 *
 * <p>Readers pull: nothing is buffered for one that does not ask. What is recent comes from memory,
 * what is older from the journal.
 */
public interface Feed {

  /** The place of the newest entry shown: "now". */
  FeedPosition head();

  /**
   * The entries behind a place, at most so many; waits until there is at least one, or until {@link
   * #close}d, when the list is empty. Fails with {@link FeedExpired} below the retention floor.
   */
  CompletionStage<List<FeedEntry>> read(FeedPosition after, int max);

  /**
   * Tells the feed that something was stored just now; cheap, coalesced, never needed for truth.
   */
  void hint();
}
