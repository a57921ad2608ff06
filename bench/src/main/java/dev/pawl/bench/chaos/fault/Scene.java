package dev.pawl.bench.chaos.fault;

import dev.pawl.bench.chaos.client.Caller;
import dev.pawl.bench.chaos.client.LogFollower;
import dev.pawl.bench.chaos.client.Roster;
import dev.pawl.bench.chaos.client.Subscriber;
import dev.pawl.bench.chaos.node.Cluster;
import dev.pawl.bench.chaos.node.WorkerProcess;
import java.io.IOException;
import java.util.List;

/** All that faults can be done to, and who notices. */
public record Scene(
    Cluster cluster,
    Roster roster,
    List<Caller> callers,
    List<Subscriber> subscribers,
    List<LogFollower> followers) {
  public Scene {
    callers = List.copyOf(callers);
    subscribers = List.copyOf(subscribers);
    followers = List.copyOf(followers);
  }

  /** What is under way at a moment. */
  record UnderWay(long calls, int runs, int work) {
    boolean any() {
      return calls > 0 || runs > 0 || work > 0;
    }

    @Override
    public String toString() {
      return "%d calls, %d runs, %d pieces of work under way".formatted(calls, runs, work);
    }
  }

  UnderWay underWay() throws IOException {
    int work = 0;
    for (WorkerProcess worker : cluster.workers()) {
      work += worker.busy();
    }
    return new UnderWay(callers.stream().filter(Caller::isCalling).count(), roster.live(), work);
  }

  /** How many calls were answered OK so far. */
  public long answered() {
    return callers.stream().mapToLong(Caller::answered).sum();
  }

  /** How many streams of subscribers broke so far. */
  long brokenStreams() {
    return subscribers.stream().mapToLong(Subscriber::broken).sum();
  }
}
