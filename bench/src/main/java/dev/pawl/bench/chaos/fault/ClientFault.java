package dev.pawl.bench.chaos.fault;

import dev.pawl.bench.chaos.client.LogFollower;
import dev.pawl.bench.chaos.client.Subscriber;
import dev.pawl.bench.chaos.node.Loopback;
import dev.pawl.bench.history.Fault.Kind;
import dev.pawl.bench.proxy.FaultProxy;
import dev.pawl.bench.proxy.Rule;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/** Clients, subscribers and readers that lose their connections, or go and come back elsewhere. */
record ClientFault(Way way, Duration lasts) implements Fault {
  /** The kernel's choice for who names no source. */
  private static final InetAddress CLIENTS = Loopback.address(1);

  /** What is done to them. */
  enum Way {
    /** Every connection is reset, and new ones are. */
    CUT,
    /** Connections stay open and nothing gets through. */
    HOLD,
    /** Subscribers and readers end their streams in the middle. */
    LEAVE
  }

  @Override
  public Kind kind() {
    return Kind.CLIENT;
  }

  @Override
  public String target() {
    return way == Way.LEAVE ? "subscribers" : "clients";
  }

  @Override
  public String detail() {
    return switch (way) {
      case CUT -> "connections reset for %d ms".formatted(lasts.toMillis());
      case HOLD -> "connections held for %d ms".formatted(lasts.toMillis());
      case LEAVE -> "subscribers and readers go elsewhere";
    };
  }

  @Override
  public Blow strike(Scene scene) {
    return switch (way) {
      case CUT -> network(scene.cluster().fronts(), new Rule.Cut());
      case HOLD -> network(scene.cluster().fronts(), new Rule.Blackhole());
      case LEAVE -> leave(scene);
    };
  }

  private static Blow network(List<FaultProxy> fronts, Rule rule) {
    List<FaultProxy.Counts> before = fronts.stream().map(FaultProxy::counts).toList();
    fronts.forEach(front -> front.rule(CLIENTS, rule));
    return () -> {
      FaultProxy.Counts sum = new FaultProxy.Counts(0, 0, 0, 0);
      for (int i = 0; i < fronts.size(); i++) {
        sum = sum.plus(fronts.get(i).counts().since(before.get(i)));
      }
      fronts.forEach(front -> front.forget(CLIENTS));
      return new Evidence(
          sum.bites() > 0,
          "%d connections reset, %d refused, %d pieces held"
              .formatted(sum.reset(), sum.refused(), sum.held()));
    };
  }

  private static Blow leave(Scene scene) {
    scene.subscribers().forEach(Subscriber::kick);
    scene.followers().forEach(LogFollower::kick);
    int gone = scene.subscribers().size() + scene.followers().size();
    return () -> new Evidence(gone > 0, "%d streams ended by their readers".formatted(gone));
  }
}
