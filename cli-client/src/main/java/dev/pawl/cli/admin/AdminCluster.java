package dev.pawl.cli.admin;

import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.v1.AdminServiceGrpc;
import dev.pawl.v1.ClusterNode;
import dev.pawl.v1.GetClusterRequest;
import dev.pawl.v1.GetClusterResponse;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** Shows how the cluster is. */
@Command(
    description = "Show the nodes, what each holds and how far it is behind, and what waits.",
    footer = {
      "",
      "Examples:",
      "  pawl admin cluster",
      "  pawl admin cluster -o wide",
      "  pawl admin cluster -o json | jq '.nodes[].report.feed.lag'"
    })
public final class AdminCluster implements Callable<Integer> {
  private final Invocation invocation;

  public AdminCluster(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    GetClusterResponse cluster =
        invocation
            .connection()
            .call(AdminServiceGrpc.getGetClusterMethod(), GetClusterRequest.getDefaultInstance());
    String names =
        cluster.getNodesList().stream()
            .map(ClusterNode::getClusterAddress)
            .collect(Collectors.joining("\n"));
    ClusterTables tables =
        new ClusterTables(cluster, invocation.style(), invocation.times(), invocation.format());
    invocation.printer().item(cluster, names, names, tables::lines);
    if (invocation.format().isForPeople()) {
      ClusterAdvice.of(cluster).forEach(invocation::hint);
    }
    return ExitCode.OK.number();
  }
}
