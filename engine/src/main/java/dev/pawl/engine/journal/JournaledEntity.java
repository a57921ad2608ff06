package dev.pawl.engine.journal;

import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.persistence.typed.JournalPersistFailed;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.RecoveryFailed;
import org.apache.pekko.persistence.typed.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.Recovery;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/**
 * An entity whose state is its facts in the journal, without snapshots, and that begins again when
 * the journal fails it.
 *
 * @param <M> what it is told
 * @param <F> what it stores
 * @param <S> what it folds them to
 */
public abstract class JournaledEntity<M, F, S> extends EventSourcedBehavior<M, F, S> {
  private final String persistenceId;

  /** Its {@code persistenceId} is one of {@link PersistenceIds}. */
  protected JournaledEntity(String persistenceId) {
    super(PersistenceId.ofUniqueId(persistenceId), JournalFailures.beginAgain());
    this.persistenceId = persistenceId;
  }

  @Override
  public final Recovery recovery() {
    return Recovery.withSnapshotSelectionCriteria(SnapshotSelectionCriteria.none());
  }

  @Override
  public final SignalHandler<S> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.instance(), this::recovered)
        .onSignal(RecoveryFailed.class, (_, failed) -> journalFailed(failed.getFailure()))
        .onSignal(JournalPersistFailed.class, (_, failed) -> journalFailed(failed.failure()))
        .onSignal(PostStop.instance(), this::stopped)
        .build();
  }

  private void journalFailed(Throwable failure) {
    JournalFailures.log(persistenceId, failure);
  }

  /**
   * All its facts are read. After a failed write this same object goes on, with its timers gone:
   * what it keeps beside the state must begin anew.
   */
  protected void recovered(S state) {}

  /** It ends on this node, since it left or since its shard moves to another. */
  protected void stopped(S state) {}
}
