package dev.pawl.api.worker;

import dev.pawl.api.call.OpenStreams;
import dev.pawl.api.call.Unary;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.value.Structs;
import dev.pawl.api.value.Timestamps;
import dev.pawl.engine.content.ContentStore;
import dev.pawl.engine.log.Logs;
import dev.pawl.engine.node.Nodes;
import dev.pawl.engine.worker.WorkerRow;
import dev.pawl.engine.worker.Workers;
import dev.pawl.v1.ConnectRequest;
import dev.pawl.v1.ConnectResponse;
import dev.pawl.v1.ListWorkersRequest;
import dev.pawl.v1.ListWorkersResponse;
import dev.pawl.v1.PushLogsRequest;
import dev.pawl.v1.PushLogsResponse;
import dev.pawl.v1.Worker;
import dev.pawl.v1.WorkerServiceGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Translates WorkerService calls into sessions, chunks and questions, and nothing else. */
public final class WorkerGrpcService extends WorkerServiceGrpc.WorkerServiceImplBase {
  private final Workers workers;
  private final Nodes nodes;
  private final Logs logs;
  private final Structs structs;
  private final Reports reports;
  private final LeaseSpecs specs;
  private final OpenStreams streams;
  private final String version;

  public WorkerGrpcService(
      Workers workers,
      Nodes nodes,
      Logs logs,
      ContentStore contents,
      Structs structs,
      OpenStreams streams,
      String version) {
    this.workers = workers;
    this.nodes = nodes;
    this.logs = logs;
    this.structs = structs;
    this.reports = new Reports(structs);
    this.specs = new LeaseSpecs(contents);
    this.streams = streams;
    this.version = version;
  }

  @Override
  public StreamObserver<ConnectRequest> connect(StreamObserver<ConnectResponse> observer) {
    return new WorkerSession(
        workers,
        reports,
        structs,
        specs,
        version,
        streams,
        (ServerCallStreamObserver<ConnectResponse>) observer);
  }

  @Override
  public StreamObserver<PushLogsRequest> pushLogs(StreamObserver<PushLogsResponse> observer) {
    return new LogPush(
        workers, logs, streams, (ServerCallStreamObserver<PushLogsResponse>) observer);
  }

  @Override
  public void listWorkers(
      ListWorkersRequest request, StreamObserver<ListWorkersResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          CompletionStage<Set<String>> groups =
              request.getGroup().isEmpty()
                  ? allGroups()
                  : CompletableFuture.completedStage(
                      Set.of(ResourceNames.name("group", request.getGroup())));
          return groups
              .thenCompose(workers::list)
              .thenApply(
                  rows -> {
                    ListWorkersResponse.Builder response = ListWorkersResponse.newBuilder();
                    rows.forEach(row -> response.addWorkers(toProto(row)));
                    return response.build();
                  });
        });
  }

  /** Those of all nodes that answer, and what this one has heard of the others. */
  private CompletionStage<Set<String>> allGroups() {
    return nodes
        .list()
        .thenApply(
            rows -> {
              Set<String> all = new HashSet<>(workers.groups());
              rows.forEach(
                  row -> row.report().ifPresent(report -> all.addAll(report.groups().keySet())));
              return all;
            });
  }

  private static Worker toProto(WorkerRow row) {
    return Worker.newBuilder()
        .setWorkerId(row.workerId())
        .setIncarnation(row.incarnation())
        .setGroup(row.group())
        .setSlots(row.slots())
        .setBusy(row.busy())
        .putAllLabels(row.labels())
        .setConnectTime(Timestamps.of(row.connectedAt()))
        .setHeartbeatTime(Timestamps.of(row.heartbeatAt()))
        .setDraining(row.draining())
        .setVersion(row.version())
        .build();
  }
}
