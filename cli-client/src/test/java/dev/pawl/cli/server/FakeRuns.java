package dev.pawl.cli.server;

import com.google.protobuf.Message;
import dev.pawl.v1.ContinueRunRequest;
import dev.pawl.v1.ContinueRunResponse;
import dev.pawl.v1.ForcePauseRunRequest;
import dev.pawl.v1.ForcePauseRunResponse;
import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.GetRunResponse;
import dev.pawl.v1.GetTaskRunRequest;
import dev.pawl.v1.GetTaskRunResponse;
import dev.pawl.v1.ListRunsRequest;
import dev.pawl.v1.ListRunsResponse;
import dev.pawl.v1.ListTaskRunsRequest;
import dev.pawl.v1.ListTaskRunsResponse;
import dev.pawl.v1.LocateTaskRunRequest;
import dev.pawl.v1.LocateTaskRunResponse;
import dev.pawl.v1.PassRunRequest;
import dev.pawl.v1.PassRunResponse;
import dev.pawl.v1.PassTaskRunRequest;
import dev.pawl.v1.PassTaskRunResponse;
import dev.pawl.v1.PauseRunRequest;
import dev.pawl.v1.PauseRunResponse;
import dev.pawl.v1.RedoRunRequest;
import dev.pawl.v1.RedoRunResponse;
import dev.pawl.v1.RedoTaskRunRequest;
import dev.pawl.v1.RedoTaskRunResponse;
import dev.pawl.v1.RetryRunRequest;
import dev.pawl.v1.RetryRunResponse;
import dev.pawl.v1.RetryTaskRunRequest;
import dev.pawl.v1.RetryTaskRunResponse;
import dev.pawl.v1.RollbackRunRequest;
import dev.pawl.v1.RollbackRunResponse;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.RunState;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.StartRunResponse;
import dev.pawl.v1.StepEffect;
import dev.pawl.v1.StopRunRequest;
import dev.pawl.v1.StopRunResponse;
import dev.pawl.v1.StopTaskRunRequest;
import dev.pawl.v1.StopTaskRunResponse;
import dev.pawl.v1.TaskRun;
import dev.pawl.v1.WaitRunRequest;
import dev.pawl.v1.WaitRunResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Runs and steps that a test put there. */
public final class FakeRuns extends RunServiceGrpc.RunServiceImplBase {
  public final List<Run> runs = new CopyOnWriteArrayList<>();
  public final List<TaskRun> steps = new CopyOnWriteArrayList<>();
  public final List<StartRunRequest> started = new CopyOnWriteArrayList<>();
  public final List<ListRunsRequest> listed = new CopyOnWriteArrayList<>();

  /** Every command on a run or on one of its steps, as it came. */
  public final List<Message> commanded = new CopyOnWriteArrayList<>();

  /** What the steps would do, in the answer to every dry run. */
  public final List<StepEffect> effects = new CopyOnWriteArrayList<>();

  /** What every command on a run is refused with. */
  public final AtomicReference<Optional<StatusRuntimeException>> refusal =
      new AtomicReference<>(Optional.empty());

  /** What was looked for. */
  public final List<LocateTaskRunRequest> sought = new CopyOnWriteArrayList<>();

  /** What everybody finds who looks for a step. */
  public final AtomicReference<LocateTaskRunResponse> located =
      new AtomicReference<>(LocateTaskRunResponse.getDefaultInstance());

  /** How often the steps of a run were read. */
  public final AtomicInteger stepsRead = new AtomicInteger();

  /** How many calls of GetRun are refused as unavailable before one is answered. */
  public final AtomicInteger unavailable = new AtomicInteger();

  public void put(Run run) {
    runs.removeIf(known -> known.getName().equals(run.getName()));
    runs.add(run);
  }

  public void put(TaskRun step) {
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).getName().equals(step.getName())) {
        steps.set(i, step);
        return;
      }
    }
    steps.add(step);
  }

  private Run find(String name) {
    refusal.get().ifPresent(FakeRuns::refuse);
    String typed = name.substring(name.lastIndexOf('/') + 1);
    return runs.stream()
        .filter(run -> run.getId().startsWith(typed) || run.getId().endsWith(typed))
        .findFirst()
        .orElseThrow(
            () ->
                Answers.refusal(
                    Status.Code.NOT_FOUND, "RUN_NOT_FOUND", "There is no run " + typed + "."));
  }

  private static void refuse(StatusRuntimeException failure) {
    throw failure;
  }

  @Override
  public void startRun(StartRunRequest request, StreamObserver<StartRunResponse> observer) {
    started.add(request);
    Answers.answer(
        observer,
        () ->
            StartRunResponse.newBuilder()
                .setRun(
                    runs.isEmpty()
                        ? Run.newBuilder()
                            .setName("projects/default/runs/0123456789abcdef")
                            .setId("0123456789abcdef")
                            .setDefinition(request.getDefinition())
                            .setDefinitionVersion(1)
                            .setState(RunState.RUN_STATE_RUNNING)
                            .build()
                        : runs.getFirst())
                .build());
  }

  @Override
  public void getRun(GetRunRequest request, StreamObserver<GetRunResponse> observer) {
    Answers.answer(
        observer,
        () -> {
          if (unavailable.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw Answers.refusal(
                Status.Code.UNAVAILABLE, "NOT_SERVING", "The server is starting.");
          }
          return GetRunResponse.newBuilder().setRun(find(request.getName())).build();
        });
  }

  @Override
  public void listRuns(ListRunsRequest request, StreamObserver<ListRunsResponse> observer) {
    listed.add(request);
    Answers.answer(
        observer,
        () -> {
          int from =
              request.getPageToken().isEmpty()
                  ? Math.max(0, request.getPage() - 1) * request.getPageSize()
                  : Integer.parseInt(request.getPageToken());
          int to = Math.min(runs.size(), from + request.getPageSize());
          return ListRunsResponse.newBuilder()
              .addAllRuns(runs.subList(from, to))
              .setNextPageToken(to < runs.size() ? Integer.toString(to) : "")
              .setTotalSize(runs.size())
              .setTotalPages((runs.size() + request.getPageSize() - 1) / request.getPageSize())
              .build();
        });
  }

  @Override
  public void waitRun(WaitRunRequest request, StreamObserver<WaitRunResponse> observer) {
    Answers.answer(
        observer, () -> WaitRunResponse.newBuilder().setRun(find(request.getName())).build());
  }

  /** Takes a command and answers it with the run in the state that it makes. */
  private <R extends Message> void command(
      Message request, RunState after, R shape, StreamObserver<R> observer) {
    commanded.add(request);
    Answers.answer(
        observer,
        () -> {
          String name = (String) field(request, "name");
          int step = name.indexOf("/taskRuns/");
          Run run = find(step < 0 ? name : name.substring(0, step));
          boolean dryRun = (boolean) field(request, "dry_run");
          Message.Builder answer = shape.toBuilder();
          set(answer, "run", dryRun ? run : run.toBuilder().setState(after).build());
          set(answer, "effects", dryRun ? effects : List.of());
          @SuppressWarnings("unchecked") // What builds a message builds no other one.
          R built = (R) answer.build();
          return built;
        });
  }

  private static Object field(Message message, String name) {
    return message.getField(message.getDescriptorForType().findFieldByName(name));
  }

  private static void set(Message.Builder message, String name, Object value) {
    message.setField(message.getDescriptorForType().findFieldByName(name), value);
  }

  @Override
  public void pauseRun(PauseRunRequest request, StreamObserver<PauseRunResponse> observer) {
    command(request, RunState.RUN_STATE_PAUSED, PauseRunResponse.getDefaultInstance(), observer);
  }

  @Override
  public void forcePauseRun(
      ForcePauseRunRequest request, StreamObserver<ForcePauseRunResponse> observer) {
    command(
        request, RunState.RUN_STATE_PAUSING, ForcePauseRunResponse.getDefaultInstance(), observer);
  }

  @Override
  public void continueRun(
      ContinueRunRequest request, StreamObserver<ContinueRunResponse> observer) {
    command(
        request, RunState.RUN_STATE_RUNNING, ContinueRunResponse.getDefaultInstance(), observer);
  }

  @Override
  public void stopRun(StopRunRequest request, StreamObserver<StopRunResponse> observer) {
    command(
        request, RunState.RUN_STATE_TERMINATING, StopRunResponse.getDefaultInstance(), observer);
  }

  @Override
  public void stopTaskRun(
      StopTaskRunRequest request, StreamObserver<StopTaskRunResponse> observer) {
    command(
        request, RunState.RUN_STATE_RUNNING, StopTaskRunResponse.getDefaultInstance(), observer);
  }

  @Override
  public void redoTaskRun(
      RedoTaskRunRequest request, StreamObserver<RedoTaskRunResponse> observer) {
    command(
        request, RunState.RUN_STATE_RUNNING, RedoTaskRunResponse.getDefaultInstance(), observer);
  }

  @Override
  public void retryRun(RetryRunRequest request, StreamObserver<RetryRunResponse> observer) {
    command(request, RunState.RUN_STATE_RUNNING, RetryRunResponse.getDefaultInstance(), observer);
  }

  @Override
  public void rollbackRun(
      RollbackRunRequest request, StreamObserver<RollbackRunResponse> observer) {
    command(
        request,
        RunState.RUN_STATE_ROLLING_BACK,
        RollbackRunResponse.getDefaultInstance(),
        observer);
  }

  @Override
  public void passRun(PassRunRequest request, StreamObserver<PassRunResponse> observer) {
    command(request, RunState.RUN_STATE_SUCCEEDED, PassRunResponse.getDefaultInstance(), observer);
  }

  @Override
  public void redoRun(RedoRunRequest request, StreamObserver<RedoRunResponse> observer) {
    command(request, RunState.RUN_STATE_RUNNING, RedoRunResponse.getDefaultInstance(), observer);
  }

  @Override
  public void retryTaskRun(
      RetryTaskRunRequest request, StreamObserver<RetryTaskRunResponse> observer) {
    command(
        request, RunState.RUN_STATE_RUNNING, RetryTaskRunResponse.getDefaultInstance(), observer);
  }

  @Override
  public void passTaskRun(
      PassTaskRunRequest request, StreamObserver<PassTaskRunResponse> observer) {
    command(
        request, RunState.RUN_STATE_RUNNING, PassTaskRunResponse.getDefaultInstance(), observer);
  }

  @Override
  public void listTaskRuns(
      ListTaskRunsRequest request, StreamObserver<ListTaskRunsResponse> observer) {
    Answers.answer(
        observer,
        () -> {
          Run run = find(request.getParent());
          stepsRead.incrementAndGet();
          return ListTaskRunsResponse.newBuilder()
              .addAllTaskRuns(
                  steps.stream()
                      .filter(step -> step.getName().startsWith(run.getName() + "/"))
                      .filter(
                          step ->
                              request.getStatesCount() == 0
                                  || request.getStatesList().contains(step.getState()))
                      .toList())
              .build();
        });
  }

  @Override
  public void getTaskRun(GetTaskRunRequest request, StreamObserver<GetTaskRunResponse> observer) {
    Answers.answer(
        observer,
        () -> {
          String typed = request.getName();
          Run run = find(typed.substring(0, typed.indexOf("/taskRuns/")));
          String task = typed.substring(typed.lastIndexOf('/') + 1);
          return GetTaskRunResponse.newBuilder()
              .setTaskRun(
                  steps.stream()
                      .filter(step -> step.getName().equals(run.getName() + "/taskRuns/" + task))
                      .findFirst()
                      .orElseThrow(
                          () ->
                              Answers.refusal(
                                  Status.Code.NOT_FOUND,
                                  "STEP_NOT_FOUND",
                                  "The run has no step " + task + ".")))
              .build();
        });
  }

  @Override
  public void locateTaskRun(
      LocateTaskRunRequest request, StreamObserver<LocateTaskRunResponse> observer) {
    sought.add(request);
    Answers.answer(
        observer,
        () -> {
          find(request.getParent());
          return located.get();
        });
  }
}
