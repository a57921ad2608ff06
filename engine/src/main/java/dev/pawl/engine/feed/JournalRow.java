package dev.pawl.engine.feed;

/** One row of the journal as the feed reads it, not decoded. */
record JournalRow(
    FeedPosition position,
    String persistenceId,
    long sequence,
    int serializer,
    String manifest,
    byte[] payload) {}
