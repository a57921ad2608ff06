package dev.pawl.engine.run;

import dev.pawl.engine.execution.ExecutionEntity;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.ExecutionMessage;
import dev.pawl.engine.execution.ExecutionWorld;
import dev.pawl.engine.wire.Passivation;
import java.util.List;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.ShardingMessageExtractor;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityContext;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/**
 * Runs and their executions as one sharded type: the shard follows from the run's id alone, so that
 * a run and its executions share a node and talk in memory.
 */
public final class RunShards {
  /** Changed only by a full stop of the cluster. */
  public static final int SHARDS = 256;

  private static final String RUN = "run";
  private static final String EXECUTION = "execution";
  private static final EntityTypeKey<RunFamily> TYPE = EntityTypeKey.create(RunFamily.class, RUN);

  private final ClusterSharding sharding;

  public RunShards(ClusterSharding sharding) {
    this.sharding = sharding;
  }

  /** The kinds of entities that a type of shards holds: executions live in those of runs. */
  public static List<String> kinds(String type) {
    return type.equals(RUN) ? List.of(RUN, EXECUTION) : List.of(type);
  }

  /** What kind of entity this is. */
  public static String kind(String type, String entityId) {
    return type.equals(RUN) && isExecution(entityId) ? EXECUTION : type;
  }

  private static boolean isExecution(String entityId) {
    return entityId.indexOf('/') >= 0;
  }

  /** Makes the entities live here. */
  public void init(ActorSystem<?> system, RunWorld runs, ExecutionWorld executions) {
    sharding.init(
        Entity.of(TYPE, context -> behavior(context, runs, executions))
            .withMessageExtractor(new ByRun())
            .withSettings(Passivation.byEntity(system)));
  }

  /** Behaviours take the messages of their kind: the entity id says which kind that is. */
  @SuppressWarnings("unchecked")
  private static Behavior<RunFamily> behavior(
      EntityContext<RunFamily> context, RunWorld runs, ExecutionWorld executions) {
    String entityId = context.getEntityId();
    Behavior<?> behavior =
        isExecution(entityId)
            ? ExecutionEntity.create(ExecutionId.of(entityId), context.getShard(), executions)
            : RunEntity.create(new RunId(entityId), context.getShard(), runs);
    return (Behavior<RunFamily>) behavior;
  }

  /** Tells a run something. */
  public void tell(RunId run, RunMessage message) {
    run(run).tell(message);
  }

  /** Tells an execution something. */
  public void tell(ExecutionId execution, ExecutionMessage message) {
    execution(execution).tell(message);
  }

  EntityRef<RunFamily> run(RunId run) {
    return sharding.entityRefFor(TYPE, run.value());
  }

  /** The entity of an execution. */
  public EntityRef<RunFamily> execution(ExecutionId execution) {
    return sharding.entityRefFor(TYPE, execution.entityId());
  }

  /** The shard of an entity follows from its run's id. */
  private static final class ByRun
      extends ShardingMessageExtractor<ShardingEnvelope<RunFamily>, RunFamily> {
    @Override
    public String entityId(ShardingEnvelope<RunFamily> envelope) {
      return envelope.entityId();
    }

    @Override
    public String shardId(String entityId) {
      int slash = entityId.indexOf('/');
      String run = slash < 0 ? entityId : entityId.substring(0, slash);
      return Integer.toString(Math.floorMod(run.hashCode(), SHARDS));
    }

    @Override
    public RunFamily unwrapMessage(ShardingEnvelope<RunFamily> envelope) {
      return envelope.message();
    }
  }
}
