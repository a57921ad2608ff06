package dev.pawl.engine.definition;

import static dev.pawl.engine.decider.Decision.accept;
import static dev.pawl.engine.decider.Decision.reject;
import static dev.pawl.engine.decider.Decision.unchanged;

import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.definition.DefinitionCommand.Submit;
import dev.pawl.engine.definition.DefinitionEvent.Submitted;
import dev.pawl.engine.definition.DefinitionRejection.RequestIdReused;
import dev.pawl.engine.definition.DefinitionRejection.VersionMismatch;
import dev.pawl.engine.definition.DefinitionState.Absent;
import dev.pawl.engine.definition.DefinitionState.Active;
import dev.pawl.engine.definition.DefinitionState.Version;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.journal.Requests;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rules of one workflow, or of one task that stands alone, as two pure functions: C3.1. */
final class DefinitionDecider {
  private static final Absent ABSENT = new Absent();

  private DefinitionDecider() {}

  static Absent absent() {
    return ABSENT;
  }

  static Decision<DefinitionEvent, DefinitionRejection> decide(
      DefinitionState state, DefinitionCommand command, Cause.Command cause) {
    return switch (command) {
      case Submit submit -> submit(state, submit, cause);
    };
  }

  private static Decision<DefinitionEvent, DefinitionRejection> submit(
      DefinitionState state, Submit submit, Cause.Command cause) {
    Optional<Requests.Remembered> known = known(state, cause);
    if (known.isPresent()) {
      return known.get().bodyHash().equals(cause.bodyHash())
          ? unchanged()
          : reject(new RequestIdReused());
    }
    long sequence = sequence(state);
    if (submit.expectedSequence().isPresent()
        && submit.expectedSequence().getAsLong() != sequence) {
      return reject(new VersionMismatch(submit.expectedSequence().getAsLong(), sequence));
    }
    return switch (state) {
      case Absent _ -> accept(new Submitted(1, submit.hash()));
      case Active active when active.newest().hash().equals(submit.hash()) -> unchanged();
      case Active active -> accept(new Submitted(active.newest().number() + 1, submit.hash()));
    };
  }

  /** What is remembered of the request behind a command. */
  static Optional<Requests.Remembered> known(DefinitionState state, Cause.Command cause) {
    return switch (state) {
      case Absent _ -> Optional.empty();
      case Active active -> active.requests().find(cause.requestId());
    };
  }

  static long sequence(DefinitionState state) {
    return switch (state) {
      case Absent _ -> 0;
      case Active active -> active.sequence();
    };
  }

  static DefinitionState evolve(DefinitionState state, DefinitionFact fact) {
    return switch (fact.event()) {
      case Submitted(var number, var hash) -> {
        Version version = new Version(number, hash, fact.at());
        yield switch (state) {
          case Absent _ ->
              new Active(
                  List.of(version),
                  fact.cause() instanceof Cause.Command command ? command.principal() : "",
                  1,
                  fact.at(),
                  Requests.NONE.after(fact.cause(), 1, fact.at()));
          case Active active -> {
            List<Version> versions = new ArrayList<>(active.versions());
            versions.add(version);
            long sequence = active.sequence() + 1;
            yield new Active(
                versions,
                active.creator(),
                sequence,
                fact.at(),
                active.requests().after(fact.cause(), sequence, fact.at()));
          }
        };
      }
    };
  }

  /** The fact that an event makes of a state. */
  static DefinitionFact fact(
      DefinitionState state, DefinitionEvent event, Cause cause, Instant at) {
    return new DefinitionFact(
        event,
        cause.stored(),
        at,
        state instanceof Absent ? "" : DefinitionStatus.ACTIVE.name(),
        DefinitionStatus.ACTIVE.name());
  }
}
