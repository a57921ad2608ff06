package dev.pawl.api.operation;

import dev.pawl.api.call.ApiErrors;
import dev.pawl.api.name.OperationName;
import dev.pawl.api.name.ResourceNames;
import dev.pawl.engine.operation.OperationId;
import dev.pawl.engine.view.Views;
import dev.pawl.v1.ErrorReason;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Finds the operation that a caller means by its id, or by the beginning or end of it. */
final class OperationLookup {
  private static final int MATCHES_SHOWN = 5;

  private final Views views;

  OperationLookup(Views views) {
    this.views = views;
  }

  /**
   * The operation's id. One that was given whole is taken at its word: its owner says whether there
   * is such an operation.
   */
  CompletionStage<OperationId> find(OperationName name) {
    if (name.exact().isPresent()) {
      return CompletableFuture.completedFuture(name.exact().get());
    }
    if (!name.possible()) {
      return CompletableFuture.failedFuture(OperationErrors.notFound(name.project(), name.id()));
    }
    return views
        .resolveOperations(name.project(), name.id(), MATCHES_SHOWN + 1)
        .thenApply(found -> single(name, found));
  }

  private static OperationId single(OperationName name, List<OperationId> found) {
    if (found.isEmpty()) {
      throw OperationErrors.notFound(name.project(), name.id());
    }
    if (found.size() > 1) {
      String matches =
          found.stream()
              .limit(MATCHES_SHOWN)
              .map(OperationId::value)
              .collect(Collectors.joining(", "));
      throw ApiErrors.of(
          ErrorReason.ERROR_REASON_AMBIGUOUS_ID,
          "%s fits several operations, such as %s: give more of the id"
              .formatted(ResourceNames.quote(name.id()), matches),
          Map.of("matches", matches));
    }
    return found.getFirst();
  }
}
