package dev.pawl.engine.operation;

import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.decider.Unavailable;
import dev.pawl.engine.journal.Cause;
import dev.pawl.engine.operation.OperationMessage.HeadAnswer;
import dev.pawl.engine.operation.OperationMessage.ItemsAnswer;
import dev.pawl.engine.wire.Admission;
import dev.pawl.engine.wire.Passivation;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.japi.function.Function;

/** Operations as sharded entities. */
public final class ShardedOperations implements Operations {
  private static final EntityTypeKey<OperationMessage> TYPE =
      EntityTypeKey.create(OperationMessage.class, "operation");

  /** Who waits is known to the operation in memory only, which may move: ask again. */
  private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

  private final ClusterSharding sharding;
  private final OperationFiles files;
  private final Admission admission;
  private final Duration timeout;
  private final InstantSource clock;

  public ShardedOperations(
      ClusterSharding sharding,
      OperationFiles files,
      Admission admission,
      Duration timeout,
      InstantSource clock) {
    this.sharding = sharding;
    this.files = files;
    this.admission = admission;
    this.timeout = timeout;
    this.clock = clock;
  }

  /** Makes the entities live here. */
  public void init(ActorSystem<?> system, OperationWorld world) {
    sharding.init(
        Entity.of(
                TYPE,
                context ->
                    OperationEntity.create(
                        new OperationId(context.getEntityId()), context.getShard(), world))
            .withSettings(Passivation.byEntity(system)));
  }

  /** Tells an operation something. */
  public void tell(OperationId id, OperationMessage message) {
    entity(id).tell(message);
  }

  @Override
  public CompletionStage<Answer<OperationHead, OperationRejection>> start(
      OperationId id, String project, OperationWork work, Cause.Command cause) {
    return head(id, replyTo -> new OperationMessage.Start(project, work, cause, replyTo));
  }

  @Override
  public CompletionStage<Answer<OperationHead, OperationRejection>> describe(
      String project, OperationId id) {
    return head(id, replyTo -> new OperationMessage.Describe(project, replyTo));
  }

  @Override
  public CompletionStage<Answer<Told, OperationRejection>> cancel(
      String project, OperationId id, Cause.Command cause) {
    return ask(id, replyTo -> new OperationMessage.Cancel(project, cause, replyTo))
        .thenApply(
            answered ->
                switch (answered.answer()) {
                  case Answer.Accepted<OperationHead, OperationRejection>(var head) ->
                      new Answer.Accepted<>(new Told(head, !answered.unchanged()));
                  case Answer.Refused<OperationHead, OperationRejection>(var rejection) ->
                      new Answer.Refused<>(rejection);
                });
  }

  @Override
  public CompletionStage<Answer<OperationHead, OperationRejection>> await(
      String project, OperationId id, long knownSequence, Duration atMost) {
    if (!atMost.isPositive()) {
      return describe(project, id);
    }
    Duration now = atMost.compareTo(ASK_AGAIN) > 0 ? ASK_AGAIN : atMost;
    Duration left = atMost.minus(now);
    return admission
        .<HeadAnswer>askUncounted(
            "operation " + id,
            () ->
                entity(id)
                    .ask(
                        replyTo ->
                            new OperationMessage.Await(
                                project, knownSequence, clock.instant().plus(now), replyTo),
                        now))
        .thenApply(HeadAnswer::answer)
        .exceptionallyCompose(
            failure -> {
              Throwable cause =
                  failure instanceof CompletionException && failure.getCause() != null
                      ? failure.getCause()
                      : failure;
              return cause instanceof Unavailable
                  ? await(project, id, knownSequence, left)
                  : CompletableFuture.failedFuture(failure);
            });
  }

  @Override
  public CompletionStage<Answer<ItemPage, OperationRejection>> items(
      String project, OperationId id, int from, int size) {
    return admission
        .<ItemsAnswer>ask(
            "operation " + id,
            () ->
                entity(id)
                    .ask(
                        replyTo -> new OperationMessage.ListItems(project, from, size, replyTo),
                        timeout))
        .thenApply(ItemsAnswer::answer);
  }

  @Override
  public CompletionStage<Optional<byte[]>> chunk(OperationId id, OperationFile file, int chunk) {
    return files.read(id, file.attempt(), chunk);
  }

  private CompletionStage<Answer<OperationHead, OperationRejection>> head(
      OperationId id, Function<ActorRef<HeadAnswer>, OperationMessage> question) {
    return ask(id, question).thenApply(HeadAnswer::answer);
  }

  private CompletionStage<HeadAnswer> ask(
      OperationId id, Function<ActorRef<HeadAnswer>, OperationMessage> question) {
    return admission.ask("operation " + id, () -> entity(id).ask(question, timeout));
  }

  private EntityRef<OperationMessage> entity(OperationId id) {
    return sharding.entityRefFor(TYPE, id.value());
  }
}
