package dev.pawl.bench.history;

/**
 * One row of the journal.
 *
 * @param entity the persistence id
 * @param sequence 1, 2, 3 ... within the entity
 * @param epoch of the database, with xid and ordering the place in the feed
 * @param ordering in which rows were inserted: a fact that was committed before another was decided
 *     has the lower one
 * @param writer the incarnation of the entity that wrote it
 * @param at as stored
 * @param before the state as stored; empty before the first fact
 * @param after the state as stored
 */
public record Fact(
    String entity,
    long sequence,
    long epoch,
    long xid,
    long ordering,
    String writer,
    long at,
    String before,
    String after,
    Cause cause,
    Change change)
    implements Observation {

  /** What a watch must have shown of it: the same text as {@link Watch.Delivered#shown()}. */
  public String shown() {
    return shown(at, before, after, cause, change);
  }

  /** A fact as a watch shows it, in one line. */
  public static String shown(long at, String before, String after, Cause cause, Change change) {
    return at + " " + before + ">" + after + " " + change.shown() + " by " + cause.shown();
  }
}
