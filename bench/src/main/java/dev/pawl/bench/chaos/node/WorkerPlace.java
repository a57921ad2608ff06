package dev.pawl.bench.chaos.node;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Who one worker is.
 *
 * @param source the address that it dials from, by which proxies tell it from all others
 */
public record WorkerPlace(String id, String group, int slots, InetAddress source) {
  private static final int FIRST_SOURCE = 101;

  /** The workers of every cluster: two share the work of one group, one has another to itself. */
  public static List<WorkerPlace> usual() {
    return List.of(
        new WorkerPlace("ada", "default", 10, Loopback.address(FIRST_SOURCE)),
        new WorkerPlace("ben", "default", 10, Loopback.address(FIRST_SOURCE + 1)),
        new WorkerPlace("cyd", "side", 6, Loopback.address(FIRST_SOURCE + 2)));
  }

  /** The ids of workers by their group. */
  public static Map<String, List<String>> byGroup(List<WorkerPlace> workers) {
    return workers.stream()
        .collect(
            Collectors.groupingBy(
                WorkerPlace::group, Collectors.mapping(WorkerPlace::id, Collectors.toList())));
  }
}
