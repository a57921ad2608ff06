package dev.pawl.cli.server;

import dev.pawl.v1.LogServiceGrpc;
import dev.pawl.v1.TailLogsRequest;
import dev.pawl.v1.TailLogsResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Logs that are complete: every call is answered with those of its parent, then ended. */
public final class FakeLogs extends LogServiceGrpc.LogServiceImplBase {
  public final List<TailLogsRequest> requests = new CopyOnWriteArrayList<>();
  public final List<TailLogsResponse> messages = new CopyOnWriteArrayList<>();

  @Override
  public void tailLogs(TailLogsRequest request, StreamObserver<TailLogsResponse> observer) {
    requests.add(request);
    for (TailLogsResponse message : messages) {
      if (message.getSection().getExecution().startsWith(request.getParent() + "/")
          && (!request.hasAttempt() || request.getAttempt() == message.getSection().getAttempt())) {
        observer.onNext(message);
      }
    }
    observer.onCompleted();
  }
}
