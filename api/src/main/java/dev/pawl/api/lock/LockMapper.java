package dev.pawl.api.lock;

import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.value.Timestamps;
import dev.pawl.engine.journal.PersistenceIds;
import dev.pawl.engine.lock.LockId;
import dev.pawl.engine.lock.LockName;
import dev.pawl.engine.lock.LockView;
import dev.pawl.engine.run.RunHead.RunLock;
import dev.pawl.engine.view.LockRow;
import dev.pawl.v1.Lock;
import dev.pawl.v1.LockState;
import dev.pawl.v1.Revision;

/** Locks as the contract shows them. */
public final class LockMapper {
  private LockMapper() {}

  static Lock toLock(LockRow row) {
    return begin(row.project(), row.lock())
        .setState(LockState.LOCK_STATE_HELD)
        .setHolder(ResourceNames.ofRun(row.project(), row.run()))
        .setInitiator(row.initiator())
        .setAcquireTime(Timestamps.of(row.since()))
        .setVersion(row.version())
        .build();
  }

  static Lock toLock(String project, LockView view) {
    Lock.Builder lock =
        begin(project, view.lock())
            .setState(
                view.hold().isPresent() ? LockState.LOCK_STATE_HELD : LockState.LOCK_STATE_FREE)
            .setRevision(
                Revision.newBuilder()
                    .setEntity(PersistenceIds.of(new LockId(project, view.lock().scope())))
                    .setSequence(view.sequence()));
    view.hold()
        .ifPresent(
            hold ->
                lock.setHolder(ResourceNames.ofRun(project, hold.run()))
                    .setInitiator(hold.initiator())
                    .setAcquireTime(Timestamps.of(hold.since()))
                    .setVersion(hold.taken()));
    view.last().ifPresent(run -> lock.setLastHolder(ResourceNames.ofRun(project, run)));
    return lock.build();
  }

  /** A lock as its run shows it. */
  public static dev.pawl.v1.RunLock toRunLock(RunLock lock) {
    dev.pawl.v1.RunLock.Builder shown =
        dev.pawl.v1.RunLock.newBuilder()
            .setScope(lock.lock().scope())
            .setState(
                switch (lock.hand()) {
                  case HELD -> LockState.LOCK_STATE_HELD;
                  case RELEASED -> LockState.LOCK_STATE_RELEASED;
                  case LOST -> LockState.LOCK_STATE_LOST;
                })
            .setLostTo(lock.lostTo())
            .setLostBecause(lock.lostBecause());
    lock.lock().key().ifPresent(shown::setKey);
    return shown.build();
  }

  private static Lock.Builder begin(String project, LockName name) {
    Lock.Builder lock =
        Lock.newBuilder()
            .setName(ResourceNames.ofLocks(new LockId(project, name.scope())))
            .setScope(name.scope());
    name.key().ifPresent(lock::setKey);
    return lock;
  }
}
