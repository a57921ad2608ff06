package dev.pawl.bench.chaos.fault;

import dev.pawl.bench.chaos.node.WorkerPlace;
import dev.pawl.bench.chaos.program.Dice;
import dev.pawl.bench.history.Fault.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Which faults follow each other in one lane: the same number makes the same ones. Each kind of a
 * lane has its turn before one comes again.
 */
public final class FaultPlan {
  /** What brings down a part of the service: one at a time. */
  public static final Set<Kind> SERVICE =
      Set.of(Kind.KILL, Kind.PAUSE, Kind.PARTITION, Kind.POSTGRES);

  /** What is done to its users, whatever is done to the service meanwhile. */
  public static final Set<Kind> USERS = Set.of(Kind.WORKER, Kind.CLIENT);

  private final Dice dice;
  private final List<Kind> kinds;
  private final int nodes;
  private final List<WorkerPlace> workers;
  private final boolean lengthy;
  private final List<Kind> bag = new ArrayList<>();

  /**
   * @param lane in whose dice it is
   * @param lengthy whether there is time for faults that last for most of a minute
   */
  public FaultPlan(
      long number,
      String lane,
      Set<Kind> kinds,
      int nodes,
      List<WorkerPlace> workers,
      boolean lengthy) {
    this.dice = Dice.of(number, "faults of " + lane, 0);
    this.kinds = kinds.stream().sorted().toList();
    this.nodes = nodes;
    this.workers = List.copyOf(workers);
    this.lengthy = lengthy;
  }

  public boolean isEmpty() {
    return kinds.isEmpty();
  }

  /** How long the service is left alone before the next fault. */
  Duration gap() {
    return seconds(4, 10);
  }

  Fault next() {
    if (bag.isEmpty()) {
      bag.addAll(kinds);
    }
    Kind kind = bag.remove(dice.between(0, bag.size() - 1));
    return switch (kind) {
      case KILL -> new NodeFault(kind, node(), seconds(1, 6));
      case PAUSE ->
          new NodeFault(
              kind,
              node(),
              dice.chance(60) ? seconds(2, 5) : lengthy ? seconds(40, 40) : seconds(12, 20));
      case PARTITION ->
          new PartitionFault(node(), dice.chance(50), lengthy ? seconds(15, 40) : seconds(15, 20));
      case POSTGRES -> postgres();
      case WORKER -> worker();
      case CLIENT -> client();
    };
  }

  private PostgresFault postgres() {
    PostgresFault.Way way = dice.pick(List.of(PostgresFault.Way.values()));
    return new PostgresFault(
        way,
        switch (way) {
          case KILL -> Duration.ZERO;
          case PAUSE -> seconds(2, 8);
          case REFUSE -> seconds(3, lengthy ? 30 : 10);
          case UNREACHABLE -> seconds(5, lengthy ? 60 : 15);
          case CROWD -> seconds(4, 10);
        });
  }

  private WorkerFault worker() {
    WorkerFault.Way way = dice.pick(List.of(WorkerFault.Way.values()));
    int index = dice.between(0, workers.size() - 1);
    return new WorkerFault(
        way,
        index,
        workers.get(index).id(),
        switch (way) {
          case KILL -> seconds(0, 4);
          // Beyond the lease's time to live, mostly.
          case PAUSE, CUT_OFF -> dice.chance(70) ? seconds(13, 20) : seconds(2, 6);
        });
  }

  private ClientFault client() {
    ClientFault.Way way = dice.pick(List.of(ClientFault.Way.values()));
    return new ClientFault(
        way,
        switch (way) {
          case CUT -> seconds(0, 3);
          case HOLD -> seconds(3, 8);
          case LEAVE -> Duration.ZERO;
        });
  }

  private int node() {
    return dice.between(1, nodes);
  }

  private Duration seconds(int least, int most) {
    return Duration.ofMillis(dice.between(least * 1_000, most * 1_000));
  }
}
