package dev.pawl.engine.feed;

/**
 * A place in the feed's total order.
 *
 * @param epoch raised when the database's identity or timeline changed
 * @param xid the transaction that wrote the row
 * @param ordering the row's number
 */
public record FeedPosition(long epoch, long xid, long ordering)
    implements Comparable<FeedPosition> {

  /** Before everything. */
  public static final FeedPosition BEGINNING = new FeedPosition(0, 0, 0);

  @Override
  public int compareTo(FeedPosition other) {
    int byEpoch = Long.compare(epoch, other.epoch);
    if (byEpoch != 0) {
      return byEpoch;
    }
    int byXid = Long.compare(xid, other.xid);
    return byXid != 0 ? byXid : Long.compare(ordering, other.ordering);
  }
}
