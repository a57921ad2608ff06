package dev.pawl.cli.server;

import dev.pawl.v1.ListWorkersRequest;
import dev.pawl.v1.ListWorkersResponse;
import dev.pawl.v1.Worker;
import dev.pawl.v1.WorkerServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Workers that a test connected. */
public final class FakeWorkers extends WorkerServiceGrpc.WorkerServiceImplBase {
  public final List<Worker> connected = new CopyOnWriteArrayList<>();

  @Override
  public void listWorkers(
      ListWorkersRequest request, StreamObserver<ListWorkersResponse> observer) {
    Answers.answer(
        observer,
        () ->
            ListWorkersResponse.newBuilder()
                .addAllWorkers(
                    connected.stream()
                        .filter(
                            worker ->
                                request.getGroup().isEmpty()
                                    || worker.getGroup().equals(request.getGroup()))
                        .toList())
                .build());
  }
}
