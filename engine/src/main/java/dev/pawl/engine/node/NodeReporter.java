package dev.pawl.engine.node;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers for its node when another asks how it is; the others find it by {@link #KEY}. */
final class NodeReporter extends AbstractBehavior<NodeMessage> {
  static final ServiceKey<NodeMessage> KEY = ServiceKey.create(NodeMessage.class, "node-reporter");

  private static final Logger log = LoggerFactory.getLogger(NodeReporter.class);

  private final Supplier<CompletionStage<NodeReport>> reports;

  /**
   * The behaviour of one.
   *
   * @param reports begins to make a report; does not block
   */
  static Behavior<NodeMessage> create(Supplier<CompletionStage<NodeReport>> reports) {
    return Behaviors.setup(context -> new NodeReporter(context, reports));
  }

  private NodeReporter(
      ActorContext<NodeMessage> context, Supplier<CompletionStage<NodeReport>> reports) {
    super(context);
    this.reports = reports;
    context.getSystem().receptionist().tell(Receptionist.register(KEY, context.getSelf()));
  }

  @Override
  public Receive<NodeMessage> createReceive() {
    return newReceiveBuilder()
        .onMessage(
            NodeMessage.Describe.class,
            message -> {
              describe(message.replyTo());
              return this;
            })
        .build();
  }

  private void describe(ActorRef<NodeReport> replyTo) {
    reports
        .get()
        .whenComplete(
            (report, failure) -> {
              if (failure == null) {
                replyTo.tell(report);
              } else {
                log.error("this node cannot say how it is", failure);
              }
            });
  }
}
