package dev.pawl.api.call;

import dev.pawl.api.access.Tokens;
import dev.pawl.engine.audit.AuditRow;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Whom a server lets do what, and who hears of it.
 *
 * @param tokens empty: callers are taken at their word, and may do everything
 * @param audit told of commands that left no fact
 * @param clock says when
 * @param objects what runs are about, for those whose grants are limited to objects
 */
public record Access(
    Optional<Tokens> tokens, Consumer<AuditRow> audit, InstantSource clock, RunObjects objects) {
  /** Everybody may do everything, and nobody hears of it. */
  public static final Access OPEN =
      new Access(
          Optional.empty(),
          _ -> {},
          () -> Instant.EPOCH,
          _ -> CompletableFuture.completedFuture(List.of()));
}
