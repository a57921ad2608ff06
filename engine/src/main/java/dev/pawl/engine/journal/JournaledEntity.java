package dev.pawl.engine.journal;

import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.persistence.typed.JournalPersistFailed;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.RecoveryFailed;
import org.apache.pekko.persistence.typed.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.Recovery;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/**
 * An entity whose state is its facts in the journal, and that begins again when the journal fails
 * it. Only one whose facts have no end has snapshots.
 *
 * @param <M> what it is told
 * @param <F> what it stores
 * @param <S> what it folds them to
 */
public abstract class JournaledEntity<M, F, S> extends EventSourcedBehavior<M, F, S> {
  // Should the newest not be read, all facts are: the one before it is there for whoever looks why.
  private static final int SNAPSHOTS_KEPT = 2;

  private final String persistenceId;
  private final SnapshotSelectionCriteria begins;
  private final RetentionCriteria snapshots;

  /** Its {@code persistenceId} is one of {@link PersistenceIds}. */
  protected JournaledEntity(String persistenceId) {
    this(persistenceId, SnapshotSelectionCriteria.none(), RetentionCriteria.disabled());
  }

  /**
   * One whose facts have no end.
   *
   * @param factsApart so many facts are from one snapshot to the next
   */
  protected JournaledEntity(String persistenceId, int factsApart) {
    this(
        persistenceId,
        SnapshotSelectionCriteria.latest(),
        RetentionCriteria.snapshotEvery(factsApart, SNAPSHOTS_KEPT));
  }

  private JournaledEntity(
      String persistenceId, SnapshotSelectionCriteria begins, RetentionCriteria snapshots) {
    super(PersistenceId.ofUniqueId(persistenceId), JournalFailures.beginAgain());
    this.persistenceId = persistenceId;
    this.begins = begins;
    this.snapshots = snapshots;
  }

  @Override
  public final Recovery recovery() {
    return Recovery.withSnapshotSelectionCriteria(begins);
  }

  @Override
  public final RetentionCriteria retentionCriteria() {
    return snapshots;
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
   * All its facts are read, or those behind its snapshot. After a failed write this same object
   * goes on, with its timers gone: what it keeps beside the state must begin anew.
   */
  protected void recovered(S state) {}

  /** It ends on this node, since it left or since its shard moves to another. */
  protected void stopped(S state) {}
}
