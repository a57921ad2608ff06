package dev.pawl.engine.object;

import dev.pawl.engine.access.ObjectName;
import java.time.Instant;

/**
 * An object of which somebody said that it is gone.
 *
 * @param deletedAt runs that were created up to then are about it; later ones about another of the
 *     same name
 * @param principal who said so
 */
public record DeletedObject(
    ObjectName object, Instant deletedAt, String principal, String reason) {}
