package dev.pawl.engine.journal;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.pawl.engine.lock.LockEvent;
import dev.pawl.engine.lock.LockFact;
import dev.pawl.engine.lock.LockName;
import dev.pawl.engine.run.RunId;
import java.util.List;
import java.util.Optional;

/** The facts of locks in the journal. */
public final class LockFactSerializer extends FactSerializer<LockFact> {
  /** Stored beside every fact; never changes. */
  public static final int ID = 7_171_005;

  public LockFactSerializer() {
    super(ID, "lock.1", LockFact.class);
  }

  @Override
  byte[] write(LockFact fact) {
    var stored =
        dev.pawl.engine.journal.v1.LockEvent.newBuilder()
            .setCause(FactParts.write(fact.cause()))
            .setAtMicros(FactParts.micros(fact.at()))
            .setBefore(fact.before())
            .setAfter(fact.after());
    switch (fact.event()) {
      case LockEvent.Taken(var run, var version, var initiator, var locks) ->
          stored.setTaken(
              dev.pawl.engine.journal.v1.LockEvent.Taken.newBuilder()
                  .setRun(run.value())
                  .setVersion(version)
                  .setInitiator(initiator)
                  .addAllLocks(write(locks)));
      case LockEvent.Released(var run) ->
          stored.setReleased(
              dev.pawl.engine.journal.v1.LockEvent.Released.newBuilder().setRun(run.value()));
      case LockEvent.Forced(var lock, var run) ->
          stored.setForced(
              dev.pawl.engine.journal.v1.LockEvent.Forced.newBuilder()
                  .setLock(write(lock))
                  .setRun(run.value()));
      case LockEvent.LossHeard(var run, var number) ->
          stored.setLossHeard(
              dev.pawl.engine.journal.v1.LockEvent.LossHeard.newBuilder()
                  .setRun(run.value())
                  .setNumber(number));
    }
    return FactParts.bytes(stored.build());
  }

  @Override
  LockFact parse(byte[] bytes) throws InvalidProtocolBufferException {
    var stored = dev.pawl.engine.journal.v1.LockEvent.parseFrom(bytes);
    LockEvent event =
        switch (stored.getEventCase()) {
          case TAKEN ->
              new LockEvent.Taken(
                  new RunId(stored.getTaken().getRun()),
                  stored.getTaken().getVersion(),
                  stored.getTaken().getInitiator(),
                  read(stored.getTaken().getLocksList()));
          case RELEASED -> new LockEvent.Released(new RunId(stored.getReleased().getRun()));
          case FORCED ->
              new LockEvent.Forced(
                  read(stored.getForced().getLock()), new RunId(stored.getForced().getRun()));
          case LOSS_HEARD ->
              new LockEvent.LossHeard(
                  new RunId(stored.getLossHeard().getRun()), stored.getLossHeard().getNumber());
          case EVENT_NOT_SET -> throw FactParts.unknown("lock event", "no known member");
        };
    return new LockFact(
        event,
        FactParts.read(stored.getCause()),
        FactParts.instant(stored.getAtMicros()),
        stored.getBefore(),
        stored.getAfter());
  }

  static List<dev.pawl.engine.journal.v1.LockName> write(List<LockName> locks) {
    return locks.stream().map(LockFactSerializer::write).toList();
  }

  static dev.pawl.engine.journal.v1.LockName write(LockName lock) {
    var stored = dev.pawl.engine.journal.v1.LockName.newBuilder().setScope(lock.scope());
    lock.key().ifPresent(stored::setKey);
    return stored.build();
  }

  static List<LockName> read(List<dev.pawl.engine.journal.v1.LockName> stored) {
    return stored.stream().map(LockFactSerializer::read).toList();
  }

  static LockName read(dev.pawl.engine.journal.v1.LockName stored) {
    return new LockName(
        stored.getScope(), stored.hasKey() ? Optional.of(stored.getKey()) : Optional.empty());
  }
}
