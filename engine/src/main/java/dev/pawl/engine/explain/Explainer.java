package dev.pawl.engine.explain;

import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.decider.Unavailable;
import dev.pawl.engine.execution.ExecutionId;
import dev.pawl.engine.execution.Executions;
import dev.pawl.engine.explain.Explanation.OfStep;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunRejection;
import dev.pawl.engine.run.Runs;
import dev.pawl.engine.run.StepRef;
import dev.pawl.engine.worker.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Explains where runs and steps are: asks the run, and of what that knows only roughly the
 * executions, and the worker groups where they wait. It decides nothing, and whoever does not
 * answer leaves the explanation less precise.
 */
public final class Explainer {
  private final Runs runs;
  private final Executions executions;
  private final Workers workers;

  public Explainer(Runs runs, Executions executions, Workers workers) {
    this.runs = runs;
    this.executions = executions;
    this.workers = workers;
  }

  /**
   * Why a run, or one step of it, is where it is.
   *
   * @param step which one; the run itself when empty
   */
  public CompletionStage<Answer<Explanation, RunRejection>> explain(
      String project, RunId run, Optional<StepRef> step) {
    return runs.explain(project, run, step)
        .thenCompose(
            answer ->
                switch (answer) {
                  case Answer.Accepted(var explanation) ->
                      closer(run, explanation).thenApply(Answer.Accepted::new);
                  case Answer.Refused<Explanation, RunRejection> refused ->
                      CompletableFuture.completedStage(refused);
                });
  }

  private CompletionStage<Explanation> closer(RunId run, Explanation explanation) {
    return all(explanation.steps(), step -> closer(run, step))
        .thenApply(steps -> new Explanation(explanation.status(), explanation.reasons(), steps));
  }

  private CompletionStage<OfStep> closer(RunId run, OfStep step) {
    ExecutionId execution = new ExecutionId(run, step.step(), step.execution());
    return all(step.reasons(), reason -> ofExecution(execution, reason))
        .thenApply(found -> found.stream().flatMap(List::stream).toList())
        .thenCompose(found -> all(found, reason -> ofGroup(execution, reason)))
        .thenApply(found -> new OfStep(step.step(), step.execution(), step.status(), found));
  }

  /** What the execution says itself where the run knows it from hearsay. */
  private CompletionStage<List<Reason>> ofExecution(ExecutionId execution, Reason reason) {
    List<Reason> known = List.of(reason);
    return switch (reason) {
      case Reason.Slot _, Reason.Retry _, Reason.AtWork _, Reason.Stopping _ ->
          executions
              .explain(execution)
              .thenApply(own -> own.isEmpty() ? known : own)
              .exceptionallyCompose(failure -> unlessAway(failure, known));
      case Reason.Upstream _,
          Reason.NothingNew _,
          Reason.RunPaused _,
          Reason.RunStopping _,
          Reason.RunRollingBack _,
          Reason.InFlight _,
          Reason.RunOver _,
          Reason.FlightLimit _,
          Reason.Undo _,
          Reason.Settling _,
          Reason.StepOver _ ->
          CompletableFuture.completedStage(known);
    };
  }

  /** An execution that does not answer leaves what is known. */
  private static <T> CompletionStage<T> unlessAway(Throwable failure, T known) {
    Throwable cause =
        failure instanceof CompletionException wrapped && wrapped.getCause() != null
            ? wrapped.getCause()
            : failure;
    return cause instanceof Unavailable
        ? CompletableFuture.completedStage(known)
        : CompletableFuture.failedStage(failure);
  }

  private CompletionStage<Reason> ofGroup(ExecutionId execution, Reason reason) {
    return reason instanceof Reason.Slot(var group, var worker, var since, _)
        ? workers
            .place(group, execution, worker)
            .thenApply(place -> new Reason.Slot(group, worker, since, place))
        : CompletableFuture.completedStage(reason);
  }

  /** Asks about all at once, and answers in their order. */
  private static <A, B> CompletionStage<List<B>> all(
      List<A> items, Function<A, CompletionStage<B>> question) {
    CompletionStage<List<B>> answers = CompletableFuture.completedStage(new ArrayList<>());
    for (CompletionStage<B> answer : items.stream().map(question).toList()) {
      answers =
          answers.thenCombine(
              answer,
              (list, next) -> {
                list.add(next);
                return list;
              });
    }
    return answers;
  }
}
