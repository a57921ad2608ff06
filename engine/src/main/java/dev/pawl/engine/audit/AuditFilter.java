package dev.pawl.engine.audit;

import java.time.Instant;
import java.util.Optional;

/**
 * Which commands are wanted: all conditions hold together.
 *
 * @param entity the resource name of the run or definition
 * @param step of it
 * @param from the earliest instant
 * @param until the instant before which
 */
public record AuditFilter(
    Optional<String> entity,
    Optional<String> step,
    Optional<String> principal,
    Optional<String> command,
    Optional<AuditOutcome> outcome,
    Optional<Instant> from,
    Optional<Instant> until) {
  /** Every command. */
  public static final AuditFilter ALL =
      new AuditFilter(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
}
