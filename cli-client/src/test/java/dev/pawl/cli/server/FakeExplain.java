package dev.pawl.cli.server;

import dev.pawl.v1.ExplainRequest;
import dev.pawl.v1.ExplainResponse;
import dev.pawl.v1.ExplainServiceGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Explanations that a test put there, by the end of the name that is asked about. */
public final class FakeExplain extends ExplainServiceGrpc.ExplainServiceImplBase {
  public final Map<String, ExplainResponse> byEnd = new ConcurrentHashMap<>();

  @Override
  public void explain(ExplainRequest request, StreamObserver<ExplainResponse> observer) {
    Answers.answer(
        observer,
        () ->
            Optional.ofNullable(
                    byEnd.get(request.getName().substring(request.getName().lastIndexOf('/') + 1)))
                .orElseThrow(
                    () ->
                        Answers.refusal(
                            Status.Code.NOT_FOUND, "RUN_NOT_FOUND", "There is no such thing.")));
  }
}
