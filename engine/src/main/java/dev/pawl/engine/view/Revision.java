package dev.pawl.engine.view;

/**
 * One point in the life of one entity: a list that is given it waits until it shows it.
 *
 * @param entity the entity's persistence id
 * @param sequence its count of stored facts
 */
public record Revision(String entity, long sequence) {}
