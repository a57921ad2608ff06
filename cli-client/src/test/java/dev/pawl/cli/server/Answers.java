package dev.pawl.cli.server;

import dev.pawl.client.PawlError;
import dev.pawl.client.PawlErrors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** How the fakes answer. */
public final class Answers {
  private Answers() {}

  static <R> void answer(StreamObserver<R> observer, Supplier<R> answer) {
    R made;
    try {
      made = answer.get();
    } catch (StatusRuntimeException e) {
      observer.onError(e);
      return;
    }
    observer.onNext(made);
    observer.onCompleted();
  }

  /** An error as the server describes it. */
  public static StatusRuntimeException refusal(Status.Code code, String reason, String message) {
    return PawlErrors.toException(
        new PawlError(code, message, Optional.of(reason), Map.of(), List.of(), Optional.empty()));
  }
}
