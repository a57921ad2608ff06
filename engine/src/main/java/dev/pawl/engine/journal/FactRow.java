package dev.pawl.engine.journal;

/**
 * One stored fact, as the table {@code event_journal} has it.
 *
 * @param sequence of the fact within its entity, from 1
 * @param writer which life of the entity wrote it
 * @param writtenAt in milliseconds since 1970, as Pekko saw it; the fact holds the time that counts
 */
record FactRow(
    String persistenceId,
    long sequence,
    String writer,
    long writtenAt,
    int serializer,
    String manifest,
    byte[] payload) {}
