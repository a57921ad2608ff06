package dev.pawl.engine.cluster;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.typed.ActorSystem;

/** Lets the other nodes know that facts were stored: often enough, and no oftener. */
public final class StoredHint implements Runnable {
  private static final Duration GATHER = Duration.ofMillis(4);

  private final ActorSystem<?> system;
  private final Bulletins bulletins;
  private final ClusterNode node;
  private final AtomicBoolean due = new AtomicBoolean();

  public StoredHint(ActorSystem<?> system, Bulletins bulletins, ClusterNode node) {
    this.system = system;
    this.bulletins = bulletins;
    this.node = node;
  }

  /** Facts were stored. Called by the thread that stored them, with every commit. */
  @Override
  public void run() {
    if (!node.alone() && due.compareAndSet(false, true)) {
      system.scheduler().scheduleOnce(GATHER, this::send, system.executionContext());
    }
  }

  private void send() {
    due.set(false);
    bulletins.send(new Bulletin.FactsStored());
  }
}
