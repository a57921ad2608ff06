package dev.pawl.engine.journal;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.pawl.engine.definition.DefinitionEvent;
import dev.pawl.engine.definition.DefinitionFact;

/** The facts of definitions in the journal. */
public final class DefinitionFactSerializer extends FactSerializer<DefinitionFact> {
  /** Stored beside every fact; never changes. */
  public static final int ID = 7_171_001;

  public DefinitionFactSerializer() {
    super(ID, "definition.1", DefinitionFact.class);
  }

  @Override
  byte[] write(DefinitionFact fact) {
    var stored =
        dev.pawl.engine.journal.v1.DefinitionEvent.newBuilder()
            .setCause(FactParts.write(fact.cause()))
            .setAtMicros(FactParts.micros(fact.at()))
            .setBefore(fact.before())
            .setAfter(fact.after());
    switch (fact.event()) {
      case DefinitionEvent.Submitted(var version, var hash) ->
          stored.setSubmitted(
              dev.pawl.engine.journal.v1.DefinitionEvent.Submitted.newBuilder()
                  .setVersion(version)
                  .setHash(FactParts.hash(hash)));
    }
    return FactParts.bytes(stored.build());
  }

  @Override
  DefinitionFact parse(byte[] bytes) throws InvalidProtocolBufferException {
    var stored = dev.pawl.engine.journal.v1.DefinitionEvent.parseFrom(bytes);
    DefinitionEvent event =
        switch (stored.getEventCase()) {
          case SUBMITTED ->
              new DefinitionEvent.Submitted(
                  stored.getSubmitted().getVersion(),
                  FactParts.hex(stored.getSubmitted().getHash()));
          case EVENT_NOT_SET -> throw FactParts.unknown("definition event", "no known member");
        };
    return new DefinitionFact(
        event,
        FactParts.read(stored.getCause()),
        FactParts.instant(stored.getAtMicros()),
        stored.getBefore(),
        stored.getAfter());
  }
}
