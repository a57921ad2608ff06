package dev.pawl.engine.feed;

/** The place asked for is below the retention floor: entries behind it are gone. */
public final class FeedExpired extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public FeedExpired(String message) {
    super(message);
  }
}
