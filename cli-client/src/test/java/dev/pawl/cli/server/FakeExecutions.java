package dev.pawl.cli.server;

import dev.pawl.v1.Execution;
import dev.pawl.v1.ExecutionServiceGrpc;
import dev.pawl.v1.ListExecutionsRequest;
import dev.pawl.v1.ListExecutionsResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Executions that a test put there. */
public final class FakeExecutions extends ExecutionServiceGrpc.ExecutionServiceImplBase {
  public final List<Execution> all = new CopyOnWriteArrayList<>();

  @Override
  public void listExecutions(
      ListExecutionsRequest request, StreamObserver<ListExecutionsResponse> observer) {
    Answers.answer(
        observer,
        () ->
            ListExecutionsResponse.newBuilder()
                .addAllExecutions(
                    all.stream()
                        .filter(found -> found.getName().startsWith(request.getParent() + "/"))
                        .toList())
                .build());
  }
}
