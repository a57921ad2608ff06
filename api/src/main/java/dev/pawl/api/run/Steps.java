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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

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
    if (!request.getFilter().isBlank() || !request.getOrderBy().isBlank()) {
      return impossible
          ? lookup.find(name).thenApply(_ -> ListTaskRunsResponse.getDefaultInstance())
          : search(name, request, size, wanted);
    }
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

  /** What only reading all of a run's steps tells. */
  private CompletionStage<ListTaskRunsResponse> search(
      RunName name, ListTaskRunsRequest request, int size, Set<StepStatus> wanted) {
    Predicate<StepView> filter = StepFilters.parse(request.getFilter());
    StepOrder order = StepOrder.parse(request.getOrderBy());
    return lookup
        .find(name)
        .thenCompose(
            id -> {
              Scope scope =
                  Scope.of(
                      "steps",
                      name.project(),
                      id.value(),
                      wanted.toString(),
                      request.getFilter(),
                      request.getOrderBy());
              Optional<StepOrder.Place> behind =
                  tokens.read(scope, request.getPageToken()).map(order::parsePlace);
              return all(name.project(), id, wanted, 0, new ArrayList<>())
                  .thenApply(
                      all -> {
                        List<StepView> found =
                            all.stream()
                                .filter(filter)
                                .sorted(Comparator.comparing(order::place))
                                .toList();
                        List<StepView> rest =
                            found.stream()
                                .filter(
                                    step ->
                                        behind.isEmpty()
                                            || order.place(step).compareTo(behind.get()) > 0)
                                .toList();
                        List<StepView> page = rest.subList(0, Math.min(size, rest.size()));
                        ListTaskRunsResponse.Builder response =
                            ListTaskRunsResponse.newBuilder()
                                .setTotalSize(found.size())
                                .setNextPageToken(
                                    tokens.write(
                                        scope,
                                        page.size() < rest.size()
                                            ? Optional.of(order.place(page.getLast()).text())
                                            : Optional.empty()));
                        page.forEach(
                            step ->
                                response.addTaskRuns(
                                    RunMapper.toTaskRun(name.project(), id, step)));
                        return response.build();
                      });
            });
  }

  private CompletionStage<List<StepView>> all(
      String project, RunId id, Set<StepStatus> wanted, int from, List<StepView> before) {
    return runs.steps(project, id, from, Pages.LARGEST, wanted)
        .thenCompose(
            answer -> {
              Runs.StepPage page = RunErrors.accepted(project, id, answer);
              before.addAll(page.steps());
              return page.next().isPresent()
                  ? all(project, id, wanted, Math.toIntExact(page.next().getAsLong()), before)
                  : CompletableFuture.completedFuture(before);
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

  /** Reads the place that a page goes on from. */
  static int index(String key) {
    try {
      return Integer.parseInt(key);
    } catch (NumberFormatException e) {
      throw SealedTokens.damaged(Purpose.PAGE);
    }
  }
}
