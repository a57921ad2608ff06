package dev.pawl.api.explain;

import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.call.Unary;
import dev.pawl.api.name.ExecutionName;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.name.RunName;
import dev.pawl.api.name.StepOrRunName;
import dev.pawl.api.run.RunErrors;
import dev.pawl.api.run.RunLookup;
import dev.pawl.engine.explain.Explainer;
import dev.pawl.engine.explain.Explanation;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.StepRef;
import dev.pawl.engine.run.StepStatus;
import dev.pawl.v1.ErrorReason;
import dev.pawl.v1.ExplainRequest;
import dev.pawl.v1.ExplainResponse;
import dev.pawl.v1.ExplainServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;

/** Translates ExplainService calls into questions to the owners, and nothing else. */
public final class ExplainGrpcService extends ExplainServiceGrpc.ExplainServiceImplBase {
  private final Explainer explainer;
  private final RunLookup lookup;

  public ExplainGrpcService(Explainer explainer, RunLookup lookup) {
    this.explainer = explainer;
    this.lookup = lookup;
  }

  @Override
  public void explain(ExplainRequest request, StreamObserver<ExplainResponse> observer) {
    Unary.answer(observer, () -> explain(request.getName()));
  }

  private CompletionStage<ExplainResponse> explain(String name) {
    if (name.contains("/executions/")) {
      ExecutionName execution = ResourceNames.execution("name", name);
      RunName run = execution.step().run();
      return explain(
          run,
          Optional.of(new StepRef(execution.step().task(), OptionalInt.of(execution.index()))),
          (id, found) -> ofExecution(name, run.project(), id, found));
    }
    StepOrRunName wanted = ResourceNames.stepOrRun("name", name);
    String project = wanted.run().project();
    return explain(
        wanted.run(),
        wanted.task().map(StepRef::of),
        (id, found) ->
            wanted.task().isPresent()
                ? ExplainMapper.ofStep(project, id, found.steps().getFirst())
                : ExplainMapper.ofRun(project, id, found));
  }

  private CompletionStage<ExplainResponse> explain(
      RunName run,
      Optional<StepRef> step,
      BiFunction<RunId, Explanation, ExplainResponse.Builder> shown) {
    return lookup
        .find(run)
        .thenCompose(
            id ->
                explainer
                    .explain(run.project(), id, step)
                    .thenApply(answer -> RunErrors.accepted(run.project(), id, answer))
                    .thenApply(found -> shown.apply(id, found).build()));
  }

  /** There is one from its release on. */
  private static ExplainResponse.Builder ofExecution(
      String name, String project, RunId id, Explanation found) {
    Explanation.OfStep step = found.steps().getFirst();
    if (step.status() == StepStatus.WAIT_UPSTREAM) {
      throw ApiErrors.of(
          ErrorReason.ERROR_REASON_EXECUTION_NOT_FOUND,
          name + " does not exist: the step has no such execution, or it was not released yet");
    }
    return ExplainMapper.ofExecution(project, id, step);
  }
}
