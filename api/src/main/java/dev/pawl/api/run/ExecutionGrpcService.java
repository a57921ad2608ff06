package dev.pawl.api.run;

import dev.pawl.api.call.Unary;
import dev.pawl.api.name.ExecutionName;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.page.PageTokens;
import dev.pawl.api.page.Pages;
import dev.pawl.api.page.SealedTokens.Scope;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.Executions;
import dev.pawl.engine.run.StepStatus;
import dev.pawl.v1.Execution;
import dev.pawl.v1.ExecutionServiceGrpc;
import dev.pawl.v1.GetExecutionRequest;
import dev.pawl.v1.GetExecutionResponse;
import dev.pawl.v1.ListExecutionsRequest;
import dev.pawl.v1.ListExecutionsResponse;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Translates ExecutionService calls into questions to executions, and nothing else. */
final class ExecutionGrpcService extends ExecutionServiceGrpc.ExecutionServiceImplBase {
  private static final int USUAL_PAGE = 50;

  private final Executions executions;
  private final Steps steps;
  private final RunMapper mapper;
  private final PageTokens tokens;

  ExecutionGrpcService(Executions executions, Steps steps, RunMapper mapper, PageTokens tokens) {
    this.executions = executions;
    this.steps = steps;
    this.mapper = mapper;
    this.tokens = tokens;
  }

  @Override
  public void getExecution(
      GetExecutionRequest request, StreamObserver<GetExecutionResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          ExecutionName name = ResourceNames.execution("name", request.getName());
          return steps
              .find(name.step())
              .thenCompose(found -> describe(found, name.index()))
              .thenApply(
                  execution ->
                      GetExecutionResponse.newBuilder()
                          .setExecution(
                              execution.orElseThrow(
                                  () -> RunErrors.executionNotFound(request.getName())))
                          .build());
        });
  }

  @Override
  public void listExecutions(
      ListExecutionsRequest request, StreamObserver<ListExecutionsResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          // A step has one execution: there is a first page only, and no token leads to another.
          tokens.read(Scope.of("executions", request.getParent()), request.getPageToken());
          Pages.size(request.getPageSize(), USUAL_PAGE);
          return steps
              .find(ResourceNames.step("parent", request.getParent()))
              .thenCompose(found -> describe(found, 0))
              .thenApply(
                  execution -> {
                    ListExecutionsResponse.Builder response = ListExecutionsResponse.newBuilder();
                    execution.ifPresent(only -> response.addExecutions(only).setTotalSize(1));
                    return response.build();
                  });
        });
  }

  /** The execution, once it was released. */
  private CompletionStage<Optional<Execution>> describe(Steps.Found found, int index) {
    ExecutionId id = new ExecutionId(found.run(), found.step().task(), index);
    if (index != 0 || found.step().status() == StepStatus.WAIT_UPSTREAM) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return executions
        .describe(id)
        .thenCompose(
            view ->
                view.isPresent()
                    ? mapper.toExecution(found.project(), view.get()).thenApply(Optional::of)
                    : CompletableFuture.completedFuture(unstored(found, id)));
  }

  private static Optional<Execution> unstored(Steps.Found found, ExecutionId id) {
    return switch (found.step().status()) {
      case WAIT_DISPATCH, RUNNING, RETRY_WAIT, TERMINATING ->
          Optional.of(RunMapper.toReadyExecution(found.project(), id, found.step().status()));
      case WAIT_UPSTREAM,
          ROLLING_BACK,
          SUCCEEDED,
          FAILED,
          TERMINATED,
          SKIPPED,
          ROLLED_BACK,
          ROLLBACK_FAILED ->
          Optional.empty();
    };
  }
}
