package dev.pawl.api.definition;

import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.call.Caller;
import dev.pawl.api.call.Commands;
import dev.pawl.api.call.Unary;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.engine.content.ContentStore;
import dev.pawl.engine.definition.DefinitionHead;
import dev.pawl.engine.definition.DefinitionId;
import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.definition.Definitions;
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
  private final Definitions definitions;
  private final ContentStore contents;
  private final Submissions submissions;
  private final DefinitionLists lists;

  TaskGrpcService(
      Definitions definitions,
      ContentStore contents,
      Submissions submissions,
      DefinitionLists lists) {
    this.definitions = definitions;
    this.contents = contents;
    this.submissions = submissions;
    this.lists = lists;
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
    CompletionStage<DefinitionHead> head =
        request.getDryRun()
            ? submissions.preview(id, definition, cause, expected)
            : submissions.submit(id, definition, cause, expected);
    return head.thenApply(
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
        () -> {
          DefinitionId id = ResourceNames.task("name", request.getName());
          return definitions
              .describe(id, DefinitionLists.version(request.hasVersion(), request.getVersion()))
              .thenApply(answer -> DefinitionErrors.accepted(id, answer))
              .thenCompose(
                  head ->
                      contents
                          .get(head.hash())
                          .thenApply(
                              content ->
                                  GetTaskResponse.newBuilder()
                                      .setTask(
                                          DefinitionMapper.toTask(
                                              head, ContractPlanReader.parse(content).getTask()))
                                      .build()));
        });
  }

  @Override
  public void listTasks(ListTasksRequest request, StreamObserver<ListTasksResponse> observer) {
    Unary.answer(
        observer,
        () ->
            lists
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
