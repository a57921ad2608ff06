package dev.pawl.api.call;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Answers calls that have one answer. */
public final class Unary {
  private Unary() {}

  /** Makes the call and sends its value, or the error that it ended with. */
  public static <T> void answer(
      StreamObserver<T> observer, Supplier<? extends CompletionStage<T>> call) {
    if (observer instanceof ServerCallStreamObserver<T> server) {
      // With a handler set, an answer to a caller that has gone is dropped instead of thrown back.
      server.setOnCancelHandler(() -> {});
    }
    CompletionStage<T> stage;
    try {
      stage = call.get();
    } catch (RuntimeException e) {
      observer.onError(Failures.of(e));
      return;
    }
    stage.whenComplete(
        (value, failure) -> {
          if (failure != null) {
            observer.onError(Failures.of(failure));
          } else {
            observer.onNext(value);
            observer.onCompleted();
          }
        });
  }
}
