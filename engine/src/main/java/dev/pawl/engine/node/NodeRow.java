package dev.pawl.engine.node;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A member of the cluster, with what it says of itself.
 *
 * @param oldest whether it decides which node holds which shard
 * @param report empty when it did not answer in time
 */
public record NodeRow(Seat seat, boolean oldest, Optional<NodeReport> report) {

  /**
   * Puts reports to the members that they came from; one of a node that is no member any more finds
   * no place.
   *
   * @param seats the oldest first
   */
  static List<NodeRow> join(List<Seat> seats, Collection<NodeReport> reports) {
    Map<Long, NodeReport> byNode = new HashMap<>();
    reports.forEach(report -> byNode.put(report.uid(), report));
    Optional<Seat> leader = seats.stream().filter(Seat::mayLead).findFirst();
    List<NodeRow> rows = new ArrayList<>();
    for (Seat seat : seats) {
      rows.add(
          new NodeRow(
              seat,
              leader.filter(seat::equals).isPresent(),
              Optional.ofNullable(byNode.get(seat.uid()))));
    }
    return List.copyOf(rows);
  }
}
