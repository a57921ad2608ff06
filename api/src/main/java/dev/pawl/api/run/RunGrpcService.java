package dev.pawl.api.run;

import com.google.protobuf.Timestamp;
import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.call.Caller;
import dev.pawl.api.call.LongPolls;
import dev.pawl.api.call.OpenStreams;
import dev.pawl.api.call.Unary;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.name.RunName;
import dev.pawl.api.object.DeletedMarks;
import dev.pawl.api.page.PageTokens;
import dev.pawl.api.page.Pages;
import dev.pawl.api.page.SealedTokens.Scope;
import dev.pawl.api.run.RunCommands.Outcome;
import dev.pawl.api.value.Timestamps;
import dev.pawl.engine.decider.Answer;
import dev.pawl.engine.definition.RunVerb;
import dev.pawl.engine.run.RunHead;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.RunRejection;
import dev.pawl.engine.run.Runs;
import dev.pawl.engine.view.RunFilter;
import dev.pawl.engine.view.RunOrder;
import dev.pawl.engine.view.RunQuery;
import dev.pawl.engine.view.Views;
import dev.pawl.v1.ContinueRunRequest;
import dev.pawl.v1.ContinueRunResponse;
import dev.pawl.v1.ForcePauseRunRequest;
import dev.pawl.v1.ForcePauseRunResponse;
import dev.pawl.v1.GetRunRequest;
import dev.pawl.v1.GetRunResponse;
import dev.pawl.v1.GetTaskRunRequest;
import dev.pawl.v1.GetTaskRunResponse;
import dev.pawl.v1.ListRunsRequest;
import dev.pawl.v1.ListRunsResponse;
import dev.pawl.v1.ListTaskRunsRequest;
import dev.pawl.v1.ListTaskRunsResponse;
import dev.pawl.v1.LocateTaskRunRequest;
import dev.pawl.v1.LocateTaskRunResponse;
import dev.pawl.v1.PassRunRequest;
import dev.pawl.v1.PassRunResponse;
import dev.pawl.v1.PassTaskRunRequest;
import dev.pawl.v1.PassTaskRunResponse;
import dev.pawl.v1.PauseRunRequest;
import dev.pawl.v1.PauseRunResponse;
import dev.pawl.v1.RedoExecutionRequest;
import dev.pawl.v1.RedoExecutionResponse;
import dev.pawl.v1.RedoRunRequest;
import dev.pawl.v1.RedoRunResponse;
import dev.pawl.v1.RedoTaskRunRequest;
import dev.pawl.v1.RedoTaskRunResponse;
import dev.pawl.v1.RetryRunRequest;
import dev.pawl.v1.RetryRunResponse;
import dev.pawl.v1.RetryTaskRunRequest;
import dev.pawl.v1.RetryTaskRunResponse;
import dev.pawl.v1.RollbackRunRequest;
import dev.pawl.v1.RollbackRunResponse;
import dev.pawl.v1.Run;
import dev.pawl.v1.RunServiceGrpc;
import dev.pawl.v1.StartRunRequest;
import dev.pawl.v1.StartRunResponse;
import dev.pawl.v1.StepEffect;
import dev.pawl.v1.StopExecutionRequest;
import dev.pawl.v1.StopExecutionResponse;
import dev.pawl.v1.StopRunRequest;
import dev.pawl.v1.StopRunResponse;
import dev.pawl.v1.StopTaskRunRequest;
import dev.pawl.v1.StopTaskRunResponse;
import dev.pawl.v1.WaitRunRequest;
import dev.pawl.v1.WaitRunResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/** Translates RunService calls into commands on runs, and nothing else. */
final class RunGrpcService extends RunServiceGrpc.RunServiceImplBase {
  private static final int USUAL_PAGE = 50;
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  private final Runs runs;
  private final Views views;
  private final RunLookup lookup;
  private final RunStart start;
  private final RunCommands commands;
  private final Steps steps;
  private final Locate locate;
  private final RunMapper mapper;
  private final DeletedMarks marks;
  private final PageTokens tokens;
  private final OpenStreams streams;

  RunGrpcService(
      Runs runs,
      Views views,
      RunLookup lookup,
      RunStart start,
      RunCommands commands,
      Steps steps,
      Locate locate,
      RunMapper mapper,
      DeletedMarks marks,
      PageTokens tokens,
      OpenStreams streams) {
    this.runs = runs;
    this.views = views;
    this.lookup = lookup;
    this.start = start;
    this.commands = commands;
    this.steps = steps;
    this.locate = locate;
    this.mapper = mapper;
    this.marks = marks;
    this.tokens = tokens;
    this.streams = streams;
  }

  @Override
  public void startRun(StartRunRequest request, StreamObserver<StartRunResponse> observer) {
    Unary.answer(
        observer,
        () ->
            start
                .start(request, Caller.current())
                .thenApply(run -> StartRunResponse.newBuilder().setRun(run).build()));
  }

  @Override
  public void getRun(GetRunRequest request, StreamObserver<GetRunResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          RunName name = ResourceNames.run("name", request.getName());
          return answered(name, id -> runs.describe(name.project(), id))
              .thenApply(run -> GetRunResponse.newBuilder().setRun(run).build());
        });
  }

  @Override
  public void listRuns(ListRunsRequest request, StreamObserver<ListRunsResponse> observer) {
    Unary.answer(observer, () -> list(request));
  }

  private CompletionStage<ListRunsResponse> list(ListRunsRequest request) {
    String project = ResourceNames.project("parent", request.getParent());
    RunFilter filter = RunFilters.parse(request.getFilter());
    RunOrder order = RunFilters.order(request.getOrderBy());
    int size = Pages.size(request.getPageSize(), USUAL_PAGE);
    Scope scope = Scope.of("runs", project, filter.toString(), order.toString());
    RunFilter seen = RunFilters.seen(filter, Caller.current().rights(request));
    return views
        .runs(
            project,
            new RunQuery(seen, order, start(scope, request), size),
            Pages.revisions(request.getAtLeastList()))
        .thenCompose(
            page ->
                marks
                    .on(project, page.rows().stream().map(mapper::toListed).toList())
                    .thenApply(
                        runs ->
                            ListRunsResponse.newBuilder()
                                .setNextPageToken(tokens.write(scope, page.next()))
                                .setTotalSize(page.total())
                                .setTotalPages((page.total() + size - 1) / size)
                                .setAsOf(Timestamps.of(page.asOf()))
                                .addAllRuns(runs)
                                .build()));
  }

  private RunQuery.Start start(Scope scope, ListRunsRequest request) {
    Optional<String> behind = tokens.read(scope, request.getPageToken());
    if (request.getPage() == 0) {
      return behind
          .<RunQuery.Start>map(RunQuery.Start.Behind::new)
          .orElseGet(RunQuery.Start.First::new);
    }
    if (request.getPage() < 0) {
      throw ApiErrors.invalidField(
          "page", "is %,d; pages are counted from 1".formatted(request.getPage()));
    }
    if (behind.isPresent()) {
      throw ApiErrors.invalidField("page", "stands beside pageToken; give one of them");
    }
    return new RunQuery.Start.Numbered(request.getPage());
  }

  @Override
  public void waitRun(WaitRunRequest request, StreamObserver<WaitRunResponse> observer) {
    Unary.answer(
        observer,
        () -> {
          RunName name = ResourceNames.run("name", request.getName());
          Duration atMost = LongPolls.atMost(request.hasTimeout(), request.getTimeout());
          return LongPolls.unlessLeaving(
              streams,
              answered(name, id -> runs.await(name.project(), id, atMost))
                  .thenApply(run -> WaitRunResponse.newBuilder().setRun(run).build()));
        });
  }

  @Override
  public void pauseRun(PauseRunRequest request, StreamObserver<PauseRunResponse> observer) {
    answer(
        observer,
        () -> commands.onRun(RunVerb.PAUSE, request, until(request.hasUntil(), request.getUntil())),
        (run, effects) -> PauseRunResponse.newBuilder().setRun(run).addAllEffects(effects).build());
  }

  @Override
  public void forcePauseRun(
      ForcePauseRunRequest request, StreamObserver<ForcePauseRunResponse> observer) {
    answer(
        observer,
        () ->
            commands.onRun(
                RunVerb.FORCED_PAUSE, request, until(request.hasUntil(), request.getUntil())),
        (run, effects) ->
            ForcePauseRunResponse.newBuilder().setRun(run).addAllEffects(effects).build());
  }

  @Override
  public void continueRun(
      ContinueRunRequest request, StreamObserver<ContinueRunResponse> observer) {
    answer(
        observer,
        () -> commands.onRun(RunVerb.CONTINUE, request),
        (run, effects) ->
            ContinueRunResponse.newBuilder().setRun(run).addAllEffects(effects).build());
  }

  @Override
  public void stopRun(StopRunRequest request, StreamObserver<StopRunResponse> observer) {
    answer(
        observer,
        () -> commands.onRun(RunVerb.STOP, request),
        (run, effects) -> StopRunResponse.newBuilder().setRun(run).addAllEffects(effects).build());
  }

  @Override
  public void retryRun(RetryRunRequest request, StreamObserver<RetryRunResponse> observer) {
    answer(
        observer,
        () -> commands.onRun(RunVerb.RETRY, request),
        (run, effects) -> RetryRunResponse.newBuilder().setRun(run).addAllEffects(effects).build());
  }

  @Override
  public void rollbackRun(
      RollbackRunRequest request, StreamObserver<RollbackRunResponse> observer) {
    answer(
        observer,
        () -> commands.onRun(RunVerb.ROLLBACK, request),
        (run, effects) ->
            RollbackRunResponse.newBuilder().setRun(run).addAllEffects(effects).build());
  }

  @Override
  public void passRun(PassRunRequest request, StreamObserver<PassRunResponse> observer) {
    answer(
        observer,
        () -> commands.onRun(RunVerb.PASS, request),
        (run, effects) -> PassRunResponse.newBuilder().setRun(run).addAllEffects(effects).build());
  }

  @Override
  public void redoRun(RedoRunRequest request, StreamObserver<RedoRunResponse> observer) {
    answer(
        observer,
        () -> commands.onRun(RunVerb.REDO, request),
        (run, effects) -> RedoRunResponse.newBuilder().setRun(run).addAllEffects(effects).build());
  }

  @Override
  public void retryTaskRun(
      RetryTaskRunRequest request, StreamObserver<RetryTaskRunResponse> observer) {
    answer(
        observer,
        () -> commands.onStep(RunVerb.RETRY, request),
        (run, effects) ->
            RetryTaskRunResponse.newBuilder().setRun(run).addAllEffects(effects).build());
  }

  @Override
  public void passTaskRun(
      PassTaskRunRequest request, StreamObserver<PassTaskRunResponse> observer) {
    answer(
        observer,
        () -> commands.onStep(RunVerb.PASS, request),
        (run, effects) ->
            PassTaskRunResponse.newBuilder().setRun(run).addAllEffects(effects).build());
  }

  @Override
  public void stopTaskRun(
      StopTaskRunRequest request, StreamObserver<StopTaskRunResponse> observer) {
    answer(
        observer,
        () -> commands.onStep(RunVerb.STOP, request),
        (run, effects) ->
            StopTaskRunResponse.newBuilder().setRun(run).addAllEffects(effects).build());
  }

  @Override
  public void redoTaskRun(
      RedoTaskRunRequest request, StreamObserver<RedoTaskRunResponse> observer) {
    answer(
        observer,
        () -> commands.onStep(RunVerb.REDO, request),
        (run, effects) ->
            RedoTaskRunResponse.newBuilder().setRun(run).addAllEffects(effects).build());
  }

  @Override
  public void stopExecution(
      StopExecutionRequest request, StreamObserver<StopExecutionResponse> observer) {
    answer(
        observer,
        () -> commands.onExecution(RunVerb.STOP, request),
        (run, effects) ->
            StopExecutionResponse.newBuilder().setRun(run).addAllEffects(effects).build());
  }

  @Override
  public void redoExecution(
      RedoExecutionRequest request, StreamObserver<RedoExecutionResponse> observer) {
    answer(
        observer,
        () -> commands.onExecution(RunVerb.REDO, request),
        (run, effects) ->
            RedoExecutionResponse.newBuilder().setRun(run).addAllEffects(effects).build());
  }

  /** Answers a command in the shape that its own rpc gives the outcome. */
  private static <R> void answer(
      StreamObserver<R> observer,
      Supplier<CompletionStage<Outcome>> command,
      BiFunction<Run, List<StepEffect>, R> shape) {
    Unary.answer(
        observer,
        () -> command.get().thenApply(outcome -> shape.apply(outcome.run(), outcome.effects())));
  }

  private static Optional<Instant> until(boolean given, Timestamp until) {
    if (!given) {
      return Optional.empty();
    }
    if (until.getSeconds() < 0
        || until.getSeconds() > LATEST.getEpochSecond()
        || until.getNanos() < 0
        || until.getNanos() > 999_999_999) {
      throw ApiErrors.invalidField("until", "is no point in time from 1970 to 9999");
    }
    return Optional.of(Instant.ofEpochSecond(until.getSeconds(), until.getNanos()));
  }

  /** The run that is asked for, as it answers. */
  private CompletionStage<Run> answered(
      RunName name, Function<RunId, CompletionStage<Answer<RunHead, RunRejection>>> question) {
    return lookup
        .find(name)
        .thenCompose(
            id ->
                question
                    .apply(id)
                    .thenApply(answer -> RunErrors.accepted(name.project(), id, answer)))
        .thenCompose((RunHead head) -> mapper.toRun(head))
        .thenCompose(run -> marks.on(name.project(), List.of(run)))
        .thenApply(List::getFirst);
  }

  @Override
  public void listTaskRuns(
      ListTaskRunsRequest request, StreamObserver<ListTaskRunsResponse> observer) {
    Unary.answer(observer, () -> steps.list(request));
  }

  @Override
  public void getTaskRun(GetTaskRunRequest request, StreamObserver<GetTaskRunResponse> observer) {
    Unary.answer(
        observer,
        () ->
            steps
                .find(ResourceNames.step("name", request.getName()))
                .thenCompose(
                    found ->
                        mapper.toTaskRunWithOutputs(found.project(), found.run(), found.step()))
                .thenApply(step -> GetTaskRunResponse.newBuilder().setTaskRun(step).build()));
  }

  @Override
  public void locateTaskRun(
      LocateTaskRunRequest request, StreamObserver<LocateTaskRunResponse> observer) {
    Unary.answer(observer, () -> locate.locate(request));
  }
}
