package dev.pawl.engine.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.cluster.typed.Cluster;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks all members of the cluster how they are, and answers when it is asked. */
final class Roster {
  private static final Logger log = LoggerFactory.getLogger(Roster.class);

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final ActorSystem<?> system;
  private final Supplier<CompletionStage<NodeReport>> self;
  private final ActorRef<NodeMessage> reporter;

  /**
   * Has this node answer from now on.
   *
   * @param self begins to make the report of this node; does not block
   */
  Roster(ActorSystem<?> system, Supplier<CompletionStage<NodeReport>> self) {
    this.system = system;
    this.self = self;
    this.reporter = system.systemActorOf(NodeReporter.create(self), "node-reporter", Props.empty());
  }

  /** All members, the oldest first, each with its report if it came in time. */
  CompletionStage<List<NodeRow>> list() {
    return others()
        .thenCompose(
            others -> {
              List<CompletionStage<Optional<NodeReport>>> asked = new ArrayList<>();
              asked.add(answered(self.get()));
              others.forEach(other -> asked.add(answered(ask(other))));
              return together(asked);
            })
        .thenApply(reports -> NodeRow.join(seats(), reports));
  }

  /** All members as this node sees them, the oldest first. */
  List<Seat> seats() {
    return Seats.of(Cluster.get(system).state());
  }

  private CompletionStage<Set<ActorRef<NodeMessage>>> others() {
    CompletionStage<Receptionist.Listing> listing =
        AskPattern.ask(
            system.receptionist(),
            replyTo -> Receptionist.find(NodeReporter.KEY, replyTo),
            PATIENCE,
            system.scheduler());
    return listing
        .thenApply(
            found ->
                // Those that cannot be reached, too: they may be again.
                found.getAllServiceInstances(NodeReporter.KEY).stream()
                    .filter(each -> !each.equals(reporter))
                    .collect(Collectors.toSet()))
        .exceptionally(
            failure -> {
              log.warn("the reporters of the other nodes cannot be found", failure);
              return Set.of();
            });
  }

  private CompletionStage<NodeReport> ask(ActorRef<NodeMessage> other) {
    return AskPattern.ask(other, NodeMessage.Describe::new, PATIENCE, system.scheduler());
  }

  private static CompletionStage<Optional<NodeReport>> answered(CompletionStage<NodeReport> asked) {
    return asked.handle(
        (report, failure) -> {
          if (failure != null) {
            log.debug("a node does not say how it is", failure);
            return Optional.empty();
          }
          return Optional.of(report);
        });
  }

  private static CompletionStage<List<NodeReport>> together(
      List<CompletionStage<Optional<NodeReport>>> asked) {
    CompletionStage<List<NodeReport>> all = CompletableFuture.completedStage(List.of());
    for (CompletionStage<Optional<NodeReport>> each : asked) {
      all =
          all.thenCombine(
              each,
              (reports, report) -> {
                List<NodeReport> more = new ArrayList<>(reports);
                report.ifPresent(more::add);
                return more;
              });
    }
    return all;
  }
}
