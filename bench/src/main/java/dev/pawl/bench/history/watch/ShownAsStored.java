package dev.pawl.bench.history.watch;

import dev.pawl.bench.history.Fact;
import dev.pawl.bench.history.Watch;
import dev.pawl.bench.history.evidence.EntityJournal;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.Names;
import dev.pawl.bench.history.evidence.Subscriber;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;

/** F-3. */
public final class ShownAsStored extends Invariant {
  public ShownAsStored() {
    super("F-3", "a message says what its fact says, a snapshot's row what the journal comes to");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    Map<Fact, String> shown = new IdentityHashMap<>();
    for (Subscriber subscriber : evidence.subscribers()) {
      for (Subscriber.Stream stream : subscriber.streams()) {
        for (Watch message : stream.messages()) {
          switch (message) {
            case Watch.Delivered delivered -> {
              findings.judged();
              evidence
                  .journal(delivered.entity())
                  .flatMap(journal -> journal.at(delivered.sequence()))
                  .filter(
                      fact -> !shown.computeIfAbsent(fact, Fact::shown).equals(delivered.shown()))
                  .ifPresent(
                      fact ->
                          findings.violated(
                              subscriber.name(),
                              "a message says \"%s\", its fact \"%s\""
                                  .formatted(delivered.shown(), fact.shown()),
                              delivered,
                              fact));
            }
            case Watch.SnapshotRow row -> {
              findings.judged();
              row(evidence, subscriber, row, findings);
            }
            case Watch.Subscribed _, Watch.SnapshotEnd _, Watch.Bookmark _, Watch.Closed _ -> {}
          }
        }
      }
    }
  }

  private static void row(
      Evidence evidence, Subscriber subscriber, Watch.SnapshotRow row, Findings findings) {
    Optional<EntityJournal> journal = evidence.journal(Names.RUN + row.run());
    if (journal.isEmpty() || !journal.get().stateAt(row.sequence()).equals(row.state())) {
      findings.violated(
          subscriber.name(),
          "a snapshot shows run %s %s at sequence %d, where the journal has it otherwise"
              .formatted(row.run(), row.state(), row.sequence()),
          row);
    }
  }
}
