package dev.pawl.api.page;

import dev.pawl.api.call.ApiErrors;
import dev.pawl.engine.view.Revision;
import java.util.List;

/** Reads what every request for a page carries. */
public final class Pages {
  /** The most rows of one page; who asks for more is refused. */
  public static final int LARGEST = 2_000;

  private static final int MOST_REVISIONS = 100;

  private Pages() {}

  /**
   * The rows wanted.
   *
   * @param usual when the request does not say
   */
  public static int size(int given, int usual) {
    if (given < 0 || given > LARGEST) {
      throw ApiErrors.invalidField(
          "pageSize", "is %,d; must be 0 (for %d) to %,d".formatted(given, usual, LARGEST));
    }
    return given == 0 ? usual : given;
  }

  /** The revisions that a list waits for. */
  public static List<Revision> revisions(List<dev.pawl.v1.Revision> given) {
    if (given.size() > MOST_REVISIONS) {
      throw ApiErrors.invalidField(
          "atLeast", "has %,d revisions; at most %d".formatted(given.size(), MOST_REVISIONS));
    }
    return given.stream()
        .map(revision -> new Revision(revision.getEntity(), revision.getSequence()))
        .toList();
  }
}
