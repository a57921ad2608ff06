package dev.pawl.cli.server;

import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WatchResponse;
import dev.pawl.v1.WatchServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/** Plays one script for each call of Watch. */
public final class FakeWatch extends WatchServiceGrpc.WatchServiceImplBase {
  /** What happens in one call. */
  public interface Script {
    void play(StreamObserver<WatchResponse> observer);
  }

  public final List<WatchRequest> requests = new CopyOnWriteArrayList<>();
  private final BlockingQueue<Script> scripts = new LinkedBlockingQueue<>();

  public FakeWatch then(Script script) {
    scripts.add(script);
    return this;
  }

  @Override
  public void watch(WatchRequest request, StreamObserver<WatchResponse> observer) {
    requests.add(request);
    Script script = scripts.poll();
    if (script != null) {
      script.play(observer);
    }
  }
}
