package dev.pawl.bench.history.watch;

import dev.pawl.bench.history.Watch;
import dev.pawl.bench.history.evidence.Evidence;
import dev.pawl.bench.history.evidence.Subscriber;
import dev.pawl.bench.history.invariant.Findings;
import dev.pawl.bench.history.invariant.Invariant;
import java.util.List;

/** F-7. That the cursor works is F-2, once somebody goes on with it. */
public final class EndsWithReason extends Invariant {
  public EndsWithReason() {
    super(
        "F-7",
        "a server ends a subscription only with a reason and, once it sent something, a cursor");
  }

  @Override
  public void judge(Evidence evidence, Findings findings) {
    for (Subscriber subscriber : evidence.subscribers()) {
      List<Subscriber.Stream> streams = subscriber.streams();
      for (Subscriber.Stream stream : streams) {
        stream
            .closed()
            .filter(closed -> closed.by() == Watch.End.SERVER)
            .ifPresent(
                closed -> {
                  findings.judged();
                  if (closed.reason().isEmpty()) {
                    findings.violated(
                        subscriber.name(),
                        "the server ended the subscription without a reason",
                        stream.opened(),
                        closed);
                  } else if (closed.cursor().isEmpty() && !stream.messages().isEmpty()) {
                    findings.violated(
                        subscriber.name(),
                        "the server ended the subscription without a cursor to go on with",
                        stream.opened(),
                        closed);
                  }
                });
      }
    }
  }
}
