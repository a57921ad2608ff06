package dev.pawl.bench.history.ack;

import dev.pawl.bench.history.Call;
import dev.pawl.bench.history.Change;
import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.evidence.EntityJournal;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.Operation;
import dev.pawl.bench.history.reference.Legality;
import java.util.List;
import java.util.Optional;

/** What a command does when it is carried out. */
final class Commands {
  private Commands() {}

  /** Whether a command of this verb leaves such a fact. */
  static boolean fits(Call.Verb verb, Change change) {
    return switch (verb) {
      case SUBMIT -> change instanceof Change.Submitted;
      case START -> change instanceof Change.RunCreated;
      case PAUSE -> change instanceof Change.PauseBegan;
      case CONTINUE -> change instanceof Change.Continued;
      case STOP -> change instanceof Change.RunStopBegan;
      case GET, WAIT, LIST -> false;
    };
  }

  /**
   * Whether an OK that names this sequence is right without a fact of its own: it was so already.
   */
  static boolean alreadySo(Evidence evidence, Operation operation, long sequence) {
    Optional<EntityJournal> journal = evidence.journal(operation.entity());
    if (journal.isEmpty()) {
      return false;
    }
    return switch (operation.invoked().verb()) {
      case PAUSE, CONTINUE, STOP ->
          Legality.ofRuns()
              .allows(
                  journal.get().stateAt(sequence),
                  operation.invoked().verb().name(),
                  Legality.Outcome.NOOP);
      // The same content again adds no version.
      case SUBMIT -> journal.get().at(sequence).isPresent();
      case START, GET, WAIT, LIST -> false;
    };
  }

  /** Whether this operation, and none before it, may have made the fact of its request. */
  static boolean first(Evidence evidence, Operation operation) {
    List<Operation> same = evidence.request(operation.invoked().requestId());
    return same.isEmpty() || same.getFirst() == operation;
  }

  /** The only fact of the operation's request. */
  static Optional<Fact> effect(Evidence evidence, Operation operation) {
    List<Fact> effects = evidence.effects(operation.invoked().requestId());
    return effects.size() == 1 ? Optional.of(effects.getFirst()) : Optional.empty();
  }
}
