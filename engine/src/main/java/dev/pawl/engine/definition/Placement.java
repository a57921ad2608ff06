package dev.pawl.engine.definition;

import java.util.Optional;

/** Which free worker of the group is taken. */
public sealed interface Placement {

  /** The only worker that may be taken; empty when any may. */
  default Optional<String> only() {
    return switch (this) {
      case Only(var worker) -> Optional.of(worker);
      case Any _, Prefer _ -> Optional.empty();
    };
  }

  /** Any worker. */
  record Any() implements Placement {}

  /** This worker when it has a free slot, else any. */
  record Prefer(String worker) implements Placement {}

  /** This worker, waited for. */
  record Only(String worker) implements Placement {}
}
