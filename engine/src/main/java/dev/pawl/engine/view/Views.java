package dev.pawl.engine.view;

import dev.pawl.engine.definition.DefinitionKind;
import dev.pawl.engine.feed.FeedPosition;
import dev.pawl.engine.operation.OperationId;
import dev.pawl.engine.run.RunId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The lists: rows that one projector keeps, a moment behind the journal. They decide nothing. */
public interface Views {

  /** A page of runs. Waits (5 s at most) for the revisions. */
  CompletionStage<Page<RunRow>> runs(String project, RunQuery query, List<Revision> atLeast);

  /** Runs, newest first, behind a page key. Waits (5 s at most) for the revisions. */
  default CompletionStage<Page<RunRow>> runs(
      String project,
      RunFilter filter,
      Optional<String> afterKey,
      int size,
      List<Revision> atLeast) {
    RunQuery.Start start =
        afterKey
            .<RunQuery.Start>map(RunQuery.Start.Behind::new)
            .orElseGet(RunQuery.Start.First::new);
    return runs(project, new RunQuery(filter, RunOrder.NEWEST, start, size), atLeast);
  }

  /** Runs as they are listed now, newest first, behind a page key: for who reads all of them. */
  CompletionStage<Slice<RunRow>> slice(
      String project, RunFilter filter, Optional<String> afterKey, int size);

  /** Workflows or tasks by name, behind a page key. Waits (5 s at most) for the revisions. */
  CompletionStage<Page<DefinitionRow>> definitions(
      DefinitionKind kind,
      String project,
      Optional<String> afterKey,
      int size,
      List<Revision> atLeast);

  /** Locks that are held, by scope and key, behind a page key. Waits (5 s at most). */
  CompletionStage<Page<LockRow>> locks(
      String project,
      LockFilter filter,
      Optional<String> afterKey,
      int size,
      List<Revision> atLeast);

  /** The runs of a project whose id begins or ends so, at most {@code max}. */
  CompletionStage<List<RunId>> resolve(String project, String prefixOrSuffix, int max);

  /**
   * A page of runs as they are at one moment, with the feed position of that moment. Each page is
   * of a moment of its own, and none of an earlier one than the page before.
   */
  CompletionStage<Snapshot> snapshot(String project, SnapshotQuery query);

  /** Operations, newest first, behind a page key. Waits (5 s at most) for the revisions. */
  CompletionStage<Page<OperationRow>> operations(
      String project,
      OperationFilter filter,
      Optional<String> afterKey,
      int size,
      List<Revision> atLeast);

  /** The operations of a project whose id begins or ends so, at most {@code max}. */
  CompletionStage<List<OperationId>> resolveOperations(
      String project, String prefixOrSuffix, int max);

  /**
   * Rows and the place in the feed that they show, of one REPEATABLE READ transaction.
   *
   * @param next behind which there is more; empty on the last page
   */
  record Snapshot(List<RunRow> runs, Optional<SnapshotKey> next, FeedPosition position) {
    public Snapshot {
      runs = List.copyOf(runs);
    }
  }
}
