package dev.pawl.cli.admin;

import dev.pawl.cli.render.Times;
import dev.pawl.v1.ClusterNode;
import dev.pawl.v1.GetClusterResponse;
import dev.pawl.v1.HorizonHolder;
import dev.pawl.v1.WorkerGroupLoad;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What to do about what is wrong with a cluster, one line each. */
final class ClusterAdvice {
  private ClusterAdvice() {}

  static List<String> of(GetClusterResponse cluster) {
    List<String> lines = new ArrayList<>();
    cluster.getNodesList().stream()
        .filter(node -> node.getAnswered() && node.getReport().getFeed().hasHeldBackBy())
        .findFirst()
        .map(node -> endHolder(node.getReport().getFeed().getHeldBackBy()))
        .ifPresent(lines::add);
    for (WorkerGroupLoad group : cluster.getWorkerGroupsList()) {
      if (group.getWaiting() > 0 && group.getWorkers() == group.getDraining()) {
        lines.add(
            "Nobody serves group %s: pawl worker start --group %s"
                .formatted(group.getGroup(), group.getGroup()));
      }
    }
    silent(cluster).ifPresent(lines::add);
    return lines;
  }

  private static String endHolder(HorizonHolder holder) {
    String who = holder.getApplication().isEmpty() ? "a session" : holder.getApplication();
    String open =
        holder.hasAge() ? " for " + Times.duration(ClusterTables.duration(holder.getAge())) : "";
    return holder.hasPid()
        ? "Watchers and lists wait for %s, whose transaction is open%s; to end it: SELECT pg_terminate_backend(%d)"
            .formatted(who, open, holder.getPid())
        : "Watchers and lists wait for the %s, open%s: commit it or roll it back"
            .formatted(who, open);
  }

  private static Optional<String> silent(GetClusterResponse cluster) {
    List<String> silent =
        cluster.getNodesList().stream()
            .filter(node -> !node.getAnswered())
            .map(ClusterNode::getClusterAddress)
            .toList();
    return silent.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Of %s only the others know; the groups that it holds are missing here."
                .formatted(String.join(", ", silent)));
  }
}
