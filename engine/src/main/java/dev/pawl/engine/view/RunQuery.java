package dev.pawl.engine.view;

/**
 * One page of a list of runs.
 *
 * @param size the most rows
 */
public record RunQuery(RunFilter filter, RunOrder order, Start start, int size) {

  /** Where the page begins. */
  public sealed interface Start {
    record First() implements Start {}

    /** Behind the row of this key, which a page of the same filter and order gave. */
    record Behind(String key) implements Start {}

    /**
     * At this page, from 1. All rows of the list are counted then; what begins meanwhile moves the
     * pages.
     */
    record Numbered(int page) implements Start {}
  }
}
