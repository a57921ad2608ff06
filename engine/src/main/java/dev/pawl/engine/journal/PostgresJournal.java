package dev.pawl.engine.journal;

import dev.pawl.engine.journal.JournalTable.Wanted;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.DeleteMessagesFailure;
import org.apache.pekko.persistence.JournalProtocol;
import org.apache.pekko.persistence.PersistentEnvelope;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The journal of all entities of a node, in PostgreSQL.
 *
 * <p>Speaks Pekko's journal protocol itself instead of extending {@code AsyncWriteJournal}: an
 * answer goes from the thread that stored straight to the entity, without the futures, the timer of
 * a circuit breaker and the hops between threads of the usual way. What a circuit breaker is for
 * here follows from the queue: when no connection is to be had, everyone who waits fails at once.
 *
 * <p>The primary key (entity, number) is the fence between two lives of an entity.
 */
public final class PostgresJournal extends AbstractActor {
  private final Serialization serialization = SerializationExtension.get(getContext().getSystem());
  private final Births births;
  private final GroupCommit commit;
  private final GroupRead read;

  /** What is not stored and has not failed yet: who begins meanwhile must wait for it. */
  private final ConcurrentMap<String, PendingWrite> pending = new ConcurrentHashMap<>();

  /** Called by Pekko, by reflection. */
  public PostgresJournal() {
    JournalSetup setup = JournalSetup.of(getContext().getSystem());
    this.births = setup.births();
    int writers = Math.max(1, setup.connections() / 2);
    int readers = Math.max(1, setup.connections() - writers);
    this.commit =
        new GroupCommit(setup.source(), writers, setup.life(), setup.stored(), setup.counts());
    this.read = new GroupRead(setup.source(), readers);
  }

  @Override
  public void postStop() {
    commit.close();
    read.close();
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder()
        .match(JournalProtocol.WriteMessages.class, this::write)
        .match(JournalProtocol.ReplayMessages.class, this::replay)
        .match(
            JournalProtocol.DeleteMessagesTo.class,
            delete ->
                delete
                    .persistentActor()
                    .tell(
                        new DeleteMessagesFailure(
                            new UnsupportedOperationException("facts are never deleted"),
                            delete.toSequenceNr()),
                        getSelf()))
        .build();
  }

  private void write(JournalProtocol.WriteMessages request) {
    List<PersistentRepr> facts = new ArrayList<>();
    for (PersistentEnvelope envelope : CollectionConverters.asJava(request.messages())) {
      facts.addAll(CollectionConverters.asJava(((AtomicWrite) envelope).payload()));
    }
    PendingWrite write = new PendingWrite(request, facts);
    try {
      facts.forEach(fact -> write.rows.add(row(fact)));
    } catch (Exception e) {
      // Scala throws what Java would have to declare: NotSerializableException.
      write.failed(e);
      return;
    }
    // It was in memory when it was announced: from now on there is something to ask for.
    births.take(write.persistenceId());
    pending.put(write.persistenceId(), write);
    commit.add(write);
  }

  private FactRow row(PersistentRepr fact) {
    Object payload = fact.payload();
    Serializer serializer = serialization.findSerializerFor(payload);
    return new FactRow(
        fact.persistenceId(),
        fact.sequenceNr(),
        fact.writerUuid(),
        fact.timestamp(),
        serializer.identifier(),
        Serializers.manifestFor(serializer, payload),
        serializer.toBinary(payload));
  }

  private void replay(JournalProtocol.ReplayMessages request) {
    PendingRead replay = new PendingRead(request);
    PendingWrite before = pending.get(request.persistenceId());
    if (before != null) {
      before.settled.whenComplete((_, _) -> read.add(replay));
    } else if (births.take(request.persistenceId())) {
      replay.complete();
    } else {
      read.add(replay);
    }
  }

  /** The facts of one entity on their way to the disk. */
  private final class PendingWrite implements GroupCommit.Write {
    private final ActorRef entity;
    private final int instance;
    private final List<PersistentRepr> facts;
    private final List<FactRow> rows = new ArrayList<>();
    private final CompletableFuture<Void> settled = new CompletableFuture<>();

    PendingWrite(JournalProtocol.WriteMessages request, List<PersistentRepr> facts) {
      this.entity = request.persistentActor();
      this.instance = request.actorInstanceId();
      this.facts = facts;
    }

    String persistenceId() {
      return facts.getFirst().persistenceId();
    }

    @Override
    public List<FactRow> rows() {
      return rows;
    }

    @Override
    public void stored() {
      settle();
      tell(JournalProtocol.WriteMessagesSuccessful$.MODULE$);
      facts.forEach(fact -> tell(new JournalProtocol.WriteMessageSuccess(fact, instance)));
    }

    @Override
    public void failed(Throwable cause) {
      settle();
      tell(new JournalProtocol.WriteMessagesFailed(cause, 1));
      facts.forEach(fact -> tell(new JournalProtocol.WriteMessageFailure(fact, cause, instance)));
    }

    private void settle() {
      pending.remove(persistenceId(), this);
      settled.complete(null);
    }

    private void tell(Object answer) {
      entity.tell(answer, ActorRef.noSender());
    }
  }

  /** One entity that begins. */
  private final class PendingRead implements GroupRead.Read {
    private final JournalProtocol.ReplayMessages request;
    private long highest;
    private long told;
    private @Nullable Exception wrong;

    PendingRead(JournalProtocol.ReplayMessages request) {
      this.request = request;
      this.highest = request.fromSequenceNr() - 1;
    }

    @Override
    public Wanted wanted() {
      return new Wanted(request.persistenceId(), request.fromSequenceNr());
    }

    @Override
    public void accept(FactRow row) {
      if (wrong != null) {
        return;
      }
      try {
        if (row.sequence() != highest + 1) {
          throw new IllegalStateException(
              "the journal holds fact %d of %s behind fact %d: the ones between are missing"
                  .formatted(row.sequence(), row.persistenceId(), highest));
        }
        highest = row.sequence();
        if (highest <= request.toSequenceNr() && told < request.max()) {
          told++;
          tell(new JournalProtocol.ReplayedMessage(fact(row)));
        }
      } catch (Exception e) {
        // Scala's Try throws what Java would have to declare: NotSerializableException.
        wrong = e;
      }
    }

    private PersistentRepr fact(FactRow row) {
      Object payload =
          serialization.deserialize(row.payload(), row.serializer(), row.manifest()).get();
      return PersistentRepr.apply(
              payload,
              row.sequence(),
              row.persistenceId(),
              PersistentRepr.Undefined(),
              false,
              ActorRef.noSender(),
              row.writer())
          .withTimestamp(row.writtenAt());
    }

    @Override
    public void complete() {
      if (wrong == null) {
        tell(new JournalProtocol.RecoverySuccess(highest));
      } else {
        failed(wrong);
      }
    }

    @Override
    public void failed(Throwable cause) {
      tell(new JournalProtocol.ReplayMessagesFailure(cause));
    }

    private void tell(Object answer) {
      request.persistentActor().tell(answer, ActorRef.noSender());
    }
  }
}
