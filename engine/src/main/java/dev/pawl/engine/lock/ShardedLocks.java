package dev.pawl.engine.lock;

import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.lock.LockMessage.ViewAnswer;
import dev.pawl.engine.wire.Admission;
import dev.pawl.engine.wire.Passivation;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/** Locks as sharded entities, one for each scope of a project. */
public final class ShardedLocks implements Locks {
  private static final EntityTypeKey<LockMessage> TYPE =
      EntityTypeKey.create(LockMessage.class, "lock");

  private final ClusterSharding sharding;
  private final Admission admission;
  private final Duration timeout;

  public ShardedLocks(ClusterSharding sharding, Admission admission, Duration timeout) {
    this.sharding = sharding;
    this.admission = admission;
    this.timeout = timeout;
  }

  /** Makes the entities live here. */
  public void init(ActorSystem<?> system, LockWorld world) {
    sharding.init(
        Entity.of(
                TYPE,
                context ->
                    LockEntity.create(LockId.of(context.getEntityId()), context.getShard(), world))
            .withSettings(Passivation.byEntity(system)));
  }

  /** Tells the locks of a scope something. */
  public void tell(LockId scope, LockMessage message) {
    entity(scope).tell(message);
  }

  @Override
  public CompletionStage<Answer<LockView, LockRejection>> describe(String project, LockName lock) {
    LockId id = new LockId(project, lock.scope());
    return admission
        .<ViewAnswer>ask(
            "locks " + id,
            () -> entity(id).ask(replyTo -> new LockMessage.Describe(lock, replyTo), timeout))
        .thenApply(ViewAnswer::answer);
  }

  @Override
  public CompletionStage<Answer<LockView, LockRejection>> force(
      String project, LockName lock, Cause.Command cause, OptionalLong expected, boolean dryRun) {
    LockId id = new LockId(project, lock.scope());
    return admission
        .<ViewAnswer>ask(
            "locks " + id,
            () ->
                entity(id)
                    .ask(
                        replyTo -> new LockMessage.Force(lock, cause, expected, dryRun, replyTo),
                        timeout))
        .thenApply(ViewAnswer::answer);
  }

  private EntityRef<LockMessage> entity(LockId scope) {
    return sharding.entityRefFor(TYPE, scope.entityId());
  }
}
