package dev.pawl.engine.definition;

import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.DefinitionMessage.HeadAnswer;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.wire.Admission;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/** Definitions as sharded entities, one type for each kind. */
public final class ShardedDefinitions implements Definitions {
  private final ClusterSharding sharding;
  private final Admission admission;
  private final Duration timeout;
  private final Map<DefinitionKind, EntityTypeKey<DefinitionMessage>> types;

  public ShardedDefinitions(
      ClusterSharding sharding, Admission admission, Duration timeout, InstantSource clock) {
    this.sharding = sharding;
    this.admission = admission;
    this.timeout = timeout;
    this.types = new EnumMap<>(DefinitionKind.class);
    for (DefinitionKind kind : DefinitionKind.values()) {
      EntityTypeKey<DefinitionMessage> type =
          EntityTypeKey.create(
              DefinitionMessage.class,
              switch (kind) {
                case WORKFLOW -> "workflow";
                case TASK -> "task";
              });
      types.put(kind, type);
      sharding.init(
          Entity.of(
              type,
              context ->
                  DefinitionEntity.create(DefinitionId.of(kind, context.getEntityId()), clock)));
    }
  }

  private ShardedDefinitions(ShardedDefinitions same, Admission admission) {
    this.sharding = same.sharding;
    this.admission = admission;
    this.timeout = same.timeout;
    this.types = same.types;
  }

  /** The same definitions, for those whom another admission lets in. */
  public Definitions behind(Admission other) {
    return new ShardedDefinitions(this, other);
  }

  @Override
  public CompletionStage<Answer<DefinitionHead, DefinitionRejection>> submit(
      DefinitionId id, String hash, Cause.Command cause, OptionalLong expectedSequence) {
    return admission
        .<HeadAnswer>ask(
            id.resourceName(),
            () ->
                entity(id)
                    .ask(
                        replyTo ->
                            new DefinitionMessage.Execute(
                                new DefinitionCommand.Submit(hash, expectedSequence),
                                cause,
                                replyTo),
                        timeout))
        .thenApply(HeadAnswer::answer);
  }

  @Override
  public CompletionStage<Answer<DefinitionHead, DefinitionRejection>> describe(
      DefinitionId id, OptionalLong version) {
    return admission
        .<HeadAnswer>askUncounted(
            id.resourceName(),
            () ->
                entity(id)
                    .ask(replyTo -> new DefinitionMessage.Describe(version, replyTo), timeout))
        .thenApply(HeadAnswer::answer);
  }

  private EntityRef<DefinitionMessage> entity(DefinitionId id) {
    EntityTypeKey<DefinitionMessage> type = types.get(id.kind());
    if (type == null) {
      throw new IllegalArgumentException("no entities for " + id.kind());
    }
    return sharding.entityRefFor(type, id.entityId());
  }
}
