package dev.pawl.cli.server;

import dev.pawl.v1.GetWorkflowRequest;
import dev.pawl.v1.GetWorkflowResponse;
import dev.pawl.v1.ListWorkflowsRequest;
import dev.pawl.v1.ListWorkflowsResponse;
import dev.pawl.v1.SubmitWorkflowRequest;
import dev.pawl.v1.SubmitWorkflowResponse;
import dev.pawl.v1.Workflow;
import dev.pawl.v1.WorkflowServiceGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Workflows that a test or a submission put there. */
public final class FakeWorkflows extends WorkflowServiceGrpc.WorkflowServiceImplBase {
  public final Map<String, Workflow> byName = new ConcurrentSkipListMap<>();
  public final List<SubmitWorkflowRequest> submitted = new CopyOnWriteArrayList<>();

  /** What the submission of a name is refused with. */
  public final Map<String, StatusRuntimeException> refusals = new ConcurrentHashMap<>();

  @Override
  public void submitWorkflow(
      SubmitWorkflowRequest request, StreamObserver<SubmitWorkflowResponse> observer) {
    submitted.add(request);
    Answers.answer(
        observer,
        () -> {
          String bare = request.getWorkflow().getName();
          StatusRuntimeException refusal = refusals.get(bare);
          if (refusal != null) {
            throw refusal;
          }
          String name = request.getParent() + "/workflows/" + bare;
          Workflow before = byName.get(name);
          boolean same = before != null && before.getDefinition().equals(request.getWorkflow());
          Workflow next =
              Workflow.newBuilder()
                  .setName(name)
                  .setVersion(
                      before == null ? 1 : same ? before.getVersion() : before.getVersion() + 1)
                  .setDefinition(request.getWorkflow())
                  .build();
          if (!request.getDryRun()) {
            byName.put(name, next);
          }
          return SubmitWorkflowResponse.newBuilder().setWorkflow(next).setChanged(!same).build();
        });
  }

  @Override
  public void getWorkflow(
      GetWorkflowRequest request, StreamObserver<GetWorkflowResponse> observer) {
    Answers.answer(
        observer,
        () -> {
          Workflow found = byName.get(request.getName());
          if (found == null) {
            throw Answers.refusal(
                Status.Code.NOT_FOUND,
                "WORKFLOW_NOT_FOUND",
                "There is no workflow " + request.getName() + ".");
          }
          return GetWorkflowResponse.newBuilder().setWorkflow(found).build();
        });
  }

  @Override
  public void listWorkflows(
      ListWorkflowsRequest request, StreamObserver<ListWorkflowsResponse> observer) {
    Answers.answer(
        observer,
        () -> ListWorkflowsResponse.newBuilder().addAllWorkflows(byName.values()).build());
  }
}
