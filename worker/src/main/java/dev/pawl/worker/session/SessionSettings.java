package dev.pawl.worker.session;

import io.grpc.ManagedChannel;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Who connects, and where to.
 *
 * @param addresses of equal servers
 * @param channels makes a channel to one of the addresses
 * @param workerId stable over restarts
 * @param group whose work is taken
 * @param slots how many leases at once
 * @param labels for placement and for people
 * @param version of the worker's program
 */
public record SessionSettings(
    List<String> addresses,
    Function<String, ManagedChannel> channels,
    String workerId,
    String group,
    int slots,
    Map<String, String> labels,
    String version) {
  public SessionSettings {
    addresses = List.copyOf(addresses);
    labels = Map.copyOf(labels);
  }
}
