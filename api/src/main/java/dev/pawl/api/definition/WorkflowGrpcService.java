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
import dev.pawl.v1.GetWorkflowRequest;
import dev.pawl.v1.GetWorkflowResponse;
import dev.pawl.v1.ListWorkflowsRequest;
import dev.pawl.v1.ListWorkflowsResponse;
import dev.pawl.v1.SubmitWorkflowRequest;
import dev.pawl.v1.SubmitWorkflowResponse;
import dev.pawl.v1.WorkflowServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** Translates WorkflowService calls into commands on definitions, and nothing else. */
final class WorkflowGrpcService extends WorkflowServiceGrpc.WorkflowServiceImplBase {
  private final Definitions definitions;
  private final ContentStore contents;
  private final Submissions submissions;
  private final DefinitionLists lists;

  WorkflowGrpcService(
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
  public void submitWorkflow(
      SubmitWorkflowRequest request, StreamObserver<SubmitWorkflowResponse> observer) {
    Unary.answer(observer, () -> submit(request));
  }

  private CompletionStage<SubmitWorkflowResponse> submit(SubmitWorkflowRequest request) {
    String project = ResourceNames.project("parent", request.getParent());
    Cause.Command cause =
        Commands.cause(request, request.getRequestId(), request.getReason(), Caller.current());
    OptionalLong expected =
        Commands.expectedVersion(request.hasExpectedVersion(), request.getExpectedVersion());
    if (!request.hasWorkflow()) {
      throw ApiErrors.invalidField("workflow", "is missing: give the definition");
    }
    Definition definition = Submissions.checked(request.getWorkflow());
    DefinitionId id =
        new DefinitionId(DefinitionKind.WORKFLOW, project, definition.getWorkflow().getName());
    CompletionStage<DefinitionHead> head =
        request.getDryRun()
            ? submissions.preview(id, definition, cause, expected)
            : submissions.submit(id, definition, cause, expected);
    return head.thenApply(
        found ->
            SubmitWorkflowResponse.newBuilder()
                .setWorkflow(DefinitionMapper.toWorkflow(found, definition.getWorkflow()))
                .setChanged(found.changed())
                .build());
  }

  @Override
  public void getWorkflow(
      GetWorkflowRequest request, StreamObserver<GetWorkflowResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          DefinitionId id = ResourceNames.workflow("name", request.getName());
          return definitions
              .describe(id, DefinitionLists.version(request.hasVersion(), request.getVersion()))
              .thenApply(answer -> DefinitionErrors.accepted(id, answer))
              .thenCompose(
                  head ->
                      contents
                          .get(head.hash())
                          .thenApply(
                              content ->
                                  GetWorkflowResponse.newBuilder()
                                      .setWorkflow(
                                          DefinitionMapper.toWorkflow(
                                              head,
                                              ContractPlanReader.parse(content).getWorkflow()))
                                      .build()));
        });
  }

  @Override
  public void listWorkflows(
      ListWorkflowsRequest request, StreamObserver<ListWorkflowsResponse> observer) {
    Unary.answer(
        observer,
        () ->
            lists
                .list(
                    DefinitionKind.WORKFLOW,
                    request.getParent(),
                    request.getPageSize(),
                    request.getPageToken(),
                    request.getAtLeastList())
                .thenApply(
                    listed -> {
                      ListWorkflowsResponse.Builder response =
                          ListWorkflowsResponse.newBuilder()
                              .setNextPageToken(listed.nextPageToken())
                              .setTotalSize(listed.total())
                              .setAsOf(listed.asOf());
                      listed
                          .rows()
                          .forEach(row -> response.addWorkflows(DefinitionMapper.toWorkflow(row)));
                      return response.build();
                    }));
  }
}
