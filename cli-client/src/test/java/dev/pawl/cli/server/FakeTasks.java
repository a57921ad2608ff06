package dev.pawl.cli.server;

import dev.pawl.v1.GetTaskRequest;
import dev.pawl.v1.GetTaskResponse;
import dev.pawl.v1.ListTasksRequest;
import dev.pawl.v1.ListTasksResponse;
import dev.pawl.v1.SubmitTaskRequest;
import dev.pawl.v1.SubmitTaskResponse;
import dev.pawl.v1.Task;
import dev.pawl.v1.TaskServiceGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Tasks that a test or a submission put there. */
public final class FakeTasks extends TaskServiceGrpc.TaskServiceImplBase {
  public final Map<String, Task> byName = new ConcurrentSkipListMap<>();
  public final List<SubmitTaskRequest> submitted = new CopyOnWriteArrayList<>();

  /** What the submission of a name is refused with. */
  public final Map<String, StatusRuntimeException> refusals = new ConcurrentHashMap<>();

  @Override
  public void submitTask(SubmitTaskRequest request, StreamObserver<SubmitTaskResponse> observer) {
    submitted.add(request);
    Answers.answer(
        observer,
        () -> {
          String bare = request.getTask().getName();
          StatusRuntimeException refusal = refusals.get(bare);
          if (refusal != null) {
            throw refusal;
          }
          String name = request.getParent() + "/tasks/" + bare;
          Task before = byName.get(name);
          boolean same = before != null && before.getDefinition().equals(request.getTask());
          Task next =
              Task.newBuilder()
                  .setName(name)
                  .setVersion(
                      before == null ? 1 : same ? before.getVersion() : before.getVersion() + 1)
                  .setDefinition(request.getTask())
                  .build();
          if (!request.getDryRun()) {
            byName.put(name, next);
          }
          return SubmitTaskResponse.newBuilder().setTask(next).setChanged(!same).build();
        });
  }

  @Override
  public void getTask(GetTaskRequest request, StreamObserver<GetTaskResponse> observer) {
    Answers.answer(
        observer,
        () -> {
          Task found = byName.get(request.getName());
          if (found == null) {
            throw Answers.refusal(
                Status.Code.NOT_FOUND,
                "TASK_NOT_FOUND",
                "There is no task " + request.getName() + ".");
          }
          return GetTaskResponse.newBuilder().setTask(found).build();
        });
  }

  @Override
  public void listTasks(ListTasksRequest request, StreamObserver<ListTasksResponse> observer) {
    Answers.answer(
        observer, () -> ListTasksResponse.newBuilder().addAllTasks(byName.values()).build());
  }
}
