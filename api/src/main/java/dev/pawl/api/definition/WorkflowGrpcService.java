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
  private final Submissions submissions;
  private final DefinitionReads reads;

  WorkflowGrpcService(Submissions submissions, DefinitionReads reads) {
    this.submissions = submissions;
    this.reads = reads;
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
    return submissions
        .submit(id, definition, cause, expected, request.getDryRun())
        .thenApply(
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
        () ->
            reads
                .find(
                    ResourceNames.workflow("name", request.getName()),
                    DefinitionReads.version(request.hasVersion(), request.getVersion()))
                .thenApply(
                    found ->
                        GetWorkflowResponse.newBuilder()
                            .setWorkflow(
                                DefinitionMapper.toWorkflow(
                                    found.head(), found.content().getWorkflow()))
                            .build()));
  }

  @Override
  public void listWorkflows(
      ListWorkflowsRequest request, StreamObserver<ListWorkflowsResponse> observer) {
    Unary.answer(
        observer,
        () ->
            reads
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
