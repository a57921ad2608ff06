package dev.pawl.api.log;

import dev.pawl.api.call.SharedQuestions;
import dev.pawl.api.run.RunErrors;
import dev.pawl.api.run.Steps;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.Runs;
import dev.pawl.engine.run.StepView;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** What followers of logs ask the run: the same at the same time, so all who follow it share it. */
final class RunReads {
  private static final int STEPS_PAGE = 2_000;

  private final Runs runs;
  private final Steps steps;
  private final SharedQuestions<Of, RunHead> heads = new SharedQuestions<>();
  private final SharedQuestions<PageOf, Runs.StepPage> pages = new SharedQuestions<>();
  private final SharedQuestions<StepOf, StepView> single = new SharedQuestions<>();

  private record Of(String project, RunId run) {}

  private record PageOf(Of of, int from) {}

  private record StepOf(Of of, String task) {}

  RunReads(Runs runs, Steps steps) {
    this.runs = runs;
    this.steps = steps;
  }

  CompletionStage<RunHead> head(String project, RunId run) {
    return heads.ask(
        new Of(project, run),
        () ->
            runs.describe(project, run)
                .thenApply(answer -> RunErrors.accepted(project, run, answer)));
  }

  CompletionStage<Runs.StepPage> steps(String project, RunId run, int from) {
    return pages.ask(
        new PageOf(new Of(project, run), from),
        () ->
            runs.steps(project, run, from, STEPS_PAGE, Set.of())
                .thenApply(answer -> RunErrors.accepted(project, run, answer)));
  }

  CompletionStage<StepView> step(String project, RunId run, String task) {
    return single.ask(
        new StepOf(new Of(project, run), task),
        () -> steps.find(project, run, task).thenApply(Steps.Found::step));
  }
}
