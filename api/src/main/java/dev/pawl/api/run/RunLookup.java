package dev.pawl.api.run;

import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.api.name.RunName;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.view.Views;
import dev.pawl.v1.ErrorReason;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Finds the run that a caller means by its id, or by the beginning or end of it. */
public final class RunLookup {
  private static final int MATCHES_SHOWN = 5;

  private final Views views;

  public RunLookup(Views views) {
    this.views = views;
  }

  /**
   * The run's id. One that was given whole is taken at its word: its owner says whether there is
   * such a run.
   */
  public CompletionStage<RunId> find(RunName name) {
    if (name.exact().isPresent()) {
      return CompletableFuture.completedFuture(name.exact().get());
    }
    if (!name.possible()) {
      return CompletableFuture.failedFuture(notFound(name.project(), name.id()));
    }
    return views
        .resolve(name.project(), name.id(), MATCHES_SHOWN + 1)
        .thenApply(found -> single(name, found));
  }

  private static RunId single(RunName name, List<RunId> found) {
    if (found.isEmpty()) {
      throw notFound(name.project(), name.id());
    }
    if (found.size() > 1) {
      String matches =
          found.stream().limit(MATCHES_SHOWN).map(RunId::value).collect(Collectors.joining(", "));
      throw ApiErrors.of(
          ErrorReason.ERROR_REASON_AMBIGUOUS_ID,
          "%s fits several runs, such as %s: give more of the id"
              .formatted(ResourceNames.quote(name.id()), matches),
          Map.of("matches", matches));
    }
    return found.getFirst();
  }

  /** No run of the project has this id. */
  public static StatusRuntimeException notFound(String project, String id) {
    return ApiErrors.of(
        ErrorReason.ERROR_REASON_RUN_NOT_FOUND,
        "project %s has no run %s: see its runs with `pawl run list`"
            .formatted(project, ResourceNames.quote(id)));
  }
}
