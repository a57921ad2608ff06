package dev.pawl.api.definition;

import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.call.Caller;
import dev.pawl.api.call.Commands;
import dev.pawl.api.call.Unary;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.journal.Cause;
import dev.pawl.v1.Definition;
import dev.pawl.v1.GetTaskRequest;
import dev.pawl.v1.GetTaskResponse;
import dev.pawl.v1.ListTasksRequest;
import dev.pawl.v1.ListTasksResponse;
import dev.pawl.v1.SubmitTaskRequest;
import dev.pawl.v1.SubmitTaskResponse;
import dev.pawl.v1.TaskServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** Translates TaskService calls into commands on definitions, and nothing else. */
final class TaskGrpcService extends TaskServiceGrpc.TaskServiceImplBase {
  private final Submissions submissions;
  private final DefinitionReads reads;

  TaskGrpcService(Submissions submissions, DefinitionReads reads) {
    this.submissions = submissions;
    this.reads = reads;
  }

  @Override
  public void submitTask(SubmitTaskRequest request, StreamObserver<SubmitTaskResponse> observer) {
    Unary.answer(observer, () -> submit(request));
  }

  private CompletionStage<SubmitTaskResponse> submit(SubmitTaskRequest request) {
    String project = ResourceNames.project("parent", request.getParent());
    Cause.Command cause =
        Commands.cause(request, request.getRequestId(), request.getReason(), Caller.current());
    OptionalLong expected =
        Commands.expectedVersion(request.hasExpectedVersion(), request.getExpectedVersion());
    if (!request.hasTask()) {
      throw ApiErrors.invalidField("task", "is missing: give the definition");
    }
    Definition definition = Submissions.checked(request.getTask());
    DefinitionId id =
        new DefinitionId(DefinitionKind.TASK, project, definition.getTask().getName());
    return submissions
        .submit(id, definition, cause, expected, request.getDryRun())
        .thenApply(
            found ->
                SubmitTaskResponse.newBuilder()
                    .setTask(DefinitionMapper.toTask(found, definition.getTask()))
                    .setChanged(found.changed())
                    .build());
  }

  @Override
  public void getTask(GetTaskRequest request, StreamObserver<GetTaskResponse> observer) {
    Unary.answer(
        observer,
        () ->
            reads
                .find(
                    ResourceNames.task("name", request.getName()),
                    DefinitionReads.version(request.hasVersion(), request.getVersion()))
                .thenApply(
                    found ->
                        GetTaskResponse.newBuilder()
                            .setTask(
                                DefinitionMapper.toTask(found.head(), found.content().getTask()))
                            .build()));
  }

  @Override
  public void listTasks(ListTasksRequest request, StreamObserver<ListTasksResponse> observer) {
    Unary.answer(
        observer,
        () ->
            reads
                .list(
                    DefinitionKind.TASK,
                    request.getParent(),
                    request.getPageSize(),
                    request.getPageToken(),
                    request.getAtLeastList())
                .thenApply(
                    listed -> {
                      ListTasksResponse.Builder response =
                          ListTasksResponse.newBuilder()
                              .setNextPageToken(listed.nextPageToken())
                              .setTotalSize(listed.total())
                              .setAsOf(listed.asOf());
                      listed.rows().forEach(row -> response.addTasks(DefinitionMapper.toTask(row)));
                      return response.build();
                    }));
  }
}
