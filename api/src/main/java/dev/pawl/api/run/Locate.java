package dev.pawl.api.run;

import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.name.RunName;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.run.Runs;
import dev.pawl.engine.run.StepStatus;
import dev.pawl.v1.LocateTaskRunRequest;
import dev.pawl.v1.LocateTaskRunResponse;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/** Finds a step of a run, and the end of its log. */
final class Locate {
  private static final int MOST_TEXT = 256;
  private static final int MOST_LINES = 200;

  private final Runs runs;
  private final RunLookup lookup;
  private final LogEnds logs;

  Locate(Runs runs, RunLookup lookup, LogEnds logs) {
    this.runs = runs;
    this.lookup = lookup;
    this.logs = logs;
  }

  CompletionStage<LocateTaskRunResponse> locate(LocateTaskRunRequest request) {
    RunName name = ResourceNames.run("parent", request.getParent());
    check(request);
    Set<StepStatus> wanted = RunWords.toEngine("states", request.getStatesList());
    if (request.getStatesCount() > 0 && wanted.isEmpty()) {
      // No step comes to any of these states yet.
      return found(
          name,
          new Runs.Sought("", Set.of(), 0),
          0,
          location -> new Runs.Location(Optional.empty(), 0, location.steps()));
    }
    return found(
        name,
        new Runs.Sought(request.getText(), wanted, request.getFromIndex()),
        request.getLogLines(),
        location -> location);
  }

  private static void check(LocateTaskRunRequest request) {
    if (request.getText().length() > MOST_TEXT) {
      throw ApiErrors.invalidField(
          "text",
          "has %,d characters; at most %d".formatted(request.getText().length(), MOST_TEXT));
    }
    if (request.getFromIndex() < 0) {
      throw ApiErrors.invalidField("fromIndex", "is negative; steps are numbered from 0");
    }
    if (request.getLogLines() < 0) {
      throw ApiErrors.invalidField(
          "logLines", "is negative; must be 0 (for none) to %d".formatted(MOST_LINES));
    }
  }

  private CompletionStage<LocateTaskRunResponse> found(
      RunName name, Runs.Sought sought, int lines, UnaryOperator<Runs.Location> shown) {
    return lookup
        .find(name)
        .thenCompose(
            id ->
                runs.locate(name.project(), id, sought)
                    .thenApply(answer -> RunErrors.accepted(name.project(), id, answer))
                    .thenApply(shown)
                    .thenCompose(location -> answer(name.project(), id, location, lines)));
  }

  private CompletionStage<LocateTaskRunResponse> answer(
      String project, RunId id, Runs.Location location, int lines) {
    LocateTaskRunResponse.Builder response =
        LocateTaskRunResponse.newBuilder()
            .setMatches(location.matches())
            .setTotalSteps(location.steps());
    if (location.step().isEmpty()) {
      return CompletableFuture.completedStage(response.build());
    }
    response.setTaskRun(RunMapper.toTaskRun(project, id, location.step().get()));
    return lines == 0
        ? CompletableFuture.completedStage(response.build())
        : logs.end(project, id, location.step().get(), Math.min(lines, MOST_LINES))
            .thenApply(
                end -> {
                  end.ifPresent(
                      log -> response.setLogSection(log.section()).addAllLogLines(log.lines()));
                  return response.build();
                });
  }
}
