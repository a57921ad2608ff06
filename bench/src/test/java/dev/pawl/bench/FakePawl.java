package dev.pawl.bench;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.pawl.v1.Event;
import dev.pawl.v1.ExecutionEnded;
import dev.pawl.v1.ExecutionLeased;
import dev.pawl.v1.ExecutionState;
import dev.pawl.v1.RunCreated;
import dev.pawl.v1.RunEnded;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.SnapshotEnd;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.StartRunResponse;
import dev.pawl.v1.SubmitWorkflowRequest;
import dev.pawl.v1.SubmitWorkflowResponse;
import dev.pawl.v1.TaskSpec;
import dev.pawl.v1.WatchRequest;
import dev.pawl.v1.WatchResponse;
import dev.pawl.v1.WatchServiceGrpc;
import dev.pawl.v1.WorkflowServiceGrpc;
import dev.pawl.v1.WorkflowSpec;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A server by hand: it runs a workflow in no time, and can be told to misbehave. */
public final class FakePawl implements AutoCloseable {
  private final Map<String, WorkflowSpec> workflows = new ConcurrentHashMap<>();
  private final Map<String, String> runs = new ConcurrentHashMap<>();
  private final List<StreamObserver<WatchResponse>> liveWatchers = new CopyOnWriteArrayList<>();
  private final AtomicInteger started = new AtomicInteger();
  private final Consumer<List<Event>> rewrite;
  private final int refuseEvery;
  private final Server server;

  /**
   * Starts it.
   *
   * @param rewrite what it does to the events of a run before anybody sees them
   * @param refuseEvery refuses each so many-th start; never when 0
   */
  public FakePawl(Consumer<List<Event>> rewrite, int refuseEvery) throws IOException {
    this.rewrite = rewrite;
    this.refuseEvery = refuseEvery;
    server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(new Workflows())
            .addService(new Runs())
            .addService(new Watch())
            .build()
            .start();
  }

  public String address() {
    return "127.0.0.1:" + server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private final class Workflows extends WorkflowServiceGrpc.WorkflowServiceImplBase {
    @Override
    public void submitWorkflow(
        SubmitWorkflowRequest request, StreamObserver<SubmitWorkflowResponse> observer) {
      String name = request.getParent() + "/workflows/" + request.getWorkflow().getName();
      workflows.put(name, request.getWorkflow());
      SubmitWorkflowResponse.Builder response = SubmitWorkflowResponse.newBuilder();
      response.getWorkflowBuilder().setName(name);
      observer.onNext(response.build());
      observer.onCompleted();
    }
  }

  private final class Runs extends RunServiceGrpc.RunServiceImplBase {
    @Override
    public void startRun(StartRunRequest request, StreamObserver<StartRunResponse> observer) {
      int number = started.incrementAndGet();
      if (refuseEvery > 0 && number % refuseEvery == 0) {
        observer.onError(Status.RESOURCE_EXHAUSTED.asRuntimeException());
        return;
      }
      String run = "projects/default/runs/r" + number;
      runs.put(run, request.getDefinition());
      // Every other run has ended for its watchers before the caller knows its name.
      if (number % 2 == 0) {
        tellWatchers(run);
      }
      StartRunResponse.Builder response = StartRunResponse.newBuilder();
      response.getRunBuilder().setName(run);
      observer.onNext(response.build());
      observer.onCompleted();
      if (number % 2 == 1) {
        tellWatchers(run);
      }
    }
  }

  private void tellWatchers(String run) {
    WatchResponse last = message(events(run).getLast());
    for (StreamObserver<WatchResponse> watcher : liveWatchers) {
      synchronized (watcher) {
        watcher.onNext(last);
      }
    }
  }

  private final class Watch extends WatchServiceGrpc.WatchServiceImplBase {
    @Override
    public void watch(WatchRequest request, StreamObserver<WatchResponse> observer) {
      if (request.getFilter().getRunsCount() == 0) {
        ((ServerCallStreamObserver<WatchResponse>) observer).setOnCancelHandler(() -> {});
        synchronized (observer) {
          observer.onNext(
              WatchResponse.newBuilder()
                  .setSnapshotEnd(SnapshotEnd.getDefaultInstance())
                  .setCursor("end")
                  .build());
        }
        liveWatchers.add(observer);
        return;
      }
      List<Event> events = events(request.getFilter().getRuns(0));
      // Each connection breaks after three events, and the next goes on from the cursor.
      int from = request.hasCursor() ? Integer.parseInt(request.getCursor()) : 0;
      int to = Math.min(events.size(), from + 3);
      for (int i = from; i < to; i++) {
        observer.onNext(message(events.get(i)).toBuilder().setCursor("" + (i + 1)).build());
      }
      observer.onError(Status.UNAVAILABLE.asRuntimeException());
    }
  }

  private static WatchResponse message(Event event) {
    return WatchResponse.newBuilder().setEvent(event).setCursor("x").build();
  }

  /** The facts of a run, its tasks one after the other in an order that their needs allow. */
  private List<Event> events(String run) {
    WorkflowSpec workflow = workflows.get(runs.get(run));
    if (workflow == null) {
      throw new IllegalStateException("nobody submitted the workflow of " + run);
    }
    List<Event> events = new ArrayList<>();
    events.add(
        at(run, 1, 0)
            .setRunCreated(RunCreated.getDefaultInstance())
            .setStateAfter("RUNNING")
            .build());
    List<TaskSpec> left = new ArrayList<>(workflow.getTasksList());
    Set<String> ended = new HashSet<>();
    while (!left.isEmpty()) {
      TaskSpec task =
          left.stream()
              .filter(waiting -> ended.containsAll(waiting.getNeedsList()))
              .findFirst()
              .orElseThrow();
      left.remove(task);
      ended.add(task.getName());
      String execution = run + "/taskRuns/" + task.getName() + "/executions/0";
      events.add(
          at(execution, 1, events.size())
              .setExecutionLeased(ExecutionLeased.getDefaultInstance())
              .build());
      events.add(
          at(execution, 2, events.size())
              .setExecutionEnded(
                  ExecutionEnded.newBuilder().setState(ExecutionState.EXECUTION_STATE_SUCCEEDED))
              .build());
    }
    rewrite.accept(events.subList(1, events.size()));
    events.add(
        at(run, 2, 2_000)
            .setRunEnded(RunEnded.getDefaultInstance())
            .setStateAfter("SUCCEEDED")
            .build());
    return events;
  }

  private static Event.Builder at(String name, long sequence, long millis) {
    Timestamp time = Timestamps.fromMillis(1_700_000_000_000L + millis);
    return Event.newBuilder().setName(name).setSequence(sequence).setTime(time);
  }
}
