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
import java.util.stream.IntStream;

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
          int size = Pages.size(request.getPageSize(), USUAL_PAGE);
          Scope scope = Scope.of("executions", request.getParent());
          int from = tokens.read(scope, request.getPageToken()).map(Steps::index).orElse(0);
          return steps
              .find(ResourceNames.step("parent", request.getParent()))
              .thenCompose(found -> list(found, scope, from, size));
        });
  }

  /** Each is asked by itself: they are as many as the page is long. */
  private CompletionStage<ListExecutionsResponse> list(
      Steps.Found found, Scope scope, int from, int size) {
    int[] released =
        IntStream.range(0, count(found)).filter(index -> isReleased(found, index)).toArray();
    int[] page = IntStream.of(released).filter(index -> index >= from).limit(size + 1L).toArray();
    CompletionStage<ListExecutionsResponse.Builder> response =
        CompletableFuture.completedFuture(
            ListExecutionsResponse.newBuilder().setTotalSize(released.length));
    for (int index : IntStream.of(page).limit(size).toArray()) {
      response =
          response.thenCombine(
              describe(found, index),
              (builder, execution) -> {
                execution.map(ExecutionGrpcService::listed).ifPresent(builder::addExecutions);
                return builder;
              });
    }
    return response.thenApply(
        builder ->
            builder
                .setNextPageToken(
                    tokens.write(
                        scope,
                        page.length > size
                            ? Optional.of(Integer.toString(page[size]))
                            : Optional.empty()))
                .build());
  }

  /** A page of what executions published could be larger than a message may be. */
  private static Execution listed(Execution execution) {
    return execution.toBuilder().clearAdditionalData().clearAdditionalDataTruncated().build();
  }

  private static int count(Steps.Found found) {
    return Math.max(1, found.step().executions().size());
  }

  private static StepStatus status(Steps.Found found, int index) {
    return found.step().executions().isEmpty()
        ? found.step().status()
        : found.step().executions().get(index).status();
  }

  private static boolean isReleased(Steps.Found found, int index) {
    return index < count(found) && status(found, index) != StepStatus.WAIT_UPSTREAM;
  }

  /** The execution, once it was released. */
  private CompletionStage<Optional<Execution>> describe(Steps.Found found, int index) {
    ExecutionId id = new ExecutionId(found.run(), found.step().task(), index);
    if (!isReleased(found, index)) {
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
    StepStatus status = status(found, id.index());
    return switch (status) {
      case WAIT_DISPATCH, RUNNING, RETRY_WAIT, TERMINATING ->
          Optional.of(RunMapper.toReadyExecution(found.project(), id, status));
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
