package dev.pawl.api.run;

import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.name.RunName;
import dev.pawl.api.name.StepName;
import dev.pawl.api.page.PageTokens;
import dev.pawl.api.page.Pages;
import dev.pawl.api.page.SealedTokens;
import dev.pawl.api.page.SealedTokens.Purpose;
import dev.pawl.api.page.SealedTokens.Scope;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.Runs;
import dev.pawl.engine.run.StepStatus;
import dev.pawl.engine.run.StepView;
import dev.pawl.v1.ListTaskRunsRequest;
import dev.pawl.v1.ListTaskRunsResponse;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Reads the steps of runs from their owners. */
public final class Steps {
  private static final int USUAL_PAGE = 100;

  private final Runs runs;
  private final RunLookup lookup;
  private final PageTokens tokens;

  public Steps(Runs runs, RunLookup lookup, PageTokens tokens) {
    this.runs = runs;
    this.lookup = lookup;
    this.tokens = tokens;
  }

  /** A step and the run that it is of. */
  public record Found(String project, RunId run, StepView step) {}

  /** The step; NOT_FOUND when there is no such run, or no such step of it. */
  public CompletionStage<Found> find(StepName name) {
    String project = name.run().project();
    return lookup.find(name.run()).thenCompose(id -> find(project, id, name.task()));
  }

  /** The step of a run that was found. */
  public CompletionStage<Found> find(String project, RunId id, String task) {
    return runs.step(project, id, task)
        .thenApply(
            answer -> {
              Runs.StepPage page = RunErrors.accepted(project, id, answer);
              if (page.steps().isEmpty()) {
                throw RunErrors.stepNotFound(id, task);
              }
              return new Found(project, id, page.steps().getFirst());
            });
  }

  CompletionStage<ListTaskRunsResponse> list(ListTaskRunsRequest request) {
    RunName name = ResourceNames.run("parent", request.getParent());
    int size = Pages.size(request.getPageSize(), USUAL_PAGE);
    Set<StepStatus> wanted = RunWords.toEngine("states", request.getStatesList());
    boolean impossible = request.getStatesCount() > 0 && wanted.isEmpty();
    return lookup
        .find(name)
        .thenCompose(
            id -> {
              Scope scope = Scope.of("steps", name.project(), id.value(), wanted.toString());
              int from = tokens.read(scope, request.getPageToken()).map(Steps::index).orElse(0);
              return runs.steps(name.project(), id, from, impossible ? 1 : size, wanted)
                  .thenApply(
                      answer -> {
                        Runs.StepPage page = RunErrors.accepted(name.project(), id, answer);
                        return impossible
                            ? ListTaskRunsResponse.getDefaultInstance()
                            : toResponse(name.project(), id, scope, page);
                      });
            });
  }

  private ListTaskRunsResponse toResponse(
      String project, RunId id, Scope scope, Runs.StepPage page) {
    ListTaskRunsResponse.Builder response =
        ListTaskRunsResponse.newBuilder()
            .setTotalSize(page.total())
            .setNextPageToken(
                tokens.write(
                    scope,
                    page.next().isPresent()
                        ? Optional.of(Long.toString(page.next().getAsLong()))
                        : Optional.empty()));
    page.steps().forEach(step -> response.addTaskRuns(RunMapper.toTaskRun(project, id, step)));
    return response.build();
  }

  private static int index(String key) {
    try {
      return Integer.parseInt(key);
    } catch (NumberFormatException e) {
      throw SealedTokens.damaged(Purpose.PAGE);
    }
  }
}
