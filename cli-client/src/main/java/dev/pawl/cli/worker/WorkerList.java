package dev.pawl.cli.worker;

import static dev.pawl.cli.render.Column.of;
import static dev.pawl.cli.render.Column.wide;

import dev.pawl.cli.ExitCode;
import dev.pawl.cli.Invocation;
import dev.pawl.cli.render.Column;
import dev.pawl.cli.render.Json;
import dev.pawl.cli.render.Printer;
import dev.pawl.cli.render.Times;
import dev.pawl.v1.ListWorkersRequest;
import dev.pawl.v1.ListWorkersResponse;
import dev.pawl.v1.Worker;
import dev.pawl.v1.WorkerServiceGrpc;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the workers that are connected. */
@Command(
    description = "List the workers that are connected.",
    footer = {"", "Examples:", "  pawl worker list", "  pawl worker list --group hosts -o wide"})
public final class WorkerList implements Callable<Integer> {
  private final Invocation invocation;

  @Option(names = "--group", paramLabel = "GROUP", description = "Only this group.")
  private String group = "";

  public WorkerList(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    ListWorkersResponse answer =
        invocation
            .connection()
            .call(
                WorkerServiceGrpc.getListWorkersMethod(),
                ListWorkersRequest.newBuilder().setGroup(group).build());
    invocation
        .printer()
        .list(
            new Printer.Listing<>(
                answer,
                answer.getWorkersList(),
                Worker::getWorkerId,
                Worker::getWorkerId,
                columns(invocation.times())));
    return ExitCode.OK.number();
  }

  private static List<Column<Worker>> columns(Times times) {
    return List.of(
        of("WORKER", Worker::getWorkerId),
        of("GROUP", Worker::getGroup),
        of("BUSY", worker -> worker.getBusy() + "/" + worker.getSlots()),
        of("STATE", worker -> worker.getDraining() ? "draining" : "connected"),
        of("CONNECTED", worker -> times.at(worker.getConnectTime())),
        of("HEARTBEAT", worker -> times.at(worker.getHeartbeatTime())),
        wide("VERSION", Worker::getVersion),
        wide("LABELS", worker -> Json.labels(worker.getLabelsMap())));
  }
}
