package dev.pawl.engine.definition;

import dev.pawl.engine.access.Permission;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.decider.Decision;
import dev.pawl.engine.definition.DefinitionMessage.HeadAnswer;
import dev.pawl.engine.definition.DefinitionState.Absent;
import dev.pawl.engine.definition.DefinitionState.Active;
import dev.pawl.engine.definition.DefinitionState.Version;
import dev.pawl.engine.journal.JournaledEntity;
import dev.pawl.engine.journal.PersistenceIds;
import dev.pawl.engine.journal.Requests;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;

/** Keeps one definition alive in the cluster: asks {@link DefinitionDecider}, journals, answers. */
public final class DefinitionEntity
    extends JournaledEntity<DefinitionMessage, DefinitionFact, DefinitionState> {
  private final DefinitionId id;
  private final InstantSource clock;

  /** The behaviour of one definition. */
  public static Behavior<DefinitionMessage> create(DefinitionId id, InstantSource clock) {
    return new DefinitionEntity(id, clock);
  }

  private DefinitionEntity(DefinitionId id, InstantSource clock) {
    super(PersistenceIds.of(id));
    this.id = id;
    this.clock = clock;
  }

  @Override
  public DefinitionState emptyState() {
    return DefinitionDecider.absent();
  }

  @Override
  public EventHandler<DefinitionState, DefinitionFact> eventHandler() {
    return DefinitionDecider::evolve;
  }

  @Override
  public CommandHandler<DefinitionMessage, DefinitionFact, DefinitionState> commandHandler() {
    return (state, message) ->
        switch (message) {
          case DefinitionMessage.Execute execute -> execute(state, execute);
          case DefinitionMessage.Describe(var version, var replyTo) -> {
            replyTo.tell(new HeadAnswer(describe(state, version)));
            yield Effect().none();
          }
        };
  }

  private Effect<DefinitionFact, DefinitionState> execute(
      DefinitionState state, DefinitionMessage.Execute execute) {
    if (!execute.cause().call().rights().allow(Permission.EDIT)) {
      execute
          .replyTo()
          .tell(
              new HeadAnswer(
                  new Answer.Refused<>(new DefinitionRejection.NotPermitted(Permission.EDIT))));
      return Effect().none();
    }
    Optional<Requests.Remembered> known = DefinitionDecider.known(state, execute.cause());
    return switch (DefinitionDecider.decide(state, execute.command(), execute.cause())) {
      case Decision.Reject(var rejection) -> {
        execute.replyTo().tell(new HeadAnswer(new Answer.Refused<>(rejection)));
        yield Effect().none();
      }
      case Decision.Accept(var events) when events.isEmpty() -> {
        // A repeat is answered as the first time; content that is the newest already as no change.
        Active active = (Active) state;
        Version version =
            known
                .map(request -> active.versions().get((int) request.sequence() - 1))
                .orElse(active.newest());
        long sequence = known.map(Requests.Remembered::sequence).orElse(active.sequence());
        boolean changed = known.filter(request -> request.isOf(execute.cause())).isPresent();
        execute
            .replyTo()
            .tell(new HeadAnswer(new Answer.Accepted<>(head(active, version, changed, sequence))));
        yield Effect().none();
      }
      case Decision.Accept(var events) -> {
        Instant now = now(state);
        yield Effect()
            .persist(
                events.stream()
                    .map(event -> DefinitionDecider.fact(state, event, execute.cause(), now))
                    .toList())
            .thenRun(
                after -> {
                  Active active = (Active) after;
                  execute
                      .replyTo()
                      .tell(
                          new HeadAnswer(
                              new Answer.Accepted<>(
                                  head(active, active.newest(), true, active.sequence()))));
                });
      }
    };
  }

  private Instant now(DefinitionState state) {
    Instant now = clock.instant();
    return state instanceof Active active && active.lastAt().isAfter(now) ? active.lastAt() : now;
  }

  private Answer<DefinitionHead, DefinitionRejection> describe(
      DefinitionState state, OptionalLong wanted) {
    return switch (state) {
      case Absent _ -> new Answer.Refused<>(new DefinitionRejection.NotFound());
      case Active active -> {
        long number = wanted.orElse(active.newest().number());
        yield number < 1 || number > active.versions().size()
            ? new Answer.Refused<>(
                new DefinitionRejection.NoSuchVersion(number, active.newest().number()))
            : new Answer.Accepted<>(
                head(active, active.versions().get((int) number - 1), false, active.sequence()));
      }
    };
  }

  private DefinitionHead head(Active active, Version version, boolean changed, long sequence) {
    return new DefinitionHead(
        id,
        DefinitionStatus.ACTIVE,
        version.number(),
        version.hash(),
        active.creator(),
        active.versions().getFirst().submittedAt(),
        version.submittedAt(),
        changed,
        sequence);
  }
}
