package dev.pawl.engine.cluster;

import dev.pawl.engine.wire.ClusterMessage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.pubsub.Topic;
import org.apache.pekko.cluster.typed.Cluster;

/** Sends bulletins to the other nodes, and hands on those that they send. */
public final class Bulletins {
  private final String self;
  private final BooleanSupplier alone;
  private final ActorRef<Topic.Command<Issue>> topic;
  private final List<Consumer<Bulletin>> readers = new CopyOnWriteArrayList<>();

  /** A bulletin and who sent it: everyone gets their own, too. */
  record Issue(String from, Bulletin bulletin) implements ClusterMessage {}

  /**
   * Subscribes this node.
   *
   * @param alone whether there is nobody to send anything to
   */
  public Bulletins(ActorSystem<?> system, BooleanSupplier alone) {
    this.self = Cluster.get(system).selfMember().uniqueAddress().toString();
    this.alone = alone;
    this.topic =
        system.systemActorOf(
            Topic.create(Issue.class, "pawl-bulletins"), "pawl-bulletins", Props.empty());
    ActorRef<Issue> reader =
        system.systemActorOf(
            Behaviors.receiveMessage(
                issue -> {
                  if (!issue.from().equals(self)) {
                    readers.forEach(take -> take.accept(issue.bulletin()));
                  }
                  return Behaviors.same();
                }),
            "pawl-bulletin-reader",
            Props.empty());
    topic.tell(Topic.subscribe(reader));
  }

  /** Hands every bulletin of another node to this reader, which must not block. */
  public void read(Consumer<Bulletin> reader) {
    readers.add(reader);
  }

  /** Lets the other nodes know. */
  public void send(Bulletin bulletin) {
    if (!alone.getAsBoolean()) {
      topic.tell(Topic.publish(new Issue(self, bulletin)));
    }
  }
}
