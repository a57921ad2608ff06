package dev.pawl.api.fake;

import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.feed.FeedPosition;
import dev.pawl.engine.operation.OperationId;
import dev.pawl.engine.run.RunId;
import dev.pawl.engine.view.DefinitionRow;
import dev.pawl.engine.view.LockFilter;
import dev.pawl.engine.view.LockRow;
import dev.pawl.engine.view.OperationFilter;
import dev.pawl.engine.view.OperationRow;
import dev.pawl.engine.view.Page;
import dev.pawl.engine.view.Revision;
import dev.pawl.engine.view.RunFilter;
import dev.pawl.engine.view.RunQuery;
import dev.pawl.engine.view.RunRow;
import dev.pawl.engine.view.Slice;
import dev.pawl.engine.view.SnapshotKey;
import dev.pawl.engine.view.SnapshotQuery;
import dev.pawl.engine.view.Views;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/** Lists in memory; the key of a page is the last id or name shown. */
public final class FakeViews implements Views {
  public final List<RunRow> runs = new ArrayList<>();
  public final List<DefinitionRow> definitions = new ArrayList<>();
  public final List<RunQuery> queries = new ArrayList<>();
  public final List<OperationRow> operations = new ArrayList<>();
  public final List<LockRow> locks = new ArrayList<>();
  public final List<List<Revision>> waitedFor = new ArrayList<>();
  public final List<SnapshotQuery> snapshots = new CopyOnWriteArrayList<>();
  public volatile FeedPosition position = FeedPosition.BEGINNING;

  /** Told of each page of a snapshot once it is read: more may happen then. */
  public volatile Consumer<Snapshot> afterSnapshot = _ -> {};

  @Override
  public CompletionStage<Page<RunRow>> runs(
      String project, RunQuery query, List<Revision> atLeast) {
    queries.add(query);
    waitedFor.add(atLeast);
    Optional<String> afterKey =
        switch (query.start()) {
          case RunQuery.Start.First _ -> Optional.empty();
          case RunQuery.Start.Behind(var key) -> Optional.of(key);
          case RunQuery.Start.Numbered(var page) ->
              page == 1
                  ? Optional.empty()
                  : Optional.of(runs.get((page - 1) * query.size() - 1).id().value());
        };
    return page(runs, row -> row.id().value(), afterKey, query.size());
  }

  @Override
  public CompletionStage<Slice<RunRow>> slice(
      String project, RunFilter filter, Optional<String> afterKey, int size) {
    return page(runs, row -> row.id().value(), afterKey, size)
        .thenApply(page -> new Slice<>(page.rows(), page.next()));
  }

  @Override
  public CompletionStage<Page<DefinitionRow>> definitions(
      DefinitionKind kind,
      String project,
      Optional<String> afterKey,
      int size,
      List<Revision> atLeast) {
    waitedFor.add(atLeast);
    return page(
        definitions.stream()
            .filter(row -> row.id().kind() == kind && row.id().project().equals(project))
            .toList(),
        row -> row.id().name(),
        afterKey,
        size);
  }

  @Override
  public CompletionStage<Page<LockRow>> locks(
      String project,
      LockFilter filter,
      Optional<String> afterKey,
      int size,
      List<Revision> atLeast) {
    waitedFor.add(atLeast);
    return page(locks, row -> row.lock().toString(), afterKey, size);
  }

  private static <T> CompletionStage<Page<T>> page(
      List<T> rows, Function<T, String> key, Optional<String> after, int size) {
    int from = 0;
    while (after.isPresent() && !key.apply(rows.get(from++)).equals(after.get())) {
      continue;
    }
    List<T> shown = rows.subList(from, Math.min(rows.size(), from + size));
    return CompletableFuture.completedFuture(
        new Page<>(
            shown,
            from + size < rows.size() ? Optional.of(key.apply(shown.getLast())) : Optional.empty(),
            rows.size(),
            Instant.EPOCH));
  }

  @Override
  public CompletionStage<List<RunId>> resolve(String project, String prefixOrSuffix, int max) {
    return CompletableFuture.completedFuture(
        runs.stream()
            .filter(row -> row.definition().project().equals(project))
            .map(RunRow::id)
            .filter(
                id -> id.value().startsWith(prefixOrSuffix) || id.value().endsWith(prefixOrSuffix))
            .limit(max)
            .toList());
  }

  @Override
  public CompletionStage<Page<OperationRow>> operations(
      String project,
      OperationFilter filter,
      Optional<String> afterKey,
      int size,
      List<Revision> atLeast) {
    waitedFor.add(atLeast);
    return page(
        operations.stream()
            .filter(row -> row.head().project().equals(project))
            .filter(
                row ->
                    filter.statuses().isEmpty() || filter.statuses().contains(row.head().status()))
            .toList(),
        row -> row.id().value(),
        afterKey,
        size);
  }

  @Override
  public CompletionStage<List<OperationId>> resolveOperations(
      String project, String prefixOrSuffix, int max) {
    return CompletableFuture.completedFuture(
        operations.stream()
            .filter(row -> row.head().project().equals(project))
            .map(OperationRow::id)
            .filter(
                id -> id.value().startsWith(prefixOrSuffix) || id.value().endsWith(prefixOrSuffix))
            .limit(max)
            .toList());
  }

  @Override
  public CompletionStage<Snapshot> snapshot(String project, SnapshotQuery query) {
    snapshots.add(query);
    int from =
        query
            .behind()
            .map(key -> runs.stream().map(RunRow::id).toList().indexOf(key.run()) + 1)
            .orElse(0);
    List<RunRow> rows = runs.subList(from, Math.min(runs.size(), from + query.size()));
    Snapshot page =
        new Snapshot(
            rows,
            from + rows.size() < runs.size()
                ? Optional.of(new SnapshotKey(rows.getLast().createdAt(), rows.getLast().id()))
                : Optional.empty(),
            position);
    afterSnapshot.accept(page);
    return CompletableFuture.completedFuture(page);
  }
}
